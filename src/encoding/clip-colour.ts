import type { ClipMediaFacts } from "./rendition.ts";

/** What the numbers of the recorded stream mean, in ffmpeg's words for its `scale` filter. */
interface ClipColour {
  readonly matrix: "bt601" | "bt709";
  readonly range: "limited" | "full";
}

/** From the stream's own VUI (H.264 and H.265 Table E-5: 1 is BT.709, 5 and 6 BT.601); untagged HD is taken as BT.709, SD as BT.601. */
export function clipColour({ video, height }: ClipMediaFacts): ClipColour {
  const matrix = video.colour?.matrix ?? 2;
  const isHd = matrix === 2 ? height >= 720 : matrix === 1;
  return { matrix: isHd ? "bt709" : "bt601", range: video.colour?.fullRange === true ? "full" : "limited" };
}

/** As JFIF means it: BT.601, full range; 4:2:2 like the stills. */
export function jpegFilter(facts: ClipMediaFacts): string {
  const { matrix, range } = clipColour(facts);
  return `scale=flags=bicubic+accurate_rnd:in_color_matrix=${matrix}:in_range=${range}:out_color_matrix=bt601:out_range=full,format=yuvj422p,setsar=1`;
}

export const jpegEncoder = ["-c:v", "mjpeg", "-qmin", "1", "-q:v", "2", "-huffman", "default", "-threads", "2"];
export const everyFrame = ["-fps_mode", "passthrough"];
export const repeatable = ["-flags", "+bitexact", "-fflags", "+bitexact"];

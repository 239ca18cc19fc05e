import { mkdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runFfmpegJob, type StillEncoding, stillEndings } from "../capture/capture.ts";
import { transferSyntaxes } from "../dicom/dicom.ts";
import { type MediaFacts, makeRendition, type RenditionMedia } from "../encoding/encoding.ts";
import { type Candidate, isStillPicture, type PictureName, stillPictures } from "./candidates.ts";
import { asFitError } from "./fit-error.ts";
import type { FitSizes } from "./node.ts";

interface Picture {
  readonly path: string;
  readonly facts: MediaFacts;
}

export interface FitMediaOptions {
  readonly ffmpegPath: string;
  readonly directory: string;
  readonly sizes: FitSizes;
  readonly signal: AbortSignal;
}

const jobMs = 120_000;
const anySize = 4_000_000_000;
/** So small that even the synthetic clip lies in several. */
const fragmentBytes = 65_536;
const shapes = {
  clip: { fps: 25, frames: 75, level: "4.1", transferSyntaxUid: transferSyntaxes.h264HighLevel41 },
  fastClip: { fps: 60, frames: 30, level: "4.2", transferSyntaxUid: transferSyntaxes.h264HighLevel42 },
  hevcClip: { fps: 30, frames: 10, level: "5.1", transferSyntaxUid: transferSyntaxes.hevcMainLevel51 },
  stereoClip: { fps: 30, frames: 15, level: "4.2", transferSyntaxUid: transferSyntaxes.h264HighLevel42Stereo },
} as const;

/** The synthetic pictures and what the encoding room makes of them; each is made when it is first needed. */
export class FitMedia {
  readonly #options: FitMediaOptions;
  readonly #pictures = new Map<PictureName, Promise<Picture>>();
  readonly #renditions = new Map<string, Promise<RenditionMedia>>();

  constructor(options: FitMediaOptions) {
    this.#options = options;
  }

  /** The pixels of a candidate. Throws FitError, or the signal's reason. */
  of(candidate: Candidate): Promise<RenditionMedia> {
    // The same stream serves every class that holds it.
    const { rung, picture, transferSyntaxUid } = candidate;
    const isShared = rung.startsWith("video") || rung.startsWith("vl");
    const key = `${picture} ${isShared ? "any class" : rung} ${transferSyntaxUid}`;
    const made = this.#renditions.get(key) ?? this.#make(candidate, `rendition-${this.#renditions.size}`);
    this.#renditions.set(key, made);
    return made;
  }

  /** A clip as recorded that is made longer by space without a picture, up to so many bytes; it takes no room yet. */
  async padded(candidate: Candidate, toBytes: number): Promise<RenditionMedia> {
    const [part] = (await this.of(candidate)).parts;
    if (part === undefined) throw new Error("a rendition without parts");
    const path = join(this.#options.directory, "large.mp4");
    const bytes = await readFile(part.pixelData.path);
    const isLonger = toBytes - bytes.length > 16;
    await writeFile(path, isLonger ? [bytes, freeBox(toBytes - bytes.length)] : bytes);
    if (isLonger) await truncate(path, toBytes);
    const { size: sizeBytes } = await stat(path);
    const large = { ...part, pixelData: { kind: "encapsulated", path, sizeBytes } as const, sizeBytes };
    return { parts: [large], derivation: null, derivationCodes: [] };
  }

  async #make(candidate: Candidate, name: string): Promise<RenditionMedia> {
    const { ffmpegPath, directory, signal } = this.#options;
    const { path: media, facts } = await this.#picture(candidate.picture);
    const folder = join(directory, name);
    await mkdir(folder);
    const transferSyntaxUids = candidate.isFragmented ? {} : { transferSyntaxUids: [candidate.transferSyntaxUid] };
    try {
      const { rung } = candidate;
      const request = { media, facts, rung, maxBytes: anySize, directory: folder, ffmpegPath, signal };
      const rendition = await makeRendition({ ...request, ...transferSyntaxUids });
      return candidate.isFragmented ? inFragments(rendition, candidate.transferSyntaxUid) : rendition;
    } catch (error) {
      throw asFitError(error, signal);
    }
  }

  #picture(name: PictureName): Promise<Picture> {
    const made = this.#pictures.get(name) ?? this.#paint(name);
    this.#pictures.set(name, made);
    return made;
  }

  async #paint(name: PictureName): Promise<Picture> {
    const { ffmpegPath, directory, sizes, signal } = this.#options;
    const isStill = isStillPicture(name);
    const { width, height } = sizes[isStill ? "still" : name === "stereoClip" ? "fastClip" : name];
    const fps = isStill ? 25 : shapes[name].fps;
    const encoding = isStill ? stillPictures[name] : "jpeg";
    const path = join(directory, isStill ? `${name}${stillEndings[encoding]}` : `${name}.mp4`);
    const asked = {
      ffmpegPath,
      from: `testsrc2=size=${width}x${height}:rate=${fps}`,
      inputOptions: ["-f", "lavfi"],
      ...(isStill ? stillEncoders[encoding] : clipEncoder(name)),
      to: path,
      timeoutMs: jobMs,
    };
    await runFfmpegJob(asked, signal).catch((error: unknown) => {
      throw asFitError(error, signal);
    });
    if (isStill) return { path, facts: { kind: "still", width, height, encoding } };
    const { frames, transferSyntaxUid } = shapes[name];
    const colour = { fullRange: false, primaries: 1, transfer: 1, matrix: 1 };
    const rate = { fpsNum: fps, fpsDen: 1 };
    const video = { codec: name === "hevcClip" ? "hevc" : "h264", colour } as const;
    return { path, facts: { kind: "clip", width, height, frames, ...rate, video, transferSyntaxUid } };
  }
}

/** As the capture room makes a still: JFIF is BT.601 full range, without loss is RGB. */
const stillEncoders = {
  jpeg: {
    videoFilter: "scale=out_color_matrix=bt601:out_range=full,format=yuvj422p,setsar=1",
    outputOptions: ["-frames:v", "1", "-c:v", "mjpeg", "-q:v", "2", "-huffman", "default", "-f", "mjpeg"],
  },
  "jpeg-ls": {
    videoFilter: "format=rgb24,setsar=1",
    outputOptions: ["-frames:v", "1", "-flags", "+bitexact", "-c:v", "jpegls", "-f", "image2pipe"],
  },
  uncompressed: { videoFilter: "format=rgb24,setsar=1", outputOptions: ["-frames:v", "1", "-f", "rawvideo"] },
} as const satisfies Record<StillEncoding, object>;

/** As the capture room records a clip: High or Main, no B frames, BT.709 limited range, the index first. */
function clipEncoder(name: keyof typeof shapes): { readonly videoFilter: string; readonly outputOptions: string[] } {
  const { fps, frames, level } = shapes[name];
  return {
    videoFilter: "scale=out_color_matrix=bt709:out_range=limited,format=yuv420p,setsar=1",
    outputOptions: [
      ...["-frames:v", String(frames), "-preset", "ultrafast", "-crf", "18"],
      ...(name === "hevcClip" ? hevc(level, fps) : h264(level, name === "stereoClip")),
      ...["-g", String(fps), "-keyint_min", String(fps), "-bf", "0"],
      ...["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"],
      ...["-movflags", "+faststart", "-use_editlist", "0", "-video_track_timescale", String(fps), "-f", "mp4"],
    ],
  };
}

/** Frame packing arrangement 3: side by side (ITU-T H.264 Table D-8). */
function h264(level: string, isStereo: boolean): string[] {
  const params = `8x8dct=1:scenecut=0${isStereo ? ":frame-packing=3" : ""}`;
  return ["-c:v", "libx264", "-profile:v", "high", "-level:v", level, "-x264-params", params];
}

function hevc(level: string, group: number): string[] {
  const groups = `keyint=${group}:min-keyint=${group}:open-gop=0:scenecut=0:bframes=0`;
  const params = `level-idc=${level}:high-tier=0:${groups}:info=0:log-level=error`;
  return ["-c:v", "libx265", "-profile:v", "main", "-tag:v", "hvc1", "-x265-params", params];
}

function inFragments(media: RenditionMedia, transferSyntaxUid: string): RenditionMedia {
  const parts = media.parts.map((part) => {
    const { path } = part.pixelData;
    const pixelData = {
      kind: "encapsulated",
      path,
      sizeBytes: part.sizeBytes,
      maxFragmentBytes: fragmentBytes,
    } as const;
    return { ...part, transferSyntaxUid, pixelData };
  });
  return { ...media, parts };
}

/** ISO/IEC 14496-12 8.1.2: a reader skips it. */
function freeBox(sizeBytes: number): Buffer {
  const header = Buffer.alloc(16);
  header.write("free", 4, "latin1");
  if (sizeBytes <= 0xffff_ffff) {
    header.writeUInt32BE(sizeBytes, 0);
    return header.subarray(0, 8);
  }
  header.writeUInt32BE(1, 0);
  header.writeBigUInt64BE(BigInt(sizeBytes), 8);
  return header;
}

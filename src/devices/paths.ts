/** Every way a picture can take through the box, and the test that ran it. What no test ran says so, here and on the screen. */
import type { DeviceProfile } from "./device-profile.ts";
import { clipShape } from "./picture.ts";

export interface Path {
  /** For people. */
  readonly words: string;
  /** The test that ran it, from the root of the project; null: none did. */
  readonly test: string | null;
}

const inputTests = "test/integration/capture-inputs.test.ts";
/** In a virtual machine, against a device of a real kernel. */
const appliance = "tools/appliance/appliance.ts";

export const paths = {
  "input-v4l2-raw": { words: "V4L2 card, raw pictures (YUYV)", test: appliance },
  "input-v4l2-raw-nv12": { words: "V4L2 card, raw pictures (NV12)", test: appliance },
  "input-v4l2-raw-other": { words: "V4L2 card, raw pictures in another format than YUYV or NV12", test: null },
  "input-v4l2-mjpeg": { words: "V4L2 card, MJPEG", test: appliance },
  "input-rtsp-tcp": { words: "RTSP over TCP", test: inputTests },
  "input-rtsp-udp": { words: "RTSP over UDP", test: null },
  "input-srt": { words: "SRT", test: inputTests },
  "input-udp": { words: "MPEG-TS over UDP", test: inputTests },
  "input-rtp": { words: "MPEG-TS over RTP", test: inputTests },
  "input-file": { words: "a file played without end", test: inputTests },
  "input-pipe": { words: "raw frames through a FIFO", test: "test/integration/capture-pipe.test.ts" },
  "input-decklink": { words: "DeckLink card", test: null },
  "input-simulated": { words: "simulated microscope and test pictures", test: inputTests },
  "encoder-libx264": { words: "H.264 by libx264", test: "test/integration/capture-clips.test.ts" },
  "encoder-libx265": { words: "HEVC by libx265", test: "test/integration/capture-hevc.test.ts" },
  "encoder-h264_vaapi": { words: "H.264 by VAAPI", test: null },
  "encoder-h264_qsv": { words: "H.264 by Quick Sync", test: null },
  "encoder-h264_nvenc": { words: "H.264 by NVENC", test: null },
  "encoder-h264_v4l2m2m": { words: "H.264 by V4L2 memory to memory", test: null },
  "encoder-hevc_vaapi": { words: "HEVC by VAAPI", test: null },
  "encoder-hevc_qsv": { words: "HEVC by Quick Sync", test: null },
  "encoder-hevc_nvenc": { words: "HEVC by NVENC", test: null },
  "encoder-hevc_v4l2m2m": { words: "HEVC by V4L2 memory to memory", test: null },
} as const satisfies Readonly<Record<string, Path>>;
export type PathId = keyof typeof paths;

/** The ways that a source with this profile uses; `encoder`: the one that is used, where it is not the profile's. Pure. */
export function pathsOf(profile: DeviceProfile, encoder: string = profile.clip.encoder.codec): PathId[] {
  const encoding = `encoder-${encoder}`;
  return [inputPath(profile), ...(isPath(encoding) ? [encoding] : [])];
}

/**
 * In words, those of them that no test ran; of a named model, that nobody has tried it with the device; and of a picture
 * larger than HD, that no test showed a CPU to keep up with it. Pure.
 */
export function untestedPaths(profile: DeviceProfile, encoder?: string): string[] {
  const device = profile.outputs === undefined ? [] : [`a real ${profile.manufacturer} ${profile.model}`];
  const ways = pathsOf(profile, encoder)
    .filter((id) => paths[id].test === null)
    .map((id) => paths[id].words);
  return [...device, ...ways, ...unprovenSize(profile, encoder)];
}

/** Above the largest picture of H.264's level 4.2 a CPU of the machines that this runs on does not keep up for certain. */
const hdSamples = 1920 * 1200;

function unprovenSize(profile: DeviceProfile, encoder: string = profile.clip.encoder.codec): string[] {
  const { width, height } = clipShape(profile);
  if (width * height <= hdSamples || !encoder.startsWith("lib")) return [];
  return [`clips of ${width}×${height} without a hardware encoder (unproven)`];
}

function inputPath({ input }: DeviceProfile): PathId {
  switch (input.kind) {
    case "v4l2":
      if (input.format === "mjpeg") return "input-v4l2-mjpeg";
      if (input.pixelFormat === "nv12") return "input-v4l2-raw-nv12";
      return input.pixelFormat === "yuyv422" ? "input-v4l2-raw" : "input-v4l2-raw-other";
    case "rtsp":
      return input.transport === "tcp" ? "input-rtsp-tcp" : "input-rtsp-udp";
    case "udp":
      return input.url.startsWith("rtp:") ? "input-rtp" : "input-udp";
    default:
      return `input-${input.kind}`;
  }
}

function isPath(id: string): id is PathId {
  return Object.hasOwn(paths, id);
}

/** What a video device delivers: formats, sizes, rates. Node has no ioctl, so v4l2-ctl is asked, or else ffmpeg. */
import { NoAnswer, runBounded } from "./run-bounded.ts";

export interface VideoSize {
  readonly width: number;
  readonly height: number;
  /** Frames a second, the highest first; empty: not told. */
  readonly rates: readonly number[];
}

export interface VideoFormat {
  /** v4l2-ctl: the four letters, `YUYV`; ffmpeg: its own name, `yuyv422`. */
  readonly code: string;
  readonly isCompressed: boolean;
  /** Empty: any size, or not told. */
  readonly sizes: readonly VideoSize[];
}

export interface DeviceFormats {
  readonly formats: readonly VideoFormat[];
  readonly from: "v4l2-ctl" | "ffmpeg" | null;
  /** Why nothing is known, or why it is less than could be; null: all is well. */
  readonly problem: string | null;
}

export interface FormatPrograms {
  readonly v4l2Ctl?: string;
  readonly ffmpeg: string;
  /** How long each may take. Default 5 s. */
  readonly timeoutMs?: number;
}

const mostFormats = 32;
const mostSizes = 64;
const mostRates = 16;

/** Never throws: a program that is missing, hangs or talks nonsense is said in `problem`. */
export async function formatsOf(device: string, programs: FormatPrograms): Promise<DeviceFormats> {
  const timeoutMs = programs.timeoutMs ?? 5000;
  let why: string;
  try {
    const { stdout } = await runBounded(
      programs.v4l2Ctl ?? "v4l2-ctl",
      ["-d", device, "--list-formats-ext"],
      timeoutMs,
    );
    const formats = readV4l2Ctl(stdout);
    if (formats.length > 0) return { formats, from: "v4l2-ctl", problem: null };
    why = "v4l2-ctl lists no format";
  } catch (error) {
    why = whyFailed("v4l2-ctl", error);
  }
  const listed = await ffmpegList(device, programs.ffmpeg, timeoutMs);
  const formats = readFfmpegList(listed);
  if (formats.length > 0) return { formats, from: "ffmpeg", problem: `Rates are not known: ${why}.` };
  return {
    formats: [],
    from: null,
    problem: `The formats are not known: ${why}, and ffmpeg lists none. The device may be in use, or gives no picture.`,
  };
}

async function ffmpegList(device: string, ffmpeg: string, timeoutMs: number): Promise<string> {
  const args = ["-hide_banner", "-f", "v4l2", "-list_formats", "all", "-i", device];
  try {
    return (await runBounded(ffmpeg, args, timeoutMs)).stderr;
  } catch (error) {
    // It lists, then ends with an error: there is nothing to do for it.
    const said = error instanceof Error && "stderr" in error ? error.stderr : "";
    return typeof said === "string" ? said : "";
  }
}

function whyFailed(program: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return `${program} is not installed (apt-get install v4l-utils)`;
  if (code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") return `${program} says more than can be true`;
  if (error instanceof NoAnswer) return `${program} does not answer`;
  return `${program} cannot read the device`;
}

/** Reads `v4l2-ctl --list-formats-ext`; what is not understood is passed over. Pure. */
export function readV4l2Ctl(text: string): VideoFormat[] {
  const formats: {
    code: string;
    isCompressed: boolean;
    sizes: { width: number; height: number; rates: number[] }[];
  }[] = [];
  for (const line of text.split("\n")) {
    const format = /^\s*\[\d+\]: '([^']{1,8})' \((.*)\)/.exec(line);
    if (format?.[1] !== undefined) {
      if (formats.length === mostFormats) break;
      formats.push({ code: format[1].trim(), isCompressed: /compressed/.test(format[2] ?? ""), sizes: [] });
      continue;
    }
    const sizes = formats.at(-1)?.sizes;
    const size = /^\s*Size: \w+ (?:\d+x\d+ - )?(\d{1,5})x(\d{1,5})/.exec(line);
    if (size !== null) {
      if (sizes !== undefined && sizes.length < mostSizes)
        sizes.push({ width: Number(size[1]), height: Number(size[2]), rates: [] });
      continue;
    }
    const rates = sizes?.at(-1)?.rates;
    for (const rate of line.matchAll(/\((\d{1,5}\.\d{1,6})(?:-(\d{1,5}\.\d{1,6}))? fps\)/g)) {
      if (rates !== undefined && rates.length < mostRates) rates.push(Number(rate[2] ?? rate[1]));
    }
  }
  for (const { sizes } of formats) for (const { rates } of sizes) rates.sort((a, b) => b - a);
  return formats;
}

/** Reads `ffmpeg -f v4l2 -list_formats all`: sizes, but no rates. Pure. */
export function readFfmpegList(text: string): VideoFormat[] {
  const formats: VideoFormat[] = [];
  for (const line of text.split("\n")) {
    const found = /\] (Raw|Compressed)\s*:\s*(\S{1,20}) :.* : ?([^:]*)$/.exec(line.trimEnd());
    if (found === null || formats.length === mostFormats) continue;
    const sizes = [...(found[3] ?? "").matchAll(/(\d{1,5})x(\d{1,5})/g)].slice(0, mostSizes);
    formats.push({
      code: found[2] ?? "",
      isCompressed: found[1] === "Compressed",
      sizes: sizes.map(([, width, height]) => ({ width: Number(width), height: Number(height), rates: [] })),
    });
  }
  return formats;
}

/** What arrives at the HDMI or SDI socket of a video card, whatever the card makes of it: its "DV timings". */
import { NoAnswer, runBounded } from "./run-bounded.ts";

/** VIDIOC_QUERY_DV_TIMINGS; asking changes nothing in the card, also while it is read. */
export type CardSignal =
  | {
      readonly kind: "signal";
      readonly width: number;
      readonly height: number;
      /** Whole pictures a second; null: not told. */
      readonly fps: number | null;
      readonly interlaced: boolean;
    }
  /** No signal; one that is not stable; one that the card cannot take. */
  | { readonly kind: "no-signal" | "no-lock" | "out-of-range" }
  /** The card does not tell (a USB grabber, a camera): there is nothing to ask for again. */
  | { readonly kind: "not-told" }
  /** It could not be asked now. */
  | { readonly kind: "unknown" };

export interface CardSignalOptions {
  readonly v4l2Ctl?: string;
  /** Default 2 s. */
  readonly timeoutMs?: number;
}

/** Never throws and never waits longer than that, also where the driver hangs. */
export async function cardSignal(device: string, options: CardSignalOptions = {}): Promise<CardSignal> {
  const { v4l2Ctl = "v4l2-ctl", timeoutMs = 2000 } = options;
  try {
    const { stdout, stderr } = await runBounded(v4l2Ctl, ["-d", device, "--query-dv-timings"], timeoutMs);
    return readDvTimings(`${stdout}\n${stderr}`);
  } catch (error) {
    if (error instanceof NoAnswer || !(error instanceof Error)) return { kind: "unknown" };
    if ("code" in error && error.code === "ENOENT") return { kind: "not-told" };
    const said = ["stdout", "stderr"].map((name) => (name in error ? String(Object(error)[name]) : ""));
    return readDvTimings(said.join("\n"));
  }
}

/** Reads `v4l2-ctl --query-dv-timings`: the kernel's error in the C library's words, or the timings. Pure. */
export function readDvTimings(text: string): CardSignal {
  const failed = /VIDIOC_QUERY_DV_TIMINGS: failed: (.{1,100})/.exec(text)?.[1];
  if (failed !== undefined) {
    if (failed.startsWith("Link has been severed")) return { kind: "no-signal" };
    if (failed.startsWith("No locks available")) return { kind: "no-lock" };
    if (failed.startsWith("Numerical result out of range")) return { kind: "out-of-range" };
    // ENOTTY: no such thing; ENODATA: not on the input that is chosen.
    return /^(Inappropriate ioctl|No data available)/.test(failed) ? { kind: "not-told" } : { kind: "unknown" };
  }
  const [width, height] = ["width", "height"].map((side) =>
    Number(new RegExp(`^\\s*Active ${side}: (\\d{1,5})\\s*$`, "m").exec(text)?.[1] ?? 0),
  );
  if (!width || !height) return { kind: "unknown" };
  const rate = /\((\d{1,4}(?:\.\d{1,4})?) (frames|fields) per second\)/.exec(text);
  const fps = rate === null ? 0 : Number(rate[1]) / (rate[2] === "fields" ? 2 : 1);
  const interlaced = /^\s*Frame format: interlaced/m.test(text);
  return { kind: "signal", width, height, fps: fps > 0 ? fps : null, interlaced };
}

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { DeviceError } from "./device-error.ts";

const run = promisify(execFile);

/** A box that starts at power on reads ffmpeg from a cold disk while all else starts as well. */
const answersWithinMs = 60_000;

/** What an ffmpeg binary can do, by the names it lists. */
export interface Capabilities {
  readonly encoders: ReadonlySet<string>;
  readonly decoders: ReadonlySet<string>;
  /** Demuxers and input devices. */
  readonly demuxers: ReadonlySet<string>;
  readonly muxers: ReadonlySet<string>;
  readonly filters: ReadonlySet<string>;
  readonly inputProtocols: ReadonlySet<string>;
}

/** Asks an ffmpeg binary what it can do; about a tenth of a second each question. Throws DeviceError "ffmpeg-broken". */
export async function capabilities(ffmpegPath: string): Promise<Capabilities> {
  const ask = async (question: string): Promise<string> => {
    const { stdout } = await run(ffmpegPath, ["-hide_banner", question], {
      timeout: answersWithinMs,
      maxBuffer: 4 << 20,
    });
    return stdout;
  };
  try {
    const [encoders, decoders, demuxers, devices, muxers, filters, protocols] = await Promise.all([
      ask("-encoders"),
      ask("-decoders"),
      ask("-demuxers"),
      ask("-devices"),
      ask("-muxers"),
      ask("-filters"),
      ask("-protocols"),
    ]);
    return {
      encoders: listedNames(encoders),
      decoders: listedNames(decoders),
      demuxers: new Set([...listedNames(demuxers), ...listedNames(devices)]),
      muxers: listedNames(muxers),
      filters: listedNames(filters),
      inputProtocols: inputProtocols(protocols),
    };
  } catch (error) {
    throw new DeviceError(
      "ffmpeg-broken",
      `${ffmpegPath} does not answer what it can do. Install ffmpeg again.`,
      error,
    );
  }
}

/** Names from ffmpeg's lists: a column of flags, the name (or `mov,mp4,m4a`), a description; legend lines have `=`. */
export function listedNames(text: string): Set<string> {
  const names = new Set<string>();
  for (const line of text.split("\n")) {
    const found = /^ {1,2}[A-Z.| d]{1,8}\s+([A-Za-z0-9_,.-]+)(\s|$)/.exec(line);
    if (found?.[1] === undefined || /^\s*\S+\s+= /.test(line)) continue;
    for (const name of found[1].split(",")) names.add(name);
  }
  return names;
}

/** The part of `-protocols` between `Input:` and `Output:`. */
export function inputProtocols(text: string): Set<string> {
  const input = /Input:\s*\n([\s\S]*?)(Output:|$)/.exec(text)?.[1] ?? "";
  return new Set(
    input
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== ""),
  );
}

import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { DeviceError } from "./device-error.ts";

const run = promisify(execFile);
const oldest = { major: 5, minor: 1 };

export interface FfmpegBinary {
  readonly path: string;
  readonly version: string;
  readonly origin: "settings" | "FFMPEG_PATH" | "system" | "ffmpeg-static";
}

export interface FindFfmpegOptions {
  /** From the settings; when given, nothing else is tried. */
  readonly configured?: string | undefined;
  readonly environment?: NodeJS.ProcessEnv;
}

/** Finds the ffmpeg to use: settings, FFMPEG_PATH, the system's, ffmpeg-static. Throws DeviceError "no-ffmpeg". */
export async function findFfmpeg(options: FindFfmpegOptions = {}): Promise<FfmpegBinary> {
  const environment = options.environment ?? process.env;
  const named: readonly [string | undefined, FfmpegBinary["origin"]][] = [
    [options.configured, "settings"],
    [environment.FFMPEG_PATH, "FFMPEG_PATH"],
  ];
  for (const [path, origin] of named) {
    if (path === undefined || path === "") continue;
    const version = await usableVersion(path);
    if (version.usable) return { path, version: version.text, origin };
    throw new DeviceError(
      "no-ffmpeg",
      `The ffmpeg named by ${origin} (${path}) ${version.text}. Correct or remove it.`,
    );
  }
  const tried: string[] = [];
  const found: readonly [string | null, FfmpegBinary["origin"]][] = [
    ["ffmpeg", "system"],
    [staticBinary(), "ffmpeg-static"],
  ];
  for (const [path, origin] of found) {
    if (path === null) continue;
    const version = await usableVersion(path);
    if (version.usable) return { path, version: version.text, origin };
    tried.push(`${origin}: ${version.text}`);
  }
  throw new DeviceError("no-ffmpeg", `No usable ffmpeg (${tried.join("; ")}). Install it: apt-get install ffmpeg.`);
}

async function usableVersion(path: string): Promise<{ usable: boolean; text: string }> {
  try {
    const { stdout } = await run(path, ["-hide_banner", "-version"], { timeout: 60_000, maxBuffer: 1 << 20 });
    const text = /^ffmpeg version (\S+)/.exec(stdout)?.[1];
    if (text === undefined) return { usable: false, text: "is not ffmpeg" };
    return isRecentEnough(text)
      ? { usable: true, text }
      : { usable: false, text: `is version ${text}, older than 5.1` };
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    return { usable: false, text: missing ? "is not there" : "does not run" };
  }
}

/** `5.1.9-0+deb12u1`, `n6.1`, `7.0-static`; builds from git (`N-112233-g…`) carry no number and are taken as recent. */
export function isRecentEnough(version: string): boolean {
  const found = /^n?(\d+)\.(\d+)/.exec(version);
  if (found === null) return /^(N-|git)/.test(version);
  const major = Number(found[1]);
  return major > oldest.major || (major === oldest.major && Number(found[2]) >= oldest.minor);
}

/** An optional dependency: absent where its download was not possible. */
function staticBinary(): string | null {
  try {
    const path: unknown = createRequire(import.meta.url)("ffmpeg-static");
    return typeof path === "string" ? path : null;
  } catch {
    return null;
  }
}

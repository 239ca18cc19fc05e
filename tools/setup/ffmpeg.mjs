import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { aptInstall } from "./apt.mjs";
import { findProgram, run, say } from "./run.mjs";

const oldest = [5, 1];

/** An ffmpeg ≥ 5.1: FFMPEG_PATH, the system's, one installed from Debian, or that of the ffmpeg-static package. */
export async function ensureFfmpeg(root) {
  const candidates = [process.env.FFMPEG_PATH, findProgram("ffmpeg")].filter(Boolean);
  for (const program of candidates) if (await isGood(program)) return;
  const reason = await aptInstall(["ffmpeg"]);
  const installed = findProgram("ffmpeg");
  if (!reason && installed && (await isGood(installed))) return;
  const bundled = staticFfmpeg(root);
  if (bundled && (await isGood(bundled))) {
    say(`no system ffmpeg (${reason ?? "too old"}); using the one of ffmpeg-static`);
    return;
  }
  throw new Error(
    `no ffmpeg ≥ ${oldest.join(".")} (${reason ?? (installed ? "the installed one is too old" : "none in PATH")}).\n` +
      "Install it (apt-get install ffmpeg), or set FFMPEG_PATH to one.",
  );
}

async function isGood(program) {
  const { code, output } = await run(program, ["-hide_banner", "-version"]);
  return code === 0 && isNewEnough(output);
}

/** Reads `ffmpeg version 5.1.6-0+deb12u1`, `n7.1`; a build from git, `N-112233-g…`, counts as new. */
export function isNewEnough(versionText) {
  if (/^ffmpeg version N-/.test(versionText)) return true;
  const [, major, minor = 0] = /^ffmpeg version n?(\d+)(?:\.(\d+))?/.exec(versionText) ?? [];
  if (major === undefined) return false;
  return Number(major) > oldest[0] || (Number(major) === oldest[0] && Number(minor) >= oldest[1]);
}

function staticFfmpeg(root) {
  try {
    const program = createRequire(path.join(root, "package.json"))("ffmpeg-static");
    return existsSync(program) ? program : undefined;
  } catch {
    return undefined;
  }
}

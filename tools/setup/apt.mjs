import { setTimeout as sleep } from "node:timers/promises";
import { findProgram, lastLines, run, say } from "./run.mjs";

const lockTries = 60;
const lockPauseMs = 5_000;
let isUpdated = false;

/** Why Debian packages cannot be installed here; undefined when they can. */
export function whyNoApt() {
  if (!findProgram("apt-get")) return "this is not a Debian system";
  if (process.getuid?.() !== 0) return "only root can install packages";
  return undefined;
}

/** Installs Debian packages; resolves with undefined, or with why not. */
export async function aptInstall(packages) {
  const reason = whyNoApt();
  if (reason) return reason;
  if (!isUpdated) {
    say("apt-get update …");
    const failure = await apt("update");
    if (failure) return failure;
    isUpdated = true;
  }
  say(`apt-get install ${packages.join(" ")} …`);
  return apt("install", "-y", "--no-install-recommends", ...packages);
}

/** Another apt at work is waited for; the lists' lock knows no time-out of apt's own. */
async function apt(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (let tries = 1; ; tries += 1) {
    const { code, output } = await run("apt-get", ["-q", "-o", "DPkg::Lock::Timeout=300", ...args], { env });
    if (code === 0) return undefined;
    const isLocked = /could not get lock|unable to (?:acquire|lock)/i.test(output);
    if (!isLocked || tries === lockTries) return `apt-get ${args[0]} failed:\n${lastLines(output, 6)}`;
    await sleep(lockPauseMs);
  }
}

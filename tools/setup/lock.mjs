import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { say } from "./run.mjs";

const waitAtMostMs = 20 * 60_000;

/** Two set-ups of one clone at once would pull node_modules from under each other: the second waits for the first. */
export async function withLock(root, work) {
  const lock = path.join(root, ".cache", "set-up.lock");
  mkdirSync(path.dirname(lock), { recursive: true });
  const deadline = Date.now() + waitAtMostMs;
  for (let waiting = false; !take(lock); waiting = true) {
    if (!waiting) say("another set-up of this folder is running; waiting for it");
    if (Date.now() > deadline) throw new Error(`another set-up seems to hang; end it and remove ${lock}`);
    await sleep(200);
  }
  const release = () => rmSync(lock, { force: true });
  process.once("exit", release);
  // The children are in our process group and end with us.
  const end = (signal) => () => {
    release();
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  const [onInt, onTerm] = [end("SIGINT"), end("SIGTERM")];
  process.once("SIGINT", onInt).once("SIGTERM", onTerm);
  try {
    return await work();
  } finally {
    release();
    process.off("exit", release).off("SIGINT", onInt).off("SIGTERM", onTerm);
  }
}

/** True when the lock is ours now. A lock whose process is gone counts for nothing. */
function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    const holder = readHolder(lock);
    if (holder !== undefined && !isRunning(holder)) rmSync(lock, { force: true });
    return false;
  }
}

function readHolder(lock) {
  try {
    const pid = Number(readFileSync(lock, "utf8"));
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

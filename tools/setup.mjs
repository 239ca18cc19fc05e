#!/usr/bin/env node
// Makes a fresh clone ready and, when asked, goes on with the pinned Node:
//   node tools/setup.mjs [--peers] [--appliance] [--then FILE [arguments …]]
// Plain JavaScript without a dependency: it runs on any Node from 20 on, before anything is installed.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { ensureAppliance } from "./setup/appliance.mjs";
import { parseSetup } from "./setup/arguments.mjs";
import { ensureFfmpeg } from "./setup/ffmpeg.mjs";
import { withLock } from "./setup/lock.mjs";
import { ensurePackages, pinnedNode } from "./setup/packages.mjs";
import { ensurePeers } from "./setup/peers.mjs";
import { say } from "./setup/run.mjs";
import { ensureUi } from "./setup/ui.mjs";

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "..");

async function main() {
  const { peers, appliance, program } = parseSetup(process.argv.slice(2));
  await withLock(root, async () => {
    await ensurePackages(root);
    await ensureFfmpeg(root);
    await ensureUi(root);
    if (peers) await ensurePeers();
    if (appliance) await ensureAppliance();
  });
  return program ? runPinned(program) : 0;
}

/** Runs a file with the pinned Node; signals go on to it, and its end is ours. */
async function runPinned([file, ...rest]) {
  const [script = file] = [path.resolve(root, file)].filter(existsSync);
  const child = spawn(pinnedNode(root), [script, ...rest], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  // Whoever started this may be killed alone, such as the shell that npm puts in between: then this ends too.
  const parent = process.ppid;
  const watch = setInterval(() => process.ppid === parent || child.kill("SIGTERM"), 500);
  child.once("exit", () => clearInterval(watch));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? 128 + (signal ? os.constants.signals[signal] : 0)));
  });
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  },
);

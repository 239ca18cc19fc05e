import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";

/** To stderr, so that what a program prints after set-up stays its own. */
export function say(text) {
  process.stderr.write(`set-up: ${text}\n`);
}

/** Runs a program to its end, quietly; resolves with `{ code, output }`, code -1 when it could not be started. */
export function run(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    let output = "";
    const add = (text) => {
      output = (output + text).slice(-1_000_000);
    };
    child.stdout.setEncoding("utf8").on("data", add);
    child.stderr.setEncoding("utf8").on("data", add);
    child.once("error", (error) => resolve({ code: -1, output: error.message }));
    child.once("close", (code) => resolve({ code: code ?? -1, output }));
  });
}

/** The path of a program, looked for in PATH and in Debian's own folders; undefined when there is none. */
export function findProgram(name) {
  const folders = [...(process.env.PATH ?? "").split(path.delimiter), "/usr/bin", "/usr/sbin"].filter(Boolean);
  // npm puts node_modules/.bin first; a wrapper there is not the system's program.
  const files = folders.filter((folder) => !folder.includes("node_modules")).map((folder) => path.join(folder, name));
  return files.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export function lastLines(output, count = 15) {
  return output.trimEnd().split("\n").slice(-count).join("\n");
}

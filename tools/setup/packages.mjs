import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { findProgram, lastLines, run, say } from "./run.mjs";

const oldestNode = 24;

/** The Node that the project runs on: the one of the `node` package, or the one that runs this if it is new enough. */
export function pinnedNode(root) {
  const pinned = path.join(root, "node_modules", ".bin", "node");
  return existsSync(pinned) ? pinned : process.execPath;
}

/** npm ci where node_modules is not what package-lock.json says; then a Node that works. */
export async function ensurePackages(root) {
  if (!isInstalled(readLock(path.join(root, "package-lock.json")), installedLock(root))) await npm(root, "ci");
  if (await nodeWorks(root)) return;
  await npm(root, "rebuild", "node");
  if (await nodeWorks(root)) return;
  throw new Error(`no Node ≥ ${oldestNode}: \`npm rebuild node\` brings it from the npm registry; look at its output`);
}

/** Every package that the lock file demands is there in its version. Optional ones may be missing. */
export function isInstalled(wanted, installed) {
  if (!installed) return false;
  return Object.entries(wanted).every(([place, { version, optional, devOptional }]) => {
    if (place === "" || optional || devOptional) return true;
    return installed[place]?.version === version;
  });
}

function readLock(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages;
}

/** npm's own record of what it installed, which it removes before it changes anything. */
function installedLock(root) {
  const file = path.join(root, "node_modules", ".package-lock.json");
  return existsSync(file) ? readLock(file) : undefined;
}

async function nodeWorks(root) {
  const { code, output } = await run(path.join(root, "node_modules", ".bin", "node"), ["--version"]);
  return code === 0 && Number(/^v(\d+)/.exec(output)?.[1]) >= oldestNode;
}

async function npm(root, ...args) {
  say(`npm ${args.join(" ")} …`);
  const program = findProgram("npm");
  if (!program) throw new Error("npm is not installed: install it with Node");
  // What an npm that started this told its children would change what this one does.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_/i.test(name) || /^npm_config_(cache|registry|userconfig|nodedir)$/i.test(name),
    ),
  );
  const flags = ["--no-audit", "--no-fund", "--loglevel=error"];
  const { code, output } = await run(program, [...args, ...flags], { cwd: root, env });
  if (code !== 0) throw new Error(`npm ${args.join(" ")} failed:\n${lastLines(output)}`);
}

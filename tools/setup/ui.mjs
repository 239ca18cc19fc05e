import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pinnedNode } from "./packages.mjs";
import { lastLines, run, say } from "./run.mjs";

/** Builds ui/dist where what it is made of has changed since. */
export async function ensureUi(root) {
  const stampFile = path.join(root, "ui", "dist", ".made-of");
  const stamp = stampOf(root);
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return;
  say("building the screen …");
  const vite = path.join(root, "node_modules", "vite", "bin", "vite.js");
  const { code, output } = await run(pinnedNode(root), [vite, "build", "ui", "--logLevel", "warn"], { cwd: root });
  if (code !== 0) throw new Error(`the screen (ui/) could not be built:\n${lastLines(output, 30)}`);
  writeFileSync(stampFile, stamp);
}

/** A hash over the names and contents of ui/, what it takes from src/, and the packages. */
function stampOf(root) {
  const hash = createHash("sha256");
  const folders = ["ui", "src/api/schemas"].flatMap((folder) => filesUnder(path.join(root, folder)).sort());
  const files = ["src/api/schemas.ts", "src/procedures/laterality.ts", "package-lock.json"];
  for (const file of [...folders, ...files.map((one) => path.join(root, one))]) {
    hash
      .update(`${path.relative(root, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  }
  return hash.digest("hex");
}

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "dist" || entry.name === "node_modules" ? [] : filesUnder(full);
    return entry.isFile() ? [full] : [];
  });
}

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./run.ts";

/** Unpacks packages of this Debian under `into`; nothing is installed. Throws where one cannot be had. */
export async function download(names: readonly string[], into: string): Promise<void> {
  const folder = await mkdtemp(join(into, "packages-"));
  await run("apt-get", ["-q", "download", ...names], folder);
  const files = (await readdir(folder)).filter((name) => name.endsWith(".deb"));
  if (files.length < names.length) throw new Error(`apt-get downloaded ${files.length} of ${names.join(", ")}`);
  for (const file of files) await run("dpkg", ["-x", join(folder, file), into]);
  await rm(folder, { recursive: true });
}

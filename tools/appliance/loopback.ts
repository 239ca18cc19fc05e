/** v4l2loopback, a card that gives what a program writes into it: Debian has its source, and it is built for the guest's kernel. */
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Kernel } from "./kernel.ts";
import { download } from "./packages.ts";
import { run } from "./run.ts";

/** The module's file, built beside the kernel's own package and kept there for the next time. */
export async function buildLoopback({ version, directory }: Kernel, cache: string): Promise<string> {
  const module = join(directory, "v4l2loopback.ko");
  if (existsSync(module)) return module;
  const unpacked = join(cache, "build");
  await rm(unpacked, { recursive: true, force: true });
  await mkdir(unpacked, { recursive: true });
  const headers = await run("apt-cache", ["depends", `linux-headers-${version}`]);
  const needed = [...headers.matchAll(/Depends: (linux-(?:headers|kbuild)-\S+)/g)].map(([, name = ""]) => name);
  await download([`linux-headers-${version}`, ...needed, "v4l2loopback-dkms"], unpacked);
  const sources = join(unpacked, "usr/src");
  // It is not installed, so it is not where it says it is.
  const makefile = join(sources, `linux-headers-${version}`, "Makefile");
  await writeFile(makefile, (await readFile(makefile, "utf8")).replace("include /usr/src", `include ${sources}`));
  const own = (await run("sh", ["-c", "ls -d v4l2loopback-*"], sources)).trim();
  await run("make", ["-C", join(sources, `linux-headers-${version}`), `M=${join(sources, own)}`, "modules"]);
  await rename(join(sources, own, "v4l2loopback.ko"), module);
  await rm(unpacked, { recursive: true });
  return module;
}

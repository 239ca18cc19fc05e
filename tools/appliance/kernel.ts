/** Debian's kernel, unpacked and never installed, and the initramfs that the guest boots from. */
import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, realpath, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { download } from "./packages.ts";
import { run } from "./run.ts";

/** In this order, with all they depend on. */
const modules = [
  ...["virtio_pci", "virtio_blk", "crc32c_generic", "ext4", "9p", "9pnet_virtio"],
  // The card; the pedal.
  ...["vivid", "evdev", "uinput"],
];

export interface Kernel {
  readonly version: string;
  /** The unpacked package. */
  readonly directory: string;
  readonly image: string;
}

/** The kernel of this Debian, from its package; kept under `cache` for the next time. */
export async function fetchKernel(cache: string): Promise<Kernel> {
  const depends = await run("apt-cache", ["depends", "linux-image-amd64"]);
  const version = /linux-image-(\d\S*-amd64)/.exec(depends)?.[1];
  if (version === undefined) throw new Error("apt-cache knows no linux-image-amd64: run apt-get update on a Debian");
  const directory = join(cache, version);
  const kernel = { version, directory, image: join(directory, "boot", `vmlinuz-${version}`) };
  if (existsSync(kernel.image)) return kernel;
  const unpacked = join(cache, "unpacked");
  await rm(unpacked, { recursive: true, force: true });
  await mkdir(unpacked, { recursive: true });
  await download([`linux-image-${version}`], unpacked);
  await run("depmod", ["-b", unpacked, version]);
  await rm(directory, { recursive: true, force: true });
  await rename(unpacked, directory);
  return kernel;
}

export interface Initramfs {
  readonly kernel: Kernel;
  /** Parameters of the vivid module. */
  readonly vivid: string;
  /** A module of another package, loaded last, and its parameters. */
  readonly loopback: { readonly file: string; readonly parameters: string };
  /** Paths on the host, which the guest sees as well. */
  readonly node: string;
  readonly project: string;
  /** Becomes /init. */
  readonly init: string;
}

/** Writes the compressed initramfs to `directory` and resolves with its path. */
export async function buildInitramfs(directory: string, what: Initramfs): Promise<string> {
  const { kernel, vivid, loopback, node, project, init } = what;
  const root = join(directory, "initramfs");
  for (const folder of ["bin", "dev", "proc", "sys", "host", "lib/mods"]) {
    await mkdir(join(root, folder), { recursive: true });
  }
  await copyFile("/bin/busybox", join(root, "bin/busybox"));
  await copyFile(init, join(root, "init"));
  await chmod(join(root, "init"), 0o755);
  const files = [...(await moduleFiles(kernel)), loopback.file];
  for (const file of files) await copyFile(file, join(root, "lib/mods", basename(file)));
  await writeFile(join(root, "lib/mods/order"), `${files.map((file) => basename(file)).join("\n")}\n`);
  const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  const lines = {
    vivid,
    loopback: loopback.parameters,
    node: await realpath(node),
    folder_of_project: await realpath(project),
  };
  await writeFile(
    join(root, "appliance.env"),
    Object.entries(lines)
      .map(([name, value]) => `${name}=${quote(value)}\n`)
      .join(""),
  );
  await run("sh", ["-c", "find . | cpio -o -H newc --quiet | gzip -1 > ../initramfs.gz"], root);
  await rm(root, { recursive: true });
  return join(directory, "initramfs.gz");
}

/** The files of all modules in the order in which they must be loaded, each once. */
async function moduleFiles({ directory, version }: Kernel): Promise<string[]> {
  const files: string[] = [];
  for (const name of modules) {
    const shown = await run("modprobe", ["-d", directory, "-S", version, "--show-depends", name]);
    files.push(...[...shown.matchAll(/^insmod (\S.*?)\s*$/gm)].map(([, file = ""]) => file));
  }
  return [...new Set(files)];
}

import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** Makes the entries of a folder (new names, renames, removals) survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Renames a file whose bytes are on the disk already; durable when it returns. Both paths in one file system. */
export async function renameDurable(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(dirname(to));
}

/**
 * Writes a whole file so that after a power cut it is there complete or not at all: `path.part`, fsync, rename, fsync of
 * the folder. Throws the system's error (ENOSPC, EACCES, EEXIST where another `.part` is being written) and then leaves
 * nothing behind that it made.
 */
export async function writeDurable(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.part`;
  const handle = await open(part, "wx");
  try {
    await writeAndSync(handle, bytes);
    await renameDurable(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function writeAndSync(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * The thread side of file-jobs.ts: long reads, writes and hashes of large files, away from the thread that shows the
 * picture. Plain synchronous calls: a promise for each piece costs more than the piece.
 */

import { createHash } from "node:crypto";
import { closeSync, fdatasync, fstatSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";
import { promisify } from "node:util";
import { parentPort } from "node:worker_threads";
import type { FileJob, FileJobAnswer } from "./file-jobs.ts";

/** Fits the cache of one core; larger pieces were slower. */
const pieceBytes = 256 * 1024;
/** So much at most is written and not yet on the disk: the last fsync is short, and nobody else's waits behind it. */
const flushBytes = 64 * 1024 * 1024;
const piece = Buffer.allocUnsafeSlow(pieceBytes);
const flush = promisify(fdatasync);

function stopIfAsked(job: FileJob): void {
  if (Atomics.load(job.stop, 0) !== 0) throw new Error("stopped");
}

/** Gives the pieces of a file, and nothing more or less than `sizeBytes` of it. */
function* piecesOf(job: FileJob): Generator<Buffer> {
  const source = openSync(job.source, "r");
  try {
    const { size } = fstatSync(source);
    if (size !== job.sizeBytes) throw new Error(`size-mismatch: ${size} bytes instead of ${job.sizeBytes}`);
    for (let left = job.sizeBytes; left > 0; ) {
      stopIfAsked(job);
      const bytes = readSync(source, piece, 0, Math.min(pieceBytes, left), null);
      if (bytes === 0) throw new Error(`size-mismatch: ended ${left} bytes early`);
      left -= bytes;
      yield piece.subarray(0, bytes);
    }
  } finally {
    closeSync(source);
  }
}

function hash(job: FileJob): string {
  const digest = createHash("sha256").update(job.head);
  for (const bytes of piecesOf(job)) digest.update(bytes);
  return digest.update(job.tail).digest("hex");
}

async function copy(job: FileJob, target: string): Promise<void> {
  const file = openSync(target, "w", 0o640);
  let flushing: Promise<void> = Promise.resolve();
  try {
    writeWhole(file, job.head);
    let unflushed = 0;
    for (const bytes of piecesOf(job)) {
      writeWhole(file, bytes);
      unflushed += bytes.length;
      if (unflushed < flushBytes) continue;
      unflushed = 0;
      await flushing;
      flushing = flush(file);
      flushing.catch(() => {});
    }
    writeWhole(file, job.tail);
    await flushing;
    fsyncSync(file);
  } finally {
    await flushing.catch(() => {});
    closeSync(file);
  }
}

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length; ) from += writeSync(file, bytes, from, bytes.length - from);
}

async function answer(job: FileJob): Promise<FileJobAnswer> {
  try {
    if (job.target === null) return { id: job.id, sha256: hash(job) };
    await copy(job, job.target);
    return { id: job.id };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return { id: job.id, error: message, ...(code !== undefined && { code }) };
  }
}

parentPort?.on("message", (job: FileJob) => {
  void answer(job).then((told) => parentPort?.postMessage(told));
});

import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";

/** Bytes to write, or how many bytes of the source to copy next. */
export type Piece = Buffer | number;

const pieceBytes = 256 * 1024;

/**
 * Writes pieces one after the other to `target` and hashes them; the source has to be exactly `sizeBytes` long. Durable
 * when it resolves to the SHA-256. For pixel data in several fragments: what lies in one is copied faster by copyWrapped.
 * Rejects with the system's error, or with "size-mismatch: …"; a half written target is the caller's to remove.
 */
export async function copyPieces(
  source: { readonly path: string; readonly sizeBytes: number },
  pieces: Iterable<Piece>,
  target: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const from = await open(source.path, "r");
  try {
    const { size } = await from.stat();
    if (size !== source.sizeBytes) throw new Error(`size-mismatch: ${size} bytes instead of ${source.sizeBytes}`);
    const to = await open(target, "w", 0o640);
    try {
      const digest = createHash("sha256");
      for await (const bytes of bytesOf(from, pieces)) {
        signal?.throwIfAborted();
        digest.update(bytes);
        await to.writeFile(bytes);
      }
      await to.sync();
      return digest.digest("hex");
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

async function* bytesOf(from: FileHandle, pieces: Iterable<Piece>): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(pieceBytes);
  for (const piece of pieces) {
    if (typeof piece !== "number") {
      yield piece;
      continue;
    }
    for (let left = piece; left > 0; ) {
      const { bytesRead } = await from.read(buffer, 0, Math.min(left, pieceBytes), null);
      if (bytesRead === 0) throw new Error(`size-mismatch: ended ${left} bytes early`);
      left -= bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }
}

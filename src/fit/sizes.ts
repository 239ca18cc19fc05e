import { rm, statfs } from "node:fs/promises";
import type { Candidate } from "./candidates.ts";
import type { FitInstance, FitStudy } from "./instances.ts";
import type { FitMedia } from "./media.ts";
import { isTaken, type SizeSeen, type StoreSeen } from "./seen.ts";

/** The smallest limit a node may be set to. */
export const smallestLimitBytes = 10_000_000;
const mostTries = 6;

/** Sizes to try, each half of the one before, down to the smallest limit. */
export function sizesToTry(largeBytes: number): readonly number[] {
  const sizes = Array.from({ length: mostTries }, (_, at) => Math.floor(largeBytes / 2 ** at));
  return sizes.filter((size, at) => at === 0 || size >= smallestLimitBytes);
}

export interface LargeOptions {
  readonly media: FitMedia;
  readonly study: FitStudy;
  readonly directory: string;
  /** A clip, as recorded, that the node takes when it is small. */
  readonly candidate: Candidate;
  readonly largeBytes: number;
  readonly store: (instance: FitInstance, signal: AbortSignal) => Promise<StoreSeen>;
  readonly onSize: (sizeBytes: number) => void;
  /** For each of them. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** Sends instances of the same encoding that differ in nothing but their length, until one is taken. */
export async function tryLarge(options: LargeOptions): Promise<readonly SizeSeen[]> {
  const { media, study, directory, candidate, largeBytes, signal } = options;
  const seen: SizeSeen[] = [];
  for (const bytes of sizesToTry(largeBytes)) {
    options.onSize(bytes);
    const { bavail, bsize } = await statfs(directory);
    // The stream takes no room, the instance made of it does.
    if (bavail * bsize < bytes + spareBytes) {
      const words = `The disk of this box has no room for ${megabytes(bytes)}.`;
      seen.push({ sizeBytes: bytes, store: { kind: "not-tried", words } });
      continue;
    }
    const instance = await study.write(candidate, await media.padded(candidate, bytes), signal);
    try {
      const store = await within(options, instance);
      seen.push({ sizeBytes: instance.sizeBytes, store });
      if (isTaken(store)) break;
    } finally {
      await rm(instance.file, { force: true });
    }
  }
  return seen;
}

async function within({ store, limitMs, signal }: LargeOptions, instance: FitInstance): Promise<StoreSeen> {
  const time = AbortSignal.timeout(limitMs);
  return store(instance, AbortSignal.any([signal, time])).catch((error: unknown): StoreSeen => {
    if (signal.aborted || !time.aborted) throw error;
    return { kind: "failed", words: `It took longer than ${Math.round(limitMs / 1_000)} s and was given up.` };
  });
}

/** Left on the disk, whatever is tried: the box may be recording. */
const spareBytes = 2_000_000_000;

export const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

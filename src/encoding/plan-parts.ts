import { EncodingError } from "./encoding-error.ts";
import type { Mp4Index } from "./mp4-index.ts";

/** A stretch of frames, `to` not included. */
export interface FrameRange {
  readonly from: number;
  readonly to: number;
}

/** More than the index of an MP4 needs: a size, a time, a key frame and a chunk offset of each sample, and what is fixed. */
const indexBytesPerFrame = 28;
const indexBytes = 16 * 1024;

/**
 * Which frames go into which part, so that each part begins with a key frame and its file stays within `limitBytes`: as
 * few parts as possible and about as large as each other. The same index and limit give the same parts. Throws
 * EncodingError "too-large" where the frames from one key frame to the next do not fit, "unreadable" without a key frame.
 */
export function planParts({ sampleBytes, keySamples }: Mp4Index, limitBytes: number): readonly FrameRange[] {
  if (keySamples[0] !== 0) {
    throw new EncodingError("unreadable", "This clip does not begin with a key frame. Call technical service.");
  }
  const groups = keySamples.map((from, at) => {
    const to = keySamples[at + 1] ?? sampleBytes.length;
    let bytes = (to - from) * indexBytesPerFrame;
    for (let frame = from; frame < to; frame += 1) bytes += sampleBytes[frame] ?? 0;
    return { from, to, bytes };
  });
  const room = limitBytes - indexBytes;
  const largest = groups.reduce((most, { bytes }) => Math.max(most, bytes), 0);
  if (largest > room) {
    throw new EncodingError(
      "too-large",
      "This clip cannot be cut small enough for the archive's limit: its key frames are too far apart. " +
        "Raise the node's maxInstanceBytes.",
    );
  }
  const fewest = filled(groups, room);
  const total = groups.reduce((sum, { bytes }) => sum + bytes, 0);
  const even = filled(groups, Math.min(room, Math.ceil(total / fewest.length) + largest));
  return even.length === fewest.length ? even : fewest;
}

function filled(groups: readonly (FrameRange & { readonly bytes: number })[], room: number): readonly FrameRange[] {
  const parts: { from: number; to: number; bytes: number }[] = [];
  for (const { from, to, bytes } of groups) {
    const last = parts.at(-1);
    if (last !== undefined && last.bytes + bytes <= room) Object.assign(last, { to, bytes: last.bytes + bytes });
    else parts.push({ from, to, bytes });
  }
  return parts.map(({ from, to }) => ({ from, to }));
}

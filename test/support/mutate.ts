/** Hostile bytes on demand, the same ones on every run. */

/** A small generator with a seed of its own: numbers from 0 to 1. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}

/** Flips, overwrites, inserts, removes, repeats and cuts; one to four at once. */
export function mutated(original: Buffer, random: () => number): Buffer {
  let bytes = Buffer.from(original);
  const count = 1 + Math.floor(random() * 4);
  for (let index = 0; index < count; index++) {
    const at = Math.floor(random() * bytes.length);
    const rest = bytes.subarray(at);
    const kind = Math.floor(random() * 6);
    if (kind === 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    else if (kind === 1) bytes[at] = [0, 1, 2, 0x7f, 0x80, 0xff][Math.floor(random() * 6)] ?? 0;
    else if (kind === 2)
      bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from([Math.floor(random() * 256)]), rest]);
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, at), rest.subarray(Math.floor(random() * 8))]);
    else if (kind === 4) bytes = Buffer.concat([bytes, rest.subarray(0, Math.floor(random() * 200))]);
    else bytes = Buffer.from(bytes.subarray(0, at + 1));
  }
  return bytes;
}

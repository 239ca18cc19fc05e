import { type Box, BoxError, childBoxes, findBox, fullBox } from "../streams/box-reader.ts";

/** What a `moov` says about its video track. */
export interface MovieFacts {
  readonly timescale: number;
  /** Samples the index lists: 0 in a fragmented file. */
  readonly samples: number;
  readonly durationTicks: number;
  /** Sequence parameter set NAL units from the `avcC` box (ISO/IEC 14496-15 5.3.3.1). */
  readonly sps: readonly Buffer[];
  /** Of the length before each NAL unit in a sample. */
  readonly lengthBytes: number;
  /** Where its first sample, a key frame, lies in the file; null where the index lists none. */
  readonly firstSample: { readonly offset: number; readonly bytes: number } | null;
}

/** Reads a `moov` box. Throws BoxError where it holds no H.264 track. */
export function readMovie(moov: Box): MovieFacts {
  try {
    return movieOf(moov);
  } catch (error) {
    throw error instanceof BoxError ? error : new BoxError("the movie header is broken");
  }
}

function movieOf(moov: Box): MovieFacts {
  const mdhd = findBox(moov, "trak/mdia/mdhd");
  const table = findBox(moov, "trak/mdia/minf/stbl");
  const stsd = table && findBox(table, "stsd");
  const avc1 = stsd && childBoxes(stsd.bytes, stsd.content + 8).find((box) => box.type === "avc1");
  if (!mdhd || !table || !avc1) throw new BoxError("the movie holds no H.264 track");
  const header = fullBox(mdhd);
  const timescale = header.body.readUInt32BE(header.version === 1 ? 16 : 8);
  // A visual sample entry is 78 bytes before its own boxes (14496-12 12.1.3).
  const avcC = childBoxes(avc1.bytes, avc1.content + 78).find((box) => box.type === "avcC");
  if (avcC === undefined) throw new BoxError("the movie's H.264 track has no configuration");
  const stsz = findBox(table, "stsz");
  const samples = stsz === null ? 0 : fullBox(stsz).body.readUInt32BE(4);
  return {
    timescale,
    samples,
    durationTicks: ticks(findBox(table, "stts")),
    sps: parameterSets(avcC),
    lengthBytes: (avcC.bytes.readUInt8(avcC.content + 4) & 3) + 1,
    firstSample: samples === 0 || stsz === null ? null : firstSample(table, stsz),
  };
}

function firstSample(table: Box, stsz: Box): MovieFacts["firstSample"] {
  const sizes = fullBox(stsz).body;
  const bytes = sizes.readUInt32BE(0) || sizes.readUInt32BE(8);
  const stco = findBox(table, "stco");
  const co64 = findBox(table, "co64");
  if (stco !== null) return { offset: fullBox(stco).body.readUInt32BE(4), bytes };
  return co64 === null ? null : { offset: Number(fullBox(co64).body.readBigUInt64BE(4)), bytes };
}

function ticks(stts: Box | null): number {
  if (stts === null) return 0;
  const { body } = fullBox(stts);
  let total = 0;
  for (let entry = 0; entry < body.readUInt32BE(0); entry += 1) {
    total += body.readUInt32BE(4 + entry * 8) * body.readUInt32BE(8 + entry * 8);
  }
  return total;
}

function parameterSets(avcC: Box): Buffer[] {
  const config = avcC.bytes.subarray(avcC.content);
  const count = config.readUInt8(5) & 0x1f;
  const sets: Buffer[] = [];
  let at = 6;
  for (let set = 0; set < count; set += 1) {
    const length = config.readUInt16BE(at);
    if (at + 2 + length > config.length) throw new BoxError("the H.264 configuration is cut off");
    sets.push(config.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return sets;
}

import { type Box, BoxError, childBoxes, findBox, fullBox } from "../streams/box-reader.ts";

/** nal_unit_type of a sequence parameter set (ITU-T H.265 Table 7-1). */
const hevcSps = 33;

/** What a `moov` says about its video track. */
export interface MovieFacts {
  readonly timescale: number;
  /** Samples the index lists: 0 in a fragmented file. */
  readonly samples: number;
  readonly durationTicks: number;
  readonly codec: "h264" | "hevc";
  /** Sequence parameter set NAL units from the `avcC` or `hvcC` box (ISO/IEC 14496-15 5.3.3.1, 8.3.3.1). */
  readonly sps: readonly Buffer[];
  /** Of the length before each NAL unit in a sample. */
  readonly lengthBytes: number;
  /** Where its first sample, a key frame, lies in the file; null where the index lists none. */
  readonly firstSample: { readonly offset: number; readonly bytes: number } | null;
}

/** Reads a `moov` box. Throws BoxError where it holds no track of H.264 or HEVC. */
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
  const entry = stsd && childBoxes(stsd.bytes, stsd.content + 8).find(({ type }) => type === "avc1" || type === "hvc1");
  if (!mdhd || !table || !entry) throw new BoxError("the movie holds no track of H.264 or HEVC");
  const header = fullBox(mdhd);
  const timescale = header.body.readUInt32BE(header.version === 1 ? 16 : 8);
  // A visual sample entry is 78 bytes before its own boxes (14496-12 12.1.3).
  const wanted = entry.type === "avc1" ? "avcC" : "hvcC";
  const configuration = childBoxes(entry.bytes, entry.content + 78).find((box) => box.type === wanted);
  if (configuration === undefined) throw new BoxError("the movie's track has no configuration");
  const stsz = findBox(table, "stsz");
  const samples = stsz === null ? 0 : fullBox(stsz).body.readUInt32BE(4);
  return {
    timescale,
    samples,
    durationTicks: ticks(findBox(table, "stts")),
    ...(wanted === "avcC" ? ofAvc(configuration) : ofHevc(configuration)),
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

function ofAvc(avcC: Box): Pick<MovieFacts, "codec" | "sps" | "lengthBytes"> {
  const config = avcC.bytes.subarray(avcC.content);
  const { units } = unitsAt(config, 6, config.readUInt8(5) & 0x1f);
  return { codec: "h264", sps: units, lengthBytes: (config.readUInt8(4) & 3) + 1 };
}

/** Its parameter sets lie in one array for each type of NAL unit. */
function ofHevc(hvcC: Box): Pick<MovieFacts, "codec" | "sps" | "lengthBytes"> {
  const config = hvcC.bytes.subarray(hvcC.content);
  const sps: Buffer[] = [];
  let at = 23;
  for (let array = config.readUInt8(22); array > 0; array -= 1) {
    const type = config.readUInt8(at) & 0x3f;
    const { units, end } = unitsAt(config, at + 3, config.readUInt16BE(at + 1));
    if (type === hevcSps) sps.push(...units);
    at = end;
  }
  return { codec: "hevc", sps, lengthBytes: (config.readUInt8(21) & 3) + 1 };
}

/** NAL units, each behind its length in two bytes. */
function unitsAt(config: Buffer, from: number, count: number): { units: Buffer[]; end: number } {
  const units: Buffer[] = [];
  let at = from;
  for (let unit = 0; unit < count; unit += 1) {
    const length = config.readUInt16BE(at);
    if (at + 2 + length > config.length) throw new BoxError("the configuration of the track is cut off");
    units.push(config.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return { units, end: at };
}

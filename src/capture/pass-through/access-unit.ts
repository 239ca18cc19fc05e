import { BitReader, withoutEmulation } from "../clip/h264-sps.ts";
import { type Pes, TsError } from "./ts-reader.ts";

/** nal_unit_type (ITU-T H.264 Table 7-1). */
export const nalTypes = { slice: 1, idr: 5, sei: 6, sps: 7, pps: 8, delimiter: 9, filler: 12 } as const;

/** One coded picture with what belongs to it. */
export interface AccessUnit {
  /** Presentation time stamp, 90 kHz, 33 bits; null: it has none. */
  readonly pts: number | null;
  /** Without start codes. */
  readonly nals: readonly Buffer[];
}

export interface SliceHeader {
  readonly firstBlock: number;
  /** 0 P, 1 B, 2 I, 3 SP, 4 SI. */
  readonly type: number;
  readonly frameNum: number;
}

/** No encoder cuts a picture into so many. */
const maxNals = 4096;
/** All of a slice header that is read lies in so many bytes. */
const headerBytes = 32;

export const nalType = (nal: Buffer): number => nal.readUInt8(0) & 0x1f;
/** nal_ref_idc is not 0: others refer to this picture. */
export const isReference = (nal: Buffer): boolean => (nal.readUInt8(0) & 0x60) !== 0;
export const isSlice = (nal: Buffer): boolean => nalType(nal) === nalTypes.slice || nalType(nal) === nalTypes.idr;

export function accessUnitOf({ pts, bytes }: Pes): AccessUnit {
  return { pts, nals: nalUnits(bytes) };
}

/** The NAL units of a byte stream (H.264 Annex B), without start codes and the zeros between them. Throws TsError for too many. */
export function nalUnits(bytes: Buffer): Buffer[] {
  const code = Buffer.from([0, 0, 1]);
  const nals: Buffer[] = [];
  let from = bytes.indexOf(code);
  while (from !== -1) {
    const next = bytes.indexOf(code, from + 3);
    let end = next === -1 ? bytes.length : next;
    // No NAL unit ends with a zero (7.4.1): it belongs to the next start code, or fills up.
    while (end > from + 3 && bytes.readUInt8(end - 1) === 0) end -= 1;
    if (end > from + 3) nals.push(bytes.subarray(from + 3, end));
    if (nals.length > maxNals) throw new TsError("a picture has too many parts");
    from = next;
  }
  return nals;
}

/** The begin of a slice of a frame (H.264 7.3.3), colour planes not coded apart. Throws RangeError where it is broken. */
export function readSliceHeader(nal: Buffer, log2MaxFrameNum: number): SliceHeader {
  const bits = new BitReader(withoutEmulation(nal.subarray(1, 1 + headerBytes)));
  const firstBlock = bits.unsigned();
  const type = bits.unsigned() % 5;
  bits.unsigned();
  return { firstBlock, type, frameNum: bits.bits(log2MaxFrameNum) };
}

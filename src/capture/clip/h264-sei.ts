import type { FramePacking } from "../capture-types.ts";
import { BitReader, withoutEmulation } from "./h264-sps.ts";

/** Frame packing arrangement (ITU-T H.264 D.1.26). */
const framePackingPayload = 45;
const seiNal = 6;

/**
 * How a coded picture packs two views, from its own SEI; null: it says nothing of that. `sample`: NAL units with lengths
 * of `lengthBytes`, as an MP4 holds them (ISO/IEC 14496-15 5.3.2). Throws RangeError where it is broken.
 */
export function readFramePacking(sample: Buffer, lengthBytes: number): FramePacking | null {
  for (let at = 0; at + lengthBytes < sample.length; ) {
    const length = sample.readUIntBE(at, lengthBytes);
    const nal = sample.subarray(at + lengthBytes, at + lengthBytes + length);
    at += lengthBytes + length;
    if (nal.length < 2 || (nal.readUInt8(0) & 0x1f) !== seiNal) continue;
    const packing = fromMessages(withoutEmulation(nal.subarray(1)));
    if (packing !== null) return packing;
  }
  return null;
}

/** The messages of one SEI NAL unit (H.264 7.3.2.3.1). */
function fromMessages(bytes: Buffer): FramePacking | null {
  // What is left at the end is the stop bit in a byte of its own.
  for (let at = 0; at + 2 < bytes.length; ) {
    let [type, size] = [0, 0];
    for (; bytes.readUInt8(at) === 255; at += 1) type += 255;
    type += bytes.readUInt8(at++);
    for (; bytes.readUInt8(at) === 255; at += 1) size += 255;
    size += bytes.readUInt8(at++);
    if (type === framePackingPayload) return arrangement(bytes.subarray(at, at + size));
    at += size;
  }
  return null;
}

function arrangement(payload: Buffer): FramePacking | null {
  const bits = new BitReader(payload);
  bits.unsigned();
  if (bits.bit() === 1) return null;
  const type = bits.bits(7);
  bits.bit();
  const interpretation = bits.bits(6);
  const packing = type === 3 ? "side-by-side" : type === 4 ? "top-bottom" : "other";
  return { packing, first: interpretation === 1 ? "left" : interpretation === 2 ? "right" : "unknown" };
}

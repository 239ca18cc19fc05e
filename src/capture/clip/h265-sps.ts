import type { HevcFacts } from "../capture-types.ts";
import { BitReader, readColour, withoutEmulation } from "./h264-sps.ts";

const spsNal = 33;
const maxSubLayers = 6;
/** More than the syntax allows: what claims so many is broken (H.265 7.4.3.2.1, 7.4.8). */
const mostSets = 64;
const mostPictures = 16;
const mostLongTerm = 32;

/** Reads a sequence parameter set NAL unit of HEVC (ITU-T H.265 7.3.2.2.1). Throws RangeError where it is broken. */
export function readHevcSps(nal: Buffer): HevcFacts {
  if (((nal.readUInt8(0) >> 1) & 0x3f) !== spsNal) throw new RangeError("not a sequence parameter set");
  const bits = new BitReader(withoutEmulation(nal.subarray(2)));
  bits.bits(4);
  const subLayers = bits.bits(3);
  if (subLayers > maxSubLayers) throw new RangeError("too many sub-layers");
  bits.bit();
  const level = profileTierLevel(bits, subLayers);
  bits.unsigned();
  const chromaFormat = bits.unsigned();
  if (chromaFormat === 3) bits.bit();
  const size = windowSize(bits, chromaFormat);
  const bitDepth = 8 + Math.max(bits.unsigned(), bits.unsigned());
  const pictureOrderBits = 4 + bits.unsigned();
  if (pictureOrderBits > 16) throw new RangeError("a picture order count is too long");
  for (let layer = bits.bit() === 1 ? 0 : subLayers; layer <= subLayers; layer += 1) skipUnsigned(bits, 3);
  skipCoding(bits, pictureOrderBits);
  const { fieldCoded, colour } = bits.bit() === 1 ? readUsability(bits) : { fieldCoded: false, colour: null };
  const { isInterlacedSource, ...profile } = level;
  return {
    codec: "hevc",
    ...profile,
    chromaFormat,
    bitDepth,
    interlaced: isInterlacedSource || fieldCoded,
    ...size,
    colour,
  };
}

/** H.265 7.3.3. */
function profileTierLevel(bits: BitReader, subLayers: number) {
  bits.bits(2);
  const highTier = bits.bit() === 1;
  const profileIdc = bits.bits(5);
  const compatibility = bits.bits(32);
  const isProgressive = bits.bit() === 1;
  const isInterlacedSource = bits.bit() === 1 && !isProgressive;
  bits.bits(46);
  const levelIdc = bits.bits(8);
  const present = Array.from({ length: subLayers }, () => ({ profile: bits.bit() === 1, level: bits.bit() === 1 }));
  if (subLayers > 0) bits.bits(2 * (8 - subLayers));
  for (const { profile, level } of present) bits.bits((profile ? 88 : 0) + (level ? 8 : 0));
  return { profileIdc, compatibility, highTier, levelIdc, isInterlacedSource };
}

/** What is shown of the coded picture: it is coded in whole blocks, and the conformance window takes the rest off. */
function windowSize(bits: BitReader, chromaFormat: number): { width: number; height: number } {
  const [width, height] = [bits.unsigned(), bits.unsigned()];
  if (bits.bit() === 0) return { width, height };
  const [left, right, top, bottom] = [bits.unsigned(), bits.unsigned(), bits.unsigned(), bits.unsigned()];
  const unitX = chromaFormat === 1 || chromaFormat === 2 ? 2 : 1;
  const unitY = chromaFormat === 1 ? 2 : 1;
  return { width: width - unitX * (left + right), height: height - unitY * (top + bottom) };
}

/** From the sizes of the coding blocks to the last flag before the VUI. */
function skipCoding(bits: BitReader, pictureOrderBits: number): void {
  skipUnsigned(bits, 6);
  if (bits.bit() === 1 && bits.bit() === 1) skipScalingLists(bits);
  bits.bits(2);
  if (bits.bit() === 1) {
    bits.bits(8);
    skipUnsigned(bits, 2);
    bits.bit();
  }
  skipReferenceSets(bits);
  if (bits.bit() === 1) {
    const pictures = bits.unsigned();
    if (pictures > mostLongTerm) throw new RangeError("too many long-term pictures");
    bits.bits(pictures * (pictureOrderBits + 1));
  }
  bits.bits(2);
}

/** H.265 7.3.4. */
function skipScalingLists(bits: BitReader): void {
  for (let sizeId = 0; sizeId < 4; sizeId += 1) {
    for (let matrix = 0; matrix < 6; matrix += sizeId === 3 ? 3 : 1) {
      if (bits.bit() === 0) bits.unsigned();
      else skipUnsigned(bits, Math.min(64, 1 << (4 + 2 * sizeId)) + (sizeId > 1 ? 1 : 0));
    }
  }
}

/** H.265 7.3.7: each set is counted, for the next may be told by the one before it. */
function skipReferenceSets(bits: BitReader): void {
  const sets = bits.unsigned();
  if (sets > mostSets) throw new RangeError("too many reference picture sets");
  let before = 0;
  for (let set = 0; set < sets; set += 1) {
    if (set > 0 && bits.bit() === 1) {
      bits.bit();
      bits.unsigned();
      let kept = 0;
      // A picture that is not used now may still be kept for later.
      for (let picture = 0; picture <= before; picture += 1) if (bits.bit() === 1 || bits.bit() === 1) kept += 1;
      before = kept;
    } else {
      before = bits.unsigned() + bits.unsigned();
      if (before > mostPictures) throw new RangeError("too many reference pictures");
      for (let picture = 0; picture < before; picture += 1) {
        bits.unsigned();
        bits.bit();
      }
    }
    if (before > mostPictures) throw new RangeError("too many reference pictures");
  }
}

/** The start of the VUI (H.265 E.2.1), as far as the field flag. */
function readUsability(bits: BitReader): { fieldCoded: boolean; colour: HevcFacts["colour"] } {
  const colour = readColour(bits);
  if (bits.bit() === 1) skipUnsigned(bits, 2);
  bits.bit();
  return { fieldCoded: bits.bit() === 1, colour };
}

function skipUnsigned(bits: BitReader, count: number): void {
  for (let done = 0; done < count; done += 1) bits.unsigned();
}

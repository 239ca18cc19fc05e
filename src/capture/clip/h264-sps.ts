import type { H264Facts, StreamColour } from "../capture-types.ts";

/** Reads bits most significant first; past the end it throws RangeError. */
export class BitReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Bits read so far. */
  get position(): number {
    return this.#at;
  }

  bit(): number {
    const byte = this.#bytes.readUInt8(this.#at >> 3);
    const bit = (byte >> (7 - (this.#at & 7))) & 1;
    this.#at += 1;
    return bit;
  }

  bits(count: number): number {
    let value = 0;
    for (let done = 0; done < count; done += 1) value = value * 2 + this.bit();
    return value;
  }

  /** ue(v), H.264 9.1. */
  unsigned(): number {
    let zeros = 0;
    while (this.bit() === 0) {
      zeros += 1;
      if (zeros > 32) throw new RangeError("an Exp-Golomb code is too long");
    }
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** se(v), H.264 9.1.1. */
  signed(): number {
    const code = this.unsigned();
    return code % 2 === 0 ? -code / 2 : (code + 1) / 2;
  }
}

const highProfiles = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/** A sequence parameter set, with what only those need who read the stream itself. */
export interface SpsParts {
  readonly facts: H264Facts;
  /** Bits of frame_num in a slice header. */
  readonly log2MaxFrameNum: number;
  /** Where vui_parameters_present_flag is, in bits behind the NAL header, without emulation prevention. */
  readonly vuiAt: number;
}

/** Reads a sequence parameter set NAL unit (H.264 7.3.2.1.1). Throws RangeError where it is broken. */
export function readSps(nal: Buffer): H264Facts {
  return readSpsParts(nal).facts;
}

/** The same with all its parts. */
export function readSpsParts(nal: Buffer): SpsParts {
  if ((nal.readUInt8(0) & 0x1f) !== 7) throw new RangeError("not a sequence parameter set");
  const bits = new BitReader(withoutEmulation(nal.subarray(1)));
  const profileIdc = bits.bits(8);
  const constraintFlags = bits.bits(8);
  const levelIdc = bits.bits(8);
  bits.unsigned();
  let chromaFormat = 1;
  let bitDepth = 8;
  if (highProfiles.has(profileIdc)) {
    chromaFormat = bits.unsigned();
    if (chromaFormat === 3) bits.bit();
    bitDepth = 8 + Math.max(bits.unsigned(), bits.unsigned());
    bits.bit();
    if (bits.bit() === 1) skipScalingLists(bits, chromaFormat === 3 ? 12 : 8);
  }
  const log2MaxFrameNum = 4 + bits.unsigned();
  if (log2MaxFrameNum > 16) throw new RangeError("frame numbers are too long");
  skipPictureOrder(bits);
  bits.unsigned();
  bits.bit();
  const widthBlocks = bits.unsigned() + 1;
  const heightUnits = bits.unsigned() + 1;
  const framesOnly = bits.bit();
  if (framesOnly === 0) bits.bit();
  bits.bit();
  const size = croppedSize(bits, { chromaFormat, widthBlocks, heightUnits, framesOnly });
  const vuiAt = bits.position;
  const colour = bits.bit() === 1 ? readColour(bits) : null;
  const facts: H264Facts = {
    codec: "h264",
    profileIdc,
    constraintFlags,
    levelIdc,
    chromaFormat,
    bitDepth,
    interlaced: framesOnly === 0,
    ...size,
    colour,
  };
  return { facts, log2MaxFrameNum, vuiAt };
}

interface CodedSize {
  readonly chromaFormat: number;
  readonly widthBlocks: number;
  readonly heightUnits: number;
  readonly framesOnly: number;
}

function croppedSize(bits: BitReader, coded: CodedSize): { width: number; height: number } {
  const { chromaFormat, widthBlocks, heightUnits, framesOnly } = coded;
  const unitX = chromaFormat === 1 || chromaFormat === 2 ? 2 : 1;
  const unitY = (chromaFormat === 1 ? 2 : 1) * (2 - framesOnly);
  const [left, right, top, bottom] =
    bits.bit() === 1 ? [bits.unsigned(), bits.unsigned(), bits.unsigned(), bits.unsigned()] : [0, 0, 0, 0];
  return {
    width: widthBlocks * 16 - unitX * (left + right),
    height: heightUnits * 16 * (2 - framesOnly) - unitY * (top + bottom),
  };
}

function skipPictureOrder(bits: BitReader): void {
  const type = bits.unsigned();
  if (type === 0) {
    bits.unsigned();
  } else if (type === 1) {
    bits.bit();
    bits.signed();
    bits.signed();
    const cycle = bits.unsigned();
    if (cycle > 255) throw new RangeError("a picture order cycle is too long");
    for (let one = 0; one < cycle; one += 1) bits.signed();
  }
}

function skipScalingLists(bits: BitReader, count: number): void {
  for (let list = 0; list < count; list += 1) {
    if (bits.bit() === 0) continue;
    let next = 8;
    for (let last = 8, at = 0; at < (list < 6 ? 16 : 64) && next !== 0; at += 1) {
      next = (last + bits.signed() + 256) % 256;
      if (next !== 0) last = next;
    }
  }
}

/** The start of the VUI (H.264 E.1.1; H.265 E.2.1 is the same so far), as far as colour. */
export function readColour(bits: BitReader): StreamColour | null {
  if (bits.bit() === 1 && bits.bits(8) === 255) bits.bits(32);
  if (bits.bit() === 1) bits.bit();
  if (bits.bit() === 0) return null;
  bits.bits(3);
  const fullRange = bits.bit() === 1;
  // 2 means "unspecified" in all three.
  if (bits.bit() === 0) return { fullRange, primaries: 2, transfer: 2, matrix: 2 };
  return { fullRange, primaries: bits.bits(8), transfer: bits.bits(8), matrix: bits.bits(8) };
}

/** Takes the emulation prevention bytes out (H.264 7.4.1). */
export function withoutEmulation(bytes: Buffer): Buffer {
  const kept: number[] = [];
  let zeros = 0;
  for (const byte of bytes) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    kept.push(byte);
  }
  return Buffer.from(kept);
}

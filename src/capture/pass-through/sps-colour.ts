import { BitReader, readSpsParts, withoutEmulation } from "../clip/h264-sps.ts";

/** "Component" (ITU-T H.264 Table E-2). */
const unspecifiedFormat = 5;
const extendedSample = 255;

/**
 * The sequence parameter set with the colour that it does not tell: limited range, and this code point of Tables E-3 to E-5
 * for primaries, transfer and matrix. What it does tell stays; every other bit is as it was. Throws RangeError where it is
 * broken.
 */
export function withColour(nal: Buffer, code: number): Buffer {
  const bits = bitsOf(nal);
  const said = [8, 8, 8].flatMap((count) => inBits(code, count));
  const { vuiAt } = readSpsParts(nal);
  const signal = [1, ...inBits(unspecifiedFormat, 3), 0, 1, ...said];
  if (bits[vuiAt] === 0) {
    // Nothing else of it is told: eight flags (E.1.1), of which the third begins what is told.
    const vui = [1, 0, 0, ...signal, 0, 0, 0, 0, 0, 0];
    return nalOf(nal.readUInt8(0), [...bits.slice(0, vuiAt), ...vui, ...bits.slice(vuiAt + 1)]);
  }
  const signalAt = vuiSignalAt(nal, vuiAt);
  if (bits[signalAt] === 0) {
    return nalOf(nal.readUInt8(0), [...bits.slice(0, signalAt), ...signal, ...bits.slice(signalAt + 1)]);
  }
  const colourAt = signalAt + 5;
  const behind = bits[colourAt] === 0 ? colourAt + 1 : colourAt + 25;
  return nalOf(nal.readUInt8(0), [...bits.slice(0, colourAt), 1, ...said, ...bits.slice(behind)]);
}

/** Where video_signal_type_present_flag is. */
function vuiSignalAt(nal: Buffer, vuiAt: number): number {
  const reader = new BitReader(withoutEmulation(nal.subarray(1)));
  reader.bits(vuiAt + 1);
  if (reader.bit() === 1 && reader.bits(8) === extendedSample) reader.bits(32);
  if (reader.bit() === 1) reader.bit();
  return reader.position;
}

/** Up to the stop bit, without it. */
function bitsOf(nal: Buffer): number[] {
  const bytes = withoutEmulation(nal.subarray(1));
  const bits = [...bytes].flatMap((byte) => inBits(byte, 8));
  return bits.slice(0, bits.lastIndexOf(1));
}

function inBits(value: number, count: number): number[] {
  return Array.from({ length: count }, (_unused, at) => (value >> (count - 1 - at)) & 1);
}

/** With the stop bit and emulation prevention (H.264 7.4.1). */
function nalOf(header: number, bits: readonly number[]): Buffer {
  const whole = [...bits, 1];
  while (whole.length % 8 !== 0) whole.push(0);
  const bytes = [header];
  let zeros = 0;
  for (let at = 0; at < whole.length; at += 8) {
    const byte = whole.slice(at, at + 8).reduce((value, bit) => value * 2 + bit, 0);
    if (zeros >= 2 && byte <= 3) {
      bytes.push(3);
      zeros = 0;
    }
    bytes.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Buffer.from(bytes);
}

import { describe, expect, test } from "vitest";
import { readHevcSps } from "./h265-sps.ts";

// Made with x265 3.5 through ffmpeg 5.1.9; what each says was read with ffmpeg's trace_headers and ffprobe.
const main = "420101016000000300900000030000030099a00a080c1f3e5ba4a4c2f016a020202080000003008000000f04";
const hd = "420101016000000300900000030000030099a003c0801107cb96e92930bc05a808080820000003002000000303c1";
const main10 = "420101022000000300900000030000030099a00a080c1f3b65ba4a4c2f016a02020208000003000800000300f040";
const wide422 = "4201010408000003009d080000030000b7b00b080485965664a4e1780b4040000003004000000782";
const fields = "420101216000000300400000030000030099a001e020021c5965654a4c2f016e02020268000003000800000300f040";

const read = (hex: string) => readHevcSps(Buffer.from(hex, "hex"));

/** ue(v), H.265 9.2. */
function ue(value: number): string {
  const code = (value + 1).toString(2);
  return "0".repeat(code.length - 1) + code;
}

/** With emulation prevention bytes (H.265 7.4.2). */
function escaped(nal: Buffer): Buffer {
  const bytes: number[] = [];
  for (const byte of nal) {
    if (byte <= 3 && bytes.at(-1) === 0 && bytes.at(-2) === 0) bytes.push(3);
    bytes.push(byte);
  }
  return Buffer.from(bytes);
}

describe("a sequence parameter set of HEVC", () => {
  test("of Main profile is read: its size is that of the conformance window, not of the coded blocks", () => {
    expect(read(main)).toEqual({
      codec: "hevc",
      profileIdc: 1,
      compatibility: 0x60000000,
      highTier: false,
      levelIdc: 153,
      chromaFormat: 1,
      bitDepth: 8,
      interlaced: false,
      width: 320,
      height: 180,
      colour: { fullRange: false, primaries: 1, transfer: 1, matrix: 1 },
    });
    expect(read(hd)).toMatchObject({ profileIdc: 1, width: 1920, height: 1080 });
  });

  test("of Main 10, of 4:2:2, and of fields in the High tier is told from it", () => {
    expect(read(main10)).toMatchObject({ profileIdc: 2, bitDepth: 10, width: 320, height: 180 });
    const wide = { profileIdc: 4, highTier: false, levelIdc: 183, chromaFormat: 2, width: 352, height: 288 };
    expect(read(wide422)).toMatchObject(wide);
    const tall = { highTier: true, levelIdc: 153, interlaced: true, width: 3840, height: 2160 };
    expect(read(fields)).toMatchObject(tall);
    expect(read(fields).colour?.fullRange).toBe(true);
  });

  test("that tells its reference pictures, as hardware encoders do, is read behind them", () => {
    const bits = [
      ...["0000", "000", "1", "00", "0", "00001", "0110".padEnd(32, "0"), "1000".padEnd(48, "0"), "10011001"],
      ...[ue(0), ue(1), ue(1920), ue(1088), "1", ue(0), ue(0), ue(0), ue(4), ue(0), ue(0), ue(4)],
      ...["1", ue(2), ue(0), ue(0), ue(0), ue(3), ue(0), ue(3), ue(0), ue(0), "0", "0", "0", "0"],
      // A set of two pictures before, one told by it (used, kept unused, dropped), one of its own behind that.
      ...[ue(3), ue(2), ue(0), ue(0), "1", ue(1), "1", "1", "0", ue(0), "1", "01", "00", "0", ue(1), ue(0), ue(0), "1"],
      // One long-term picture in 8 bits, then the two flags and the VUI: colour, and no fields.
      ...[
        "1",
        ue(1),
        "00000001",
        "1",
        "00",
        "1",
        "0",
        "0",
        "1",
        "101",
        "1",
        "1",
        "00000001",
        "00000001",
        "00000110",
        "0",
        "0",
        "0",
      ],
    ].join("");
    const bytes = bits.padEnd(8 * Math.ceil(bits.length / 8), "0").match(/.{8}/g) ?? [];
    const nal = Buffer.from([0x42, 1, ...bytes.map((byte) => Number.parseInt(byte, 2))]);
    const colour = { fullRange: true, primaries: 1, transfer: 1, matrix: 6 };
    expect(readHevcSps(escaped(nal))).toMatchObject({ width: 1920, height: 1080, interlaced: false, colour });
  });

  test("that is cut off anywhere before its colour, or another NAL unit, is refused", () => {
    const whole = Buffer.from(main, "hex");
    for (let length = 0; length < 30; length += 1) {
      expect(() => readHevcSps(whole.subarray(0, length))).toThrow(RangeError);
    }
    expect(() => read("4401c073c1892700")).toThrow(RangeError);
    expect(() => readHevcSps(Buffer.concat([whole.subarray(0, 20), Buffer.alloc(60)]))).toThrow(RangeError);
  });
});

import { describe, expect, test } from "vitest";
import { readSps } from "./h264-sps.ts";

// Made with x264 through ffmpeg 5.1.9 at 1920×1080, 30 fps; what each says was read with mediainfo and ffmpeg's trace_headers.
const high41 = "67640029acb403c0113f2e02d40404050000030001000003003c0f1832a0";
const baseline = "6742c01eda0280bfe5c044000003000400000300f03c58ba80";
const interlaced = "6764001facd940b424d80880000003008000001e0f8b16cb";

describe("a sequence parameter set", () => {
  test("of High profile with colour is read", () => {
    expect(readSps(Buffer.from(high41, "hex"))).toEqual({
      codec: "h264",
      profileIdc: 100,
      constraintFlags: 0,
      levelIdc: 41,
      chromaFormat: 1,
      bitDepth: 8,
      interlaced: false,
      width: 1920,
      height: 1080,
      colour: { fullRange: false, primaries: 1, transfer: 1, matrix: 1 },
    });
  });

  test("of Constrained Baseline is told from High", () => {
    expect(readSps(Buffer.from(baseline, "hex"))).toMatchObject({
      profileIdc: 66,
      constraintFlags: 0xc0,
      width: 640,
      height: 360,
    });
  });

  test("of an interlaced stream says so and gives the height of a frame", () => {
    expect(readSps(Buffer.from(interlaced, "hex"))).toMatchObject({ interlaced: true, width: 720, height: 576 });
  });

  test("that is cut off anywhere, or another NAL unit, is refused", () => {
    const whole = Buffer.from(high41, "hex");
    for (let length = 0; length < 8; length += 1) expect(() => readSps(whole.subarray(0, length))).toThrow(RangeError);
    expect(() => readSps(Buffer.from("68ee3c80", "hex"))).toThrow(RangeError);
    expect(() => readSps(Buffer.concat([whole.subarray(0, 4), Buffer.alloc(40)]))).toThrow(RangeError);
  });
});

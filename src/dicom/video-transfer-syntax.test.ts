import { describe, expect, it } from "vitest";
import { chooseVideoTransferSyntax, type H264Stream, type HevcStream } from "./video-transfer-syntax.ts";

const high: H264Stream = {
  codec: "h264",
  profileIdc: 100,
  constraintFlags: 0,
  levelIdc: 41,
  width: 1920,
  height: 1080,
  frameRate: 30,
  chromaFormat: "4:2:0",
  bitDepth: 8,
  interlaced: false,
};
const level41 = { uid: "1.2.840.10008.1.2.4.102" };
const level42 = { uid: "1.2.840.10008.1.2.4.104" };

describe("transfer syntax of an H.264 stream", () => {
  it.each([
    ["1080p30", {}],
    ["1080p29.97", { frameRate: 30000 / 1001 }],
    ["720p60 at level 3.2", { width: 1280, height: 720, frameRate: 60, levelIdc: 32 }],
    ["2048×1024, 8192 macroblocks", { width: 2048, height: 1024 }],
    ["1080i25", { interlaced: true, frameRate: 25 }],
    ["level 1b", { width: 176, height: 144, frameRate: 15, levelIdc: 9 }],
  ])("%s is .102", (_name, change) => {
    expect(chooseVideoTransferSyntax({ ...high, ...change })).toEqual(level41);
  });

  it.each([
    ["1080p60 at level 4.2", { frameRate: 60, levelIdc: 42 }],
    ["1080p30 that claims level 4.2", { levelIdc: 42 }],
    ["1080p60 that claims level 4.1", { frameRate: 60 }],
    ["one macroblock more than 8192", { width: 2064, height: 1024, levelIdc: 42 }],
    ["more than 8192 macroblocks that claim level 4.1", { width: 2064, height: 1024 }],
    ["a second more than 245 760 macroblocks long", { frameRate: 31 }],
  ])("%s is .104", (_name, change) => {
    expect(chooseVideoTransferSyntax({ ...high, ...change })).toEqual(level42);
  });

  it.each([
    ["side by side 1080p30", { framePacking: { packing: "side-by-side" } }],
    ["top and bottom 1080p60 at level 4.2", { framePacking: { packing: "top-bottom" }, frameRate: 60, levelIdc: 42 }],
  ] as const)("packed pairs, %s, are .105", (_name, change) => {
    expect(chooseVideoTransferSyntax({ ...high, ...change })).toEqual({ uid: "1.2.840.10008.1.2.4.105" });
  });

  it.each([
    ["packed in another way", { framePacking: { packing: "other" } }, /neither side by side/],
    ["full-size pairs", { framePacking: { packing: "side-by-side" }, width: 3840, levelIdc: 51 }, /above/],
    ["interlaced pairs", { framePacking: { packing: "side-by-side" }, interlaced: true }, /deinterlace/],
    ["Constrained Baseline", { profileIdc: 66, constraintFlags: 0xc0 }, /Constrained Baseline/],
    ["Baseline", { profileIdc: 66 }, /is Baseline/],
    ["Main", { profileIdc: 77 }, /Main/],
    ["High 10", { profileIdc: 110, bitDepth: 10 }, /High 10/],
    ["High 4:2:2", { profileIdc: 122, chromaFormat: "4:2:2" }, /4:2:2/],
    ["monochrome", { chromaFormat: "4:0:0" }, /4:0:0/],
    ["10 bits in High", { bitDepth: 10 }, /10 bits/],
    ["1920×1200 at level 5", { height: 1200, levelIdc: 50 }, /1920×1200/],
    ["1920×1200 that claims 4.2", { height: 1200, levelIdc: 42 }, /above/],
    ["1080p61", { frameRate: 65, levelIdc: 42 }, /above/],
    ["4K", { width: 3840, height: 2160, levelIdc: 51 }, /above/],
    ["a strip longer than the level allows", { width: 4240, height: 16 }, /above/],
    ["interlaced above 4.1", { interlaced: true, frameRate: 60, levelIdc: 42 }, /deinterlace/],
    ["no frame rate", { frameRate: 0 }, /does not say/],
    ["no size", { width: Number.NaN }, /does not say/],
  ] as const)("%s is refused", (_name, change, reason) => {
    expect(chooseVideoTransferSyntax({ ...high, ...change })).toEqual({ refused: expect.stringMatching(reason) });
  });
});

const hevc: HevcStream = {
  codec: "hevc",
  profileIdc: 1,
  highTier: false,
  levelIdc: 153,
  width: 3840,
  height: 2160,
  frameRate: 60,
  chromaFormat: "4:2:0",
  bitDepth: 8,
  interlaced: false,
};

describe("transfer syntax of an HEVC stream", () => {
  it.each([
    ["2160p60 in Main", {}, "107"],
    ["a small picture of a lower level", { width: 320, height: 180, levelIdc: 60 }, "107"],
    ["4096×2160 at 60", { width: 4096 }, "107"],
    ["Main 10", { profileIdc: 2, bitDepth: 10 }, "108"],
  ] as const)("%s", (_name, change, last) => {
    expect(chooseVideoTransferSyntax({ ...hevc, ...change })).toEqual({ uid: `1.2.840.10008.1.2.4.${last}` });
  });

  it.each([
    ["the High tier", { highTier: true }, /High tier/],
    ["level 5.2", { levelIdc: 156 }, /level 5.2, is above HEVC level 5.1/],
    ["more than 2160p64 that claims 5.1", { frameRate: 65 }, /above/],
    ["8K that claims 5.1", { width: 7680, height: 4320, frameRate: 1 }, /above/],
    ["a strip longer than the level allows", { width: 8448, height: 16 }, /above/],
    ["range extensions", { profileIdc: 4, chromaFormat: "4:2:2" }, /profile 4/],
    ["Main with 10 bits", { bitDepth: 10 }, /profile 1 with 10 bits/],
    ["4:2:2 that claims Main", { chromaFormat: "4:2:2" }, /4:2:2/],
    ["fields", { interlaced: true }, /deinterlace/],
    ["no frame rate", { frameRate: 0 }, /does not say/],
  ] as const)("%s is refused", (_name, change, reason) => {
    expect(chooseVideoTransferSyntax({ ...hevc, ...change })).toEqual({ refused: expect.stringMatching(reason) });
  });
});

import { expect, test } from "vitest";
import { clipTransferSyntax } from "./release-plan.ts";
import { readFacts } from "./stored-facts.ts";

const clip = { kind: "clip", width: 1920, height: 1080, frames: 300, durationMs: 10_000, fpsNum: 30, fpsDen: 1 };
const colour = { fullRange: false, primaries: 1, transfer: 1, matrix: 1 };

test("a clip that was saved before there was HEVC is read, and sent as what it is", () => {
  // As versions before wrote it.
  const row = `{"kind":"clip","width":1920,"height":1080,"frames":300,"durationMs":10000,"fpsNum":30,"fpsDen":1,"startedAtMs":1,
    "h264":{"profileIdc":100,"constraintFlags":0,"levelIdc":41,"chromaFormat":1,"bitDepth":8,"interlaced":false,
    "width":1920,"height":1080,"colour":{"fullRange":false,"primaries":1,"transfer":1,"matrix":1},
    "framePacking":{"packing":"side-by-side","first":"left"}}}`;
  const facts = readFacts(row);
  const video = { codec: "h264", profileIdc: 100, levelIdc: 41, colour, framePacking: { packing: "side-by-side" } };
  expect(facts).toMatchObject({ ...clip, startedAtMs: 1, video });
  expect(facts).not.toHaveProperty("h264");
  expect(facts.kind === "clip" && clipTransferSyntax(facts)).toEqual({ uid: "1.2.840.10008.1.2.4.105" });
});

test("facts of this version are read as they were written, of stills too", () => {
  const hevc = { codec: "hevc", profileIdc: 1, compatibility: 0x60000000, highTier: false, levelIdc: 153 };
  const video = { ...hevc, chromaFormat: 1, bitDepth: 8, interlaced: false, width: 1920, height: 1080, colour };
  const facts = readFacts(JSON.stringify({ ...clip, startedAtMs: 1, video }));
  expect(facts).toEqual({ ...clip, startedAtMs: 1, video });
  expect(facts.kind === "clip" && clipTransferSyntax(facts)).toEqual({ uid: "1.2.840.10008.1.2.4.107" });
  const still = { kind: "still", width: 8, height: 8, subsampling: "4:2:0", sourceWasLossy: false, frameAtMs: 1 };
  expect(readFacts(JSON.stringify(still))).toEqual(still);
});

import { expect, it } from "vitest";
import { fragmentableTwin, sopClassNames } from "../dicom/dicom.ts";
import { clipRungs, stillRungs } from "../encoding/encoding.ts";
import { candidatesOf } from "./candidates.ts";
import { sizesToTry } from "./sizes.ts";

const usual = candidatesOf({ still: "vlMicroscopic", clip: "videoMicroscopic" });

it("every class and every rung is tried, each encoding once for each kind of picture", () => {
  expect(new Set(usual.map(({ sopClass }) => sopClass))).toEqual(new Set(sopClassNames));
  // The class of the original goes as `original`, and H.264 of HEVC is known by H.264 as it is recorded.
  const known: readonly string[] = [
    "videoMicroscopic",
    "vlMicroscopic",
    ...clipRungs.filter((rung) => rung.endsWith("H264")),
  ];
  const rungs = [...clipRungs, ...stillRungs].filter((rung) => !known.includes(rung));
  expect(new Set(usual.map(({ rung }) => rung))).toEqual(new Set(rungs));
  expect(new Set(usual.map(({ id }) => id)).size).toBe(usual.length);
  // With those of the services in one association (PS3.8 9.3.2.2).
  expect(usual.length).toBeLessThan(120);
});

it("what is recorded is tried in fragments too, and nothing else is", () => {
  const inFragments = usual
    .filter(({ isFragmented }) => isFragmented)
    .map(({ transferSyntaxUid }) => transferSyntaxUid);
  const recorded = ["1.2.840.10008.1.2.4.102", "1.2.840.10008.1.2.4.104"];
  expect(new Set(inFragments)).toEqual(new Set(recorded.map(fragmentableTwin)));
  expect(inFragments).toHaveLength(6);
});

it("HEVC is tried by a box that records it, and by no other", () => {
  const hevc = "1.2.840.10008.1.2.4.107";
  const box = candidatesOf({ still: "vlMicroscopic", clip: "videoMicroscopic", recordsHevc: true });
  const more = box.filter(({ id }) => !usual.some((one) => one.id === id));
  expect(more.map(({ rung, transferSyntaxUid }) => [rung, transferSyntaxUid])).toEqual([
    ["original", hevc],
    ["videoEndoscopic", hevc],
    ["videoPhotographic", hevc],
  ]);
  expect(more[0]?.label).toBe("Video Microscopic Image, HEVC Main@5.1");
});

it("what the box records decides what `original` is", () => {
  const originals = candidatesOf({ still: "secondaryCapture", clip: "videoEndoscopic" }).filter(
    ({ rung }) => rung === "original",
  );
  expect(new Set(originals.map(({ sopClass }) => sopClass))).toEqual(new Set(["secondaryCapture", "videoEndoscopic"]));
});

it("sizes go down by half to the smallest limit there is", () => {
  expect(sizesToTry(48_000_000)).toEqual([48_000_000, 24_000_000, 12_000_000]);
  expect(sizesToTry(5_000_000)).toEqual([5_000_000]);
  expect(sizesToTry(4_000_000_000)).toHaveLength(6);
});

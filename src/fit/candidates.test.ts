import { expect, it } from "vitest";
import { clipRungs, fragmentableTwin, sopClassNames, stillRungs, transferSyntaxes } from "../dicom/dicom.ts";
import { candidatesOf } from "./candidates.ts";
import { sizesToTry } from "./sizes.ts";

const usual = candidatesOf({ still: "vlMicroscopic", clip: "videoMicroscopic" });

it("every class and every rung is tried, each encoding once for each kind of picture", () => {
  expect(new Set(usual.map(({ sopClass }) => sopClass))).toEqual(new Set(sopClassNames));
  // The class of the original goes as `original`. H.264 of HEVC is known by H.264 as it is recorded, a JPEG of a still
  // without loss by JPEG stills.
  const known: readonly string[] = [
    ...["videoMicroscopic", "vlMicroscopic", "jpeg", "secondaryCaptureJpeg"],
    ...clipRungs.filter((rung) => rung.endsWith("H264")),
  ];
  const rungs = [...clipRungs, ...stillRungs].filter((rung) => !known.includes(rung));
  expect(new Set(usual.map(({ rung }) => rung))).toEqual(new Set(rungs));
  expect(new Set(usual.map(({ id }) => id)).size).toBe(usual.length);
});

it("what is recorded is tried in fragments too, and nothing else is", () => {
  const inFragments = usual
    .filter(({ isFragmented }) => isFragmented)
    .map(({ transferSyntaxUid }) => transferSyntaxUid);
  const recorded = ["1.2.840.10008.1.2.4.102", "1.2.840.10008.1.2.4.104"];
  expect(new Set(inFragments)).toEqual(new Set(recorded.map(fragmentableTwin)));
  expect(inFragments).toHaveLength(6);
});

const microscope = { still: "vlMicroscopic", clip: "videoMicroscopic" } as const;
const videoRungs = ["original", "videoEndoscopic", "videoPhotographic"] as const;
const stillClasses = ["original", "vlEndoscopic", "vlPhotographic", "secondaryCapture"] as const;
const { jpegLsLossless, explicitLittleEndian, h264HighLevel42Stereo, hevcMainLevel51 } = transferSyntaxes;

it.each([
  ["HEVC", { recordsHevc: true }, videoRungs, hevcMainLevel51, "Video Microscopic Image, HEVC Main@5.1"],
  [
    "stereo pairs",
    { recordsStereo: true },
    videoRungs,
    h264HighLevel42Stereo,
    "Video Microscopic Image, H.264 High@4.2, stereo pairs",
  ],
  ["JPEG-LS", { stillEncodings: ["jpeg", "jpeg-ls"] }, stillClasses, jpegLsLossless, "VL Microscopic Image, JPEG-LS"],
  ["uncompressed", { stillEncodings: ["uncompressed"] }, stillClasses, explicitLittleEndian, undefined],
] as const)("%s is tried by a box that records it, and by no other", (_, records, rungs, syntax, label) => {
  const box = candidatesOf({ ...microscope, ...records });
  const more = box.filter(({ id, isFragmented }) => !isFragmented && !usual.some((one) => one.id === id));
  expect(more.map(({ rung, transferSyntaxUid }) => [rung, transferSyntaxUid])).toEqual(
    rungs.map((rung) => [rung, syntax]),
  );
  expect(more[0]?.label).toBe(label ?? "VL Microscopic Image, uncompressed");
  expect(usual.filter(({ id }) => !box.some((one) => one.id === id))).toEqual([]);
});

it("everything that any box records goes into one association", () => {
  const stillEncodings = ["jpeg", "jpeg-ls", "uncompressed"] as const;
  const all = candidatesOf({ ...microscope, stillEncodings, recordsHevc: true, recordsStereo: true });
  // With those of the services (PS3.8 9.3.2.2).
  expect(all.length).toBeLessThan(120);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
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

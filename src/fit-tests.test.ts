import { expect, it } from "vitest";
import { originalsOf } from "./fit-tests.ts";

const sopClasses = { still: "vlEndoscopic", clip: "videoEndoscopic" } as const;
const encoder = { preset: "ultrafast", crf: 20, maxBitrateKbps: 12_000, gopSeconds: 1, level: "4.1" } as const;

it("a fit test tries what any of the sources' profiles records", () => {
  const plain = {
    sopClasses,
    still: { encoding: "jpeg", quantiser: 2 },
    clip: { encoder: { ...encoder, codec: "libx264" } },
  } as const;
  const nothingMore = { ...sopClasses, recordsHevc: false, recordsStereo: false };
  expect(originalsOf([])).toBeUndefined();
  expect(originalsOf([plain])).toEqual({ ...nothingMore, stillEncodings: ["jpeg"] });
  const lossless = {
    ...plain,
    sopClasses: { ...sopClasses, still: "secondaryCapture" },
    still: { encoding: "jpeg-ls" },
  } as const;
  expect(originalsOf([plain, lossless])).toEqual({ ...nothingMore, stillEncodings: ["jpeg", "jpeg-ls"] });
  const stereo = { packing: "side-by-side", first: "left" } as const;
  expect(originalsOf([plain, { ...plain, stereo }])).toMatchObject({ recordsHevc: false, recordsStereo: true });
  const hevc = { ...plain, clip: { encoder: { ...encoder, codec: "libx265" } } } as const;
  expect(originalsOf([plain, hevc])).toMatchObject({ recordsHevc: true, recordsStereo: false });
});

import { expect, it } from "vitest";
import { originalsOf } from "./fit-tests.ts";

const sopClasses = { still: "vlEndoscopic", clip: "videoEndoscopic" } as const;
const encoder = { preset: "ultrafast", crf: 20, maxBitrateKbps: 12_000, gopSeconds: 1, level: "4.1" } as const;

it("a fit test tries what the source's profile records", () => {
  const plain = {
    sopClasses,
    still: { encoding: "jpeg", quantiser: 2 },
    clip: { encoder: { ...encoder, codec: "libx264" } },
  } as const;
  expect(originalsOf(plain)).toEqual({
    ...sopClasses,
    stillEncoding: "jpeg",
    recordsHevc: false,
    recordsStereo: false,
  });
  const stereo = { packing: "side-by-side", first: "left" } as const;
  expect(originalsOf({ ...plain, still: { encoding: "jpeg-ls" }, stereo })).toMatchObject({
    stillEncoding: "jpeg-ls",
    recordsStereo: true,
  });
  const hevc = { encoder: { ...encoder, codec: "libx265" } } as const;
  expect(originalsOf({ ...plain, clip: hevc }).recordsHevc).toBe(true);
});

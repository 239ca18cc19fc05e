import { describe, expect, it } from "vitest";
import { clipRungs, defaultStillRungs, stillRungs, transferSyntaxes } from "../../dicom/dicom.ts";
import { ladderOf, type OriginalEncoding } from "../../encoding/encoding.ts";
import type { OutboxNode } from "../node.ts";
import { parseRenditionKey, pixelDataLimit, planRenditionsOf, rungKey, rungLabel, rungName } from "./rungs.ts";

type Encoding = OutboxNode["encoding"];

const clip: OriginalEncoding = {
  kind: "clip",
  sopClass: "videoMicroscopic",
  transferSyntaxUid: transferSyntaxes.h264HighLevel41,
};
const still: OriginalEncoding = {
  kind: "still",
  sopClass: "vlMicroscopic",
  transferSyntaxUid: transferSyntaxes.jpegBaseline,
};
const usual: Encoding = {
  characterSet: "ISO_IR 192",
  maxInstanceBytes: 2_000_000_000,
  fragmentable: false,
  stills: defaultStillRungs,
  clips: clipRungs,
};
const head = 65_536;

function plan(
  original: OriginalEncoding,
  sizeBytes: number,
  encodings: Record<string, Partial<Encoding>>,
  remembered: Record<string, string> = {},
  originalKey: string | null = null,
) {
  const targets = Object.keys(encodings).map((node) => ({
    node,
    importance: "primary" as const,
    afterMs: 0,
    because: "r",
  }));
  const planned = planRenditionsOf(
    { original, sizeBytes, originalKey },
    targets,
    (node) => ({ ...usual, ...encodings[node] }),
    (node) => remembered[node],
  );
  return Object.fromEntries(planned.map(({ key, nodes }) => [key, nodes.map(({ node }) => node)]));
}

describe("the renditions of a capture", () => {
  it("are the original for every node that takes it", () => {
    expect(plan(clip, 1e9, { A: {}, B: {} })).toEqual({ original: ["A", "B"] });
    expect(plan(still, 4e5, { A: {} })).toEqual({ original: ["A"] });
  });

  it("of stereo pairs are the pairs and their left view for who gets the pairs", () => {
    const pairs = { ...clip, transferSyntaxUid: transferSyntaxes.h264HighLevel42Stereo };
    const mpeg2 = "videoMicroscopicMpeg2";
    expect(plan(pairs, 1e9, { A: {}, B: { maxInstanceBytes: 1e9 }, C: { clips: [mpeg2] } })).toEqual({
      original: ["A"],
      [`parts/${1e9 - head}`]: ["B"],
      [`${mpeg2}/${2e9 - head}`]: ["C"],
      [`leftView/${2e9 - head}`]: ["A"],
      [`leftView/${1e9 - head}`]: ["B"],
    });
    expect(rungLabel("leftView")).toBe("The same class, one view of the stereo pair");
  });

  it("are the original alone, for nobody, without a node; split at the usual limit", () => {
    expect(plan(clip, 1e9, {})).toEqual({ original: [] });
    expect(plan(clip, 5e9, {})).toEqual({ [`original/${2e9 - head}`]: [] });
  });

  it("split the original at the largest limit, and make parts for a node with a smaller one", () => {
    const limits = { A: { maxInstanceBytes: 2e9 }, B: { maxInstanceBytes: 5e8 }, C: { maxInstanceBytes: 2e9 } };
    expect(plan(clip, 5e9, limits)).toEqual({ [`original/${2e9 - head}`]: ["A", "C"], [`parts/${5e8 - head}`]: ["B"] });
    expect(plan(clip, 1e9, limits)).toEqual({ original: ["A", "C"], [`parts/${5e8 - head}`]: ["B"] });
  });

  it("are never one fragment of 2^32-2 bytes or more, whatever the settings say", () => {
    expect(plan(clip, 4_294_967_294, { A: { maxInstanceBytes: 1e12 } })).toEqual({
      [`original/${4_294_967_294 - head}`]: ["A"],
    });
  });

  it("are whole for a node that takes fragments, in parts for one beside it that does not", () => {
    expect(plan(clip, 5e9, { A: { fragmentable: true }, B: {} })).toEqual({
      original: ["A"],
      [`parts/${2e9 - head}`]: ["B"],
    });
  });

  it("never split a still", () => {
    expect(plan(still, 5e9, { A: { maxInstanceBytes: 1e6 } })).toEqual({ original: ["A"] });
  });

  it("begin at the first rung that the node's settings allow; the original is made all the same", () => {
    expect(plan(clip, 1e9, { A: { clips: ["keyFrames"] } })).toEqual({ original: [], keyFrames: ["A"] });
    expect(plan(clip, 1e9, { A: { clips: ["videoEndoscopic", "original"] } })).toEqual({
      original: [],
      videoEndoscopic: ["A"],
    });
  });

  it("begin at the rung that the node was found to need, as long as its settings allow it", () => {
    const found = { A: "videoPhotographicMpeg2" };
    expect(plan(clip, 1e9, { A: {}, B: {} }, found)).toEqual({
      original: ["B"],
      [`videoPhotographicMpeg2/${2e9 - head}`]: ["A"],
    });
    expect(plan(clip, 1e9, { A: { clips: ["original"] } }, found)).toEqual({ original: ["A"] });
  });

  it("of a still without loss are a JPEG of it for a node that was found to need one", () => {
    const lossless = { ...still, transferSyntaxUid: transferSyntaxes.jpegLsLossless };
    expect(plan(lossless, 4e6, { A: {}, B: {} }, { A: "jpeg" })).toEqual({ original: ["B"], jpeg: ["A"] });
  });

  it("carry the limit wherever the size is not known to be below it", () => {
    expect(plan(clip, 3e9, { A: { clips: ["videoEndoscopic"] } })).toEqual({
      [`original/${2e9 - head}`]: [],
      [`videoEndoscopic/${2e9 - head}`]: ["A"],
    });
    expect(plan(clip, 1e6, { A: { clips: ["multiFrameTrueColor"] } })).toEqual({
      original: [],
      [`multiFrameTrueColor/${2e9 - head}`]: ["A"],
    });
    expect(plan(still, 1e6, { A: { stills: ["secondaryCaptureUncompressed"] } })).toEqual({
      original: [],
      secondaryCaptureUncompressed: ["A"],
    });
  });

  it("leave an original that is made already as it is", () => {
    expect(plan(clip, 3e9, { A: { maxInstanceBytes: 4e9 } }, {}, "original/1999934464")).toEqual({
      "original/1999934464": ["A"],
    });
    expect(plan(clip, 1.5e9, { A: { maxInstanceBytes: 1e9 } }, {}, "original")).toEqual({
      original: [],
      [`parts/${1e9 - head}`]: ["A"],
    });
  });

  it("are the original where the settings leave nothing", () => {
    expect(plan(clip, 1e6, { A: { clips: [] } })).toEqual({ original: ["A"] });
  });
});

it("a rendition's key says its rung, its limit, and whether it is parts of the original", () => {
  const key = { isPartsOfOriginal: false, maxBytes: null, transferSyntaxUid: null };
  expect(parseRenditionKey("original")).toEqual({ ...key, rung: "original" });
  expect(parseRenditionKey("parts/500")).toEqual({ ...key, rung: "original", isPartsOfOriginal: true, maxBytes: 500 });
  expect(parseRenditionKey("keyFrames/7")).toEqual({ ...key, rung: "keyFrames", maxBytes: 7 });
  expect(parseRenditionKey("videoEndoscopicMpeg2@1.2.3/9")).toEqual({
    ...key,
    rung: "videoEndoscopicMpeg2",
    transferSyntaxUid: "1.2.3",
    maxBytes: 9,
  });
});

it("a rung of which the node takes one transfer syntax only says so, and is remembered so", () => {
  const [step] = ladderOf(clip, ["videoEndoscopicMpeg2"]);
  if (step === undefined) throw new Error("no such rung");
  const main = transferSyntaxes.mpeg2MainLevel;
  const narrowed = { ...step, transferSyntaxUids: [main] };
  const limit = 1e9 - head;
  expect(rungKey(narrowed, { original: clip, sizeBytes: 1e6 }, limit)).toBe(`videoEndoscopicMpeg2@${main}/${limit}`);
  expect(rungKey(step, { original: clip, sizeBytes: 1e6 }, limit)).toBe(`videoEndoscopicMpeg2/${limit}`);
  const remembered = { A: rungName(narrowed, clip) };
  expect(plan(clip, 1e6, { A: { maxInstanceBytes: 1e9 } }, remembered)).toEqual({
    original: [],
    [`videoEndoscopicMpeg2@${main}/${limit}`]: ["A"],
  });
});

it("the limit for pixel data leaves room for everything else in the file", () => {
  expect(pixelDataLimit({ maxInstanceBytes: 1e9, fragmentable: false })).toBe(1e9 - head);
  expect(pixelDataLimit({ maxInstanceBytes: 1e9, fragmentable: true })).toBe(Number.POSITIVE_INFINITY);
});

it("every rung but the original has words for people", () => {
  expect(rungLabel("secondaryCapture")).toBe("Secondary Capture Image, as recorded");
  expect(rungLabel("videoEndoscopicMpeg2")).toBe("Video Endoscopic Image, MPEG-2");
  expect(rungLabel("videoEndoscopicH264")).toBe("Video Endoscopic Image, H.264");
  expect(rungLabel("multiFrameTrueColor")).toBe("Multi-frame True Color Secondary Capture Image, JPEG frames");
  expect(rungLabel("jpeg")).toBe("The same class, JPEG");
  for (const rung of [...clipRungs, ...stillRungs]) expect(rungLabel(rung), rung).toMatch(/^[A-Z].*, /);
});

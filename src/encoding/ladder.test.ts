import { describe, expect, it } from "vitest";
import { clipRungs, defaultStillRungs, sopClasses, stillRungs, transferSyntaxes } from "../dicom/dicom.ts";
import { ladderOf, nextRung, type OriginalEncoding, type Rung } from "./ladder.ts";

const { h264HighLevel41, h264HighLevel42, mpeg2HighLevel, mpeg2MainLevel, jpegBaseline } = transferSyntaxes;
const microscopic: OriginalEncoding = {
  kind: "clip",
  sopClass: "videoMicroscopic",
  transferSyntaxUid: h264HighLevel41,
};
const still: OriginalEncoding = { kind: "still", sopClass: "vlMicroscopic", transferSyntaxUid: jpegBaseline };
const rungsOf = (original: OriginalEncoding, allowed: readonly Rung[]): readonly Rung[] =>
  ladderOf(original, allowed).map(({ rung }) => rung);

describe("the ladder of a clip", () => {
  it("has the other classes with the same stream, then MPEG-2, JPEG frames and stills", () => {
    expect(rungsOf(microscopic, clipRungs)).toEqual([
      "original",
      "videoEndoscopic",
      "videoPhotographic",
      "videoMicroscopicMpeg2",
      "videoEndoscopicMpeg2",
      "videoPhotographicMpeg2",
      "multiFrameTrueColor",
      "keyFrames",
    ]);
  });

  it("begins with the original's class in each encoding", () => {
    expect(rungsOf({ ...microscopic, sopClass: "videoPhotographic" }, clipRungs)).toEqual([
      "original",
      "videoMicroscopic",
      "videoEndoscopic",
      "videoPhotographicMpeg2",
      "videoMicroscopicMpeg2",
      "videoEndoscopicMpeg2",
      "multiFrameTrueColor",
      "keyFrames",
    ]);
  });

  it("keeps the recorded stream's transfer syntax in other classes and changes it in other encodings", () => {
    const steps = ladderOf({ ...microscopic, transferSyntaxUid: h264HighLevel42 }, clipRungs);
    const syntaxes = Object.fromEntries(steps.map((step) => [step.rung, step.transferSyntaxUids]));
    expect(syntaxes).toMatchObject({
      original: [h264HighLevel42],
      videoEndoscopic: [h264HighLevel42],
      videoEndoscopicMpeg2: [mpeg2HighLevel, mpeg2MainLevel],
      multiFrameTrueColor: [jpegBaseline],
      keyFrames: [jpegBaseline],
    });
    expect(steps.find(({ rung }) => rung === "multiFrameTrueColor")?.sopClassUid).toBe("1.2.840.10008.5.1.4.1.1.7.4");
    expect(steps.find(({ rung }) => rung === "keyFrames")?.sopClassUid).toBe(sopClasses.secondaryCapture.uid);
  });

  it("is what a site allows, in the site's order", () => {
    expect(rungsOf(microscopic, ["keyFrames", "videoPhotographicMpeg2", "original"])).toEqual([
      "keyFrames",
      "videoPhotographicMpeg2",
      "original",
    ]);
    expect(rungsOf(microscopic, ["videoPhotographicMpeg2", "videoMicroscopicMpeg2"])).toEqual([
      "videoPhotographicMpeg2",
      "videoMicroscopicMpeg2",
    ]);
  });

  it("calls the original by its name, once, and leaves out what is no clip", () => {
    expect(
      rungsOf(microscopic, ["videoMicroscopic", "original", "secondaryCapture", "keyFrames", "keyFrames"]),
    ).toEqual(["original", "keyFrames"]);
  });
});

describe("the ladder of an HEVC clip", () => {
  const hevc = { ...microscopic, transferSyntaxUid: transferSyntaxes.hevcMainLevel51 };

  it("has H.264 right behind the classes with the same stream, its own class first", () => {
    expect(rungsOf({ ...hevc, sopClass: "videoPhotographic" }, clipRungs).slice(0, 7)).toEqual([
      "original",
      "videoMicroscopic",
      "videoEndoscopic",
      "videoPhotographicH264",
      "videoMicroscopicH264",
      "videoEndoscopicH264",
      "videoPhotographicMpeg2",
    ]);
    const [, step] = ladderOf(hevc, ["original", "videoMicroscopicH264"]);
    expect(step).toMatchObject({ sopClass: "videoMicroscopic", label: "Video Microscopic Image, H.264" });
    expect(step?.transferSyntaxUids).toEqual([h264HighLevel41, h264HighLevel42]);
  });

  it("needs no twin for fragments, and what is H.264 already is not encoded as that again", () => {
    expect(ladderOf(hevc, clipRungs, true)[0]?.transferSyntaxUids).toEqual([transferSyntaxes.hevcMainLevel51]);
    expect(rungsOf(microscopic, ["original", "videoMicroscopicH264", "keyFrames"])).toEqual(["original", "keyFrames"]);
  });
});

describe("a node that takes fragments", () => {
  it("has the fragmentable twin behind the recorded transfer syntax, and nowhere else", () => {
    const steps = ladderOf(microscopic, clipRungs, true);
    expect(steps[0]?.transferSyntaxUids).toEqual([h264HighLevel41, `${h264HighLevel41}.1`]);
    expect(steps.filter(({ transferSyntaxUids }) => transferSyntaxUids.some((uid) => uid.endsWith(".1")))).toHaveLength(
      3,
    );
    expect(ladderOf(microscopic, clipRungs)[0]?.transferSyntaxUids).toEqual([h264HighLevel41]);
  });
});

describe("the ladder of a still", () => {
  it("leads to Secondary Capture", () => {
    expect(rungsOf(still, defaultStillRungs)).toEqual(["original", "secondaryCapture", "secondaryCaptureUncompressed"]);
    expect(rungsOf({ ...still, sopClass: "secondaryCapture" }, defaultStillRungs)).toEqual([
      "original",
      "secondaryCaptureUncompressed",
    ]);
  });

  it("has the other visible light classes where a site sets them", () => {
    expect(rungsOf(still, stillRungs)).toEqual([
      "original",
      "vlEndoscopic",
      "vlPhotographic",
      "secondaryCapture",
      "secondaryCaptureUncompressed",
    ]);
    const last = ladderOf(still, stillRungs).at(-1);
    expect(last?.transferSyntaxUids).toEqual([transferSyntaxes.explicitLittleEndian]);
    expect(last?.label).toBe("Secondary Capture Image, uncompressed");
  });

  it("without loss leads to what holds it without loss, then to JPEG, in its own class first", () => {
    const ladder = ladderOf({ ...still, transferSyntaxUid: transferSyntaxes.jpegLsLossless }, defaultStillRungs);
    expect(ladder.map(({ rung, sopClass, transferSyntaxUids }) => [rung, sopClass, ...transferSyntaxUids])).toEqual([
      ["original", "vlMicroscopic", transferSyntaxes.jpegLsLossless],
      ["secondaryCapture", "secondaryCapture", transferSyntaxes.jpegLsLossless],
      ["secondaryCaptureUncompressed", "secondaryCapture", transferSyntaxes.explicitLittleEndian],
      ["jpeg", "vlMicroscopic", jpegBaseline],
      ["secondaryCaptureJpeg", "secondaryCapture", jpegBaseline],
    ]);
  });

  it("never has what was recorded under a second name, and JPEG only of what is none", () => {
    const uncompressed = { ...still, transferSyntaxUid: transferSyntaxes.explicitLittleEndian };
    expect(rungsOf(uncompressed, defaultStillRungs)).toEqual([
      "original",
      "secondaryCapture",
      "jpeg",
      "secondaryCaptureJpeg",
    ]);
    expect(rungsOf(uncompressed, ["secondaryCaptureUncompressed", "original"])).toEqual([
      "secondaryCapture",
      "original",
    ]);
    expect(rungsOf(still, ["secondaryCaptureJpeg", "jpeg"])).toEqual(["secondaryCapture", "original"]);
  });
});

describe("the next rung", () => {
  const ladder = ladderOf(microscopic, clipRungs);

  it("is the first below that the node accepts, with the transfer syntaxes it accepts", () => {
    const accepts = (sopClass: string, syntax: string): boolean =>
      sopClass === sopClasses.videoEndoscopic.uid && syntax === mpeg2MainLevel;
    expect(nextRung(ladder, accepts, "original")).toMatchObject({
      rung: "videoEndoscopicMpeg2",
      transferSyntaxUids: [mpeg2MainLevel],
    });
    expect(nextRung(ladder, accepts, "videoEndoscopicMpeg2")).toBeNull();
  });

  it("begins at the top after nothing, and ends: never a loop", () => {
    const visited: Rung[] = [];
    for (let step = nextRung(ladder, () => true, null); step !== null; step = nextRung(ladder, () => true, step.rung)) {
      visited.push(step.rung);
      expect(visited.length).toBeLessThanOrEqual(ladder.length);
    }
    expect(visited).toEqual(ladder.map(({ rung }) => rung));
    expect(nextRung(ladder, () => false, null)).toBeNull();
  });
});

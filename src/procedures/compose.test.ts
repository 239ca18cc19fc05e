import { expect, test } from "vitest";
import { type LossySource, transferSyntaxes } from "../dicom/dicom.ts";
import { type ComposePicture, type ComposeSubject, composeInstance } from "./compose.ts";
import type { Procedure } from "./procedure.ts";

const procedure: Procedure = {
  ...{ id: "p", kind: "emergency", state: "completed", temporaryIdentity: false, worklistItems: [] },
  patient: { patientName: "Doe^Jane", patientId: "1" },
  ...{ studyInstanceUid: "2.25.1", performedProcedureStepUid: "2.25.2", performingPhysicianName: "" },
  ...{ timeOutConfirmedAt: null, begunAt: 1, completedAt: 2, releaseAt: null, releasedAt: null, resumedFrom: null },
  discontinued: null,
};
const video = {
  codec: "h264" as const,
  ...{ profileIdc: 100, constraintFlags: 0, levelIdc: 41, chromaFormat: 1, bitDepth: 8, interlaced: false },
  ...{ width: 1920, height: 1080, colour: null },
};
const size = { width: 1920, height: 1080 };

function subjectWith(lostFrames: number | null): ComposeSubject {
  return {
    procedure,
    studyBegin: procedure,
    capture: {
      ...{ id: "c", procedureId: "p", number: 3, kind: "clip", state: "saved", source: "s", profileId: "x", epoch: 1 },
      ...{ seq: 1, frameExact: true, notice: null, pressedAt: 1, savedAt: 2, file: "f", sizeBytes: 9, sha256: null },
      ...{ deletedAt: null, deleteReason: null, sopInstanceUid: null, frameDistance: null, lostFrames, markers: [] },
      ...{ rescuedMissingMs: null, derivedFrom: null, derivation: null, fileRemovedAt: null, composeFailure: null },
      facts: { kind: "clip", ...size, frames: 9, durationMs: 300, fpsNum: 30, fpsDen: 1, startedAtMs: 1, video },
    },
    profile: {
      ...{
        $schema: "./device-profile.schema.json",
        id: "x",
        manufacturer: "M",
        model: "N",
        modality: "GM",
        assumed: [],
        deinterlace: "none",
        detector: "digital",
      },
      sopClasses: { still: "vlMicroscopic", clip: "videoMicroscopic" },
      input: {
        ...{ kind: "simulated", ...size, fps: { num: 30, den: 1 }, pixelFormat: "yuv420p", options: {}, settable: [] },
      },
      colour: { matrix: "bt709", range: "limited" },
      clip: {
        encoder: { codec: "libx264", preset: "ultrafast", crf: 20, maxBitrateKbps: 1, gopSeconds: 1, level: "4.1" },
      },
      still: { encoding: "jpeg", quantiser: 2 },
    },
    station: { stationName: "S", institutionName: "", departmentName: "", serialNumber: "", softwareVersion: "1" },
    performedProcedureStepUid: undefined,
  };
}

function pictureOf(number: number, of: number): ComposePicture {
  return {
    ...{ sopClass: "videoMicroscopic", sopInstanceUid: "2.25.3", seriesInstanceUid: "2.25.4", seriesNumber: 1 },
    ...{ number, of, derivation: undefined },
    part: {
      ...{ rows: 1080, columns: 1920, frames: 9, durationMs: 300, startOffsetMs: 0, sourceFrame: null, sizeBytes: 9 },
      frameRate: { numerator: 30, denominator: 1 },
      ...{ lossyBefore: [], photometricInterpretation: "YBR_PARTIAL_420" },
      transferSyntaxUid: transferSyntaxes.h264HighLevel41,
      pixelData: { kind: "encapsulated", path: "f", sizeBytes: 9 },
    },
  };
}

const commentOf = (lostFrames: number | null, number = 1, of = 1): unknown =>
  composeInstance(subjectWith(lostFrames), pictureOf(number, of)).dataSet.ImageComments;

test("an Instance of a clip says how many frames are missing in it, beside what it says already", () => {
  expect(commentOf(12)).toBe("12 frames of the source are missing in this recording");
  expect(commentOf(1, 2, 3)).toBe("Part 2 of 3. 1 frame of the source is missing in this recording");
  expect(commentOf(0)).toBeUndefined();
  expect(commentOf(null, 2, 3)).toBe("Part 2 of 3");
});

test("an Instance of a still that was taken from the recording lists both losses, and says where it is from", () => {
  const { capture, ...others } = subjectWith(null);
  const facts = {
    ...({ kind: "still", ...size, subsampling: "4:2:2", sourceWasLossy: true, frameAtMs: 1 } as const),
    lossyBefore: [{ method: "ISO_14496_10", ratio: 50 } as const],
  };
  const subject: ComposeSubject = { ...others, capture: { ...capture, kind: "still", facts } };
  const { part, ...picture } = pictureOf(1, 1);
  const jpeg = { transferSyntaxUid: transferSyntaxes.jpegBaseline, photometricInterpretation: "YBR_FULL_422" } as const;
  const sizeBytes = 1920 * 1080;
  const still: ComposePicture = { ...picture, sopClass: "vlMicroscopic", part: { ...part, ...jpeg, sizeBytes } };
  expect(composeInstance(subject, still).dataSet).toMatchObject({
    ...{ LossyImageCompression: "01", LossyImageCompressionMethod: ["ISO_14496_10", "ISO_10918_1"] },
    ...{ LossyImageCompressionRatio: ["50", "3"], ImageComments: expect.stringContaining("Taken from the recording") },
  });
  // One that was taken from a clip says so in its derivation.
  const fromClip = { ...subject, capture: { ...subject.capture, derivedFrom: "another" } };
  expect(composeInstance(fromClip, still).dataSet.ImageComments).toBeUndefined();
});

test("a still without loss says so, its JPEG lists the one loss, and a source that had lost something stays said in both", () => {
  const { capture, ...others } = subjectWith(null);
  const { part, ...picture } = pictureOf(1, 1);
  const sizeBytes = 1920 * 1080;
  const composed = (transferSyntaxUid: string, lossyBefore?: LossySource[]) => {
    const facts = {
      ...({ kind: "still", ...size, encoding: "jpeg-ls", subsampling: "4:4:4", frameAtMs: 1 } as const),
      sourceWasLossy: false,
      ...(lossyBefore !== undefined && { lossyBefore }),
    };
    const isJpeg = transferSyntaxUid === transferSyntaxes.jpegBaseline;
    const photometricInterpretation = isJpeg ? "YBR_FULL_422" : "RGB";
    const derivation = isJpeg
      ? {
          description: "Encoded to JPEG",
          codes: [],
          sources: [{ referencedSopClassUid: "1.2", referencedSopInstanceUid: "2.25.9" }],
        }
      : undefined;
    return composeInstance(
      { ...others, capture: { ...capture, kind: "still", facts } },
      {
        ...{ ...picture, sopClass: "vlMicroscopic", derivation },
        part: { ...part, transferSyntaxUid, photometricInterpretation, sizeBytes },
      },
    ).dataSet;
  };
  const { jpegBaseline, jpegLsLossless } = transferSyntaxes;
  const lossless = composed(jpegLsLossless);
  expect(lossless).toMatchObject({ LossyImageCompression: "00", PhotometricInterpretation: "RGB" });
  expect(lossless.LossyImageCompressionMethod).toBeUndefined();
  expect(lossless.ImageType).toEqual(["ORIGINAL", "PRIMARY"]);
  expect(composed(jpegBaseline)).toMatchObject({
    ...{ LossyImageCompression: "01", LossyImageCompressionRatio: ["3"], LossyImageCompressionMethod: ["ISO_10918_1"] },
    ...{ ImageType: ["DERIVED", "PRIMARY"], DerivationDescription: "Encoded to JPEG" },
    SourceImageSequence: [{ ReferencedSOPInstanceUID: "2.25.9" }],
  });
  const before = [{ method: "ISO_14496_10", ratio: 50 } as const];
  expect(composed(jpegLsLossless, before)).toMatchObject({
    ...{ LossyImageCompression: "01", LossyImageCompressionMethod: ["ISO_14496_10"] },
  });
  expect(composed(jpegBaseline, before)).toMatchObject({
    ...{ LossyImageCompressionRatio: ["50", "3"], LossyImageCompressionMethod: ["ISO_14496_10", "ISO_10918_1"] },
  });
});

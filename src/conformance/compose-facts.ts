/** From facts to what this box really composes of them. */
import type { DeviceProfile } from "../devices/devices.ts";
import {
  type DataSet,
  type Derivation,
  recodeDataSet,
  type SopClassName,
  sopClasses,
  transferSyntaxes,
} from "../dicom/dicom.ts";
import { isStereo, type RenditionPart } from "../encoding/encoding.ts";
import { stepCreation, stepEnding } from "../outbox/mpps/messages.ts";
import type { PerformedStep } from "../outbox/outbox.ts";
import { type ComposePicture, composeInstance } from "../procedures/compose.ts";
import { performedStepOf } from "../procedures/performed-step.ts";
import type { Capture, Procedure } from "../procedures/procedure.ts";
import { worklistItemsOf } from "../worklist/answer.ts";
import type { Facts } from "./facts.ts";
import { lossOf, type Way } from "./ways.ts";

/** How a capture became this instance. */
export interface Making {
  readonly sopClass: SopClassName;
  /** How its pixels came about. */
  readonly way: Way;
  /** A still that was taken from the recording of its source. */
  readonly isOfRecording: boolean;
  /** One of the parts of a long clip. */
  readonly isPart: boolean;
  /** Nobody knew who the patient is. */
  readonly isTemporary: boolean;
  /** A node is told of performed procedure steps. */
  readonly tellsSteps: boolean;
}

/** The data set of one instance, without its Pixel Data. */
export function composed(facts: Facts, making: Making): DataSet {
  const procedure = procedureOf(facts, making);
  const subject = {
    procedure,
    studyBegin: procedure,
    capture: captureOf(facts, making),
    profile: profileOf(facts),
    station: { ...facts.CONFIG, softwareVersion: facts.AUTO.softwareVersion },
    performedProcedureStepUid: making.tellsSteps ? procedure.performedProcedureStepUid : undefined,
  };
  return composeInstance(subject, pictureOf(facts, making)).dataSet;
}

/** The attributes of an N-CREATE and of the N-SETs that may follow it. */
export function stepMessages(
  facts: Facts,
  making: Making,
): { create: DataSet; complete: DataSet; discontinue: DataSet } {
  const step = stepOf(facts, making);
  const { AUTO, USER } = facts;
  const sopClassUid = sopClasses[making.sopClass].uid;
  const images = [{ referencedSopClassUid: sopClassUid, referencedSopInstanceUid: AUTO.sopInstanceUid }];
  const series = [{ seriesInstanceUid: AUTO.seriesInstanceUid, images }];
  const reason = { ...USER.discontinuation, codingSchemeDesignator: "DCM" };
  return {
    create: asSent(stepCreation(step, facts.CONFIG)),
    complete: asSent(stepEnding(step, { at: AUTO.endedAt, discontinued: null }, series)),
    discontinue: asSent(stepEnding(step, { at: AUTO.endedAt, discontinued: reason }, series)),
  };
}

/** In the character set that is usual. */
function asSent(dataSet: DataSet): DataSet {
  const recoded = recodeDataSet(dataSet, "ISO_IR 192");
  if ("cannotHold" in recoded) throw new Error("UTF-8 holds everything");
  return recoded.dataSet;
}

function stepOf(facts: Facts, making: Making): PerformedStep {
  const procedure = procedureOf(facts, making);
  const step = performedStepOf(procedure, procedure, facts.PROFILE.modality);
  if (step === null) throw new Error("a step of nobody");
  return step;
}

function procedureOf({ MWL, USER, AUTO }: Facts, making: Making): Procedure {
  const items = MWL === null ? [] : worklistItemsOf(MWL, "RIS").items;
  const [first] = items;
  const { patientName, patientId, patientBirthDate, patientSex } = USER;
  const typed = making.isTemporary
    ? { patientName, patientId }
    : { patientName, patientId, patientBirthDate, patientSex };
  return {
    id: AUTO.procedureId,
    kind: first === undefined ? "emergency" : "scheduled",
    state: "released",
    patient: first?.patient ?? typed,
    temporaryIdentity: making.isTemporary,
    worklistItems: items,
    studyInstanceUid: first?.step.studyInstanceUid || AUTO.studyInstanceUid,
    performedProcedureStepUid: AUTO.performedProcedureStepUid,
    performingPhysicianName: making.isTemporary ? "" : USER.performingPhysicianName,
    timeOutConfirmedAt: null,
    begunAt: AUTO.begunAt,
    completedAt: AUTO.endedAt,
    releaseAt: null,
    releasedAt: null,
    resumedFrom: null,
    discontinued: null,
  };
}

function captureOf({ AUTO, PROFILE }: Facts, { sopClass, isOfRecording }: Making): Capture {
  const { rows: height, columns: width, frames, durationMs, frameRate, pressedAt, captureNumber } = AUTO;
  const { kind } = sopClasses[sopClass];
  const picture = { width, height };
  return {
    id: "capture",
    procedureId: AUTO.procedureId,
    number: captureNumber,
    kind,
    state: "saved",
    source: "source",
    profileId: "profile",
    epoch: null,
    seq: null,
    frameExact: true,
    frameDistance: null,
    lostFrames: null,
    rescuedMissingMs: null,
    derivedFrom: null,
    derivation: null,
    markers: [],
    notice: null,
    pressedAt,
    savedAt: pressedAt,
    file: "media",
    sizeBytes: AUTO.sizeBytes,
    sha256: null,
    facts:
      kind === "still"
        ? {
            ...picture,
            kind,
            subsampling: "4:2:0",
            sourceWasLossy: PROFILE.format !== "raw",
            frameAtMs: pressedAt,
            ...(isOfRecording && { lossyBefore: [{ method: "ISO_14496_10", ratio: AUTO.earlierRatio }] }),
          }
        : {
            ...picture,
            kind,
            frames,
            durationMs,
            fpsNum: frameRate.numerator,
            fpsDen: frameRate.denominator,
            startedAtMs: pressedAt,
            video,
          },
    deletedAt: null,
    deleteReason: null,
    sopInstanceUid: AUTO.sopInstanceUid,
    fileRemovedAt: null,
    composeFailure: null,
  };
}

function profileOf({ PROFILE }: Facts): DeviceProfile {
  const { format, anatomicRegion, ...rest } = PROFILE;
  const picture = { width: 1920, height: 1080, fps: { num: 30, den: 1 }, pixelFormat: "yuv420p" as const };
  const more = { ...picture, options: {}, settable: [] };
  return {
    ...rest,
    $schema: "./device-profile.schema.json",
    id: "profile",
    sopClasses: { still: "vlMicroscopic", clip: "videoMicroscopic" },
    ...(anatomicRegion !== null && anatomicRegion !== undefined && { anatomicRegion }),
    input:
      format === "raw" ? { kind: "simulated", ...more } : { kind: "srt", url: "srt://192.0.2.1:1", format, ...more },
    deinterlace: "none",
    colour: { matrix: "bt709", range: "limited" },
    clip: {
      encoder: { codec: "libx264", preset: "ultrafast", crf: 20, maxBitrateKbps: 12_000, gopSeconds: 1, level: "4.1" },
    },
    still: { encoding: "jpeg", quantiser: 2 },
    assumed: [],
  };
}

function pictureOf({ AUTO }: Facts, making: Making): ComposePicture {
  const { sopClass, way, isPart } = making;
  return {
    sopClass,
    sopInstanceUid: AUTO.sopInstanceUid,
    seriesInstanceUid: AUTO.seriesInstanceUid,
    seriesNumber: AUTO.seriesNumber,
    part: partOf(AUTO, making),
    number: isPart ? AUTO.part : 1,
    of: isPart ? 4 : 1,
    derivation: way.isDerived ? derivationOf(AUTO, way) : undefined,
  };
}

function derivationOf({ derivation, sourceClass, sourceUid, sourceFrame }: Facts["AUTO"], way: Way): Derivation {
  const { encodedFrom, transferSyntaxUid } = way;
  const isEncoded = encodedFrom !== null && transferSyntaxUid !== transferSyntaxes.explicitLittleEndian;
  const isOneView = encodedFrom !== null && isStereo(encodedFrom);
  return {
    description: derivation,
    codes: [
      ...(isEncoded ? [{ codeValue: "113040", codingSchemeDesignator: "DCM", codeMeaning: "Lossy Compression" }] : []),
      ...(isOneView ? [{ codeValue: "113085", codingSchemeDesignator: "DCM", codeMeaning: "Spatial resampling" }] : []),
    ],
    sources: [
      {
        referencedSopClassUid: sopClasses[sourceClass].uid,
        referencedSopInstanceUid: sourceUid,
        ...(sourceFrame !== null && { referencedFrameNumbers: [sourceFrame] }),
      },
    ],
  };
}

function partOf(auto: Facts["AUTO"], { sopClass, way, isPart }: Making): RenditionPart {
  const { rows, columns, frames, frameRate, durationMs, sizeBytes, laterMs, earlierRatio } = auto;
  const { transferSyntaxUid, encodedFrom } = way;
  const { jpegBaseline, explicitLittleEndian } = transferSyntaxes;
  const loss = encodedFrom === null ? null : lossOf(encodedFrom);
  const kind = transferSyntaxUid === explicitLittleEndian ? "native" : "encapsulated";
  const shared = {
    ...{ rows, columns, sizeBytes, transferSyntaxUid, sourceFrame: null },
    pixelData: { kind, path: "pixels", sizeBytes },
    startOffsetMs: isPart ? laterMs : 0,
    lossyBefore: loss === null ? [] : [{ method: loss, ratio: earlierRatio }],
  } as const;
  if (sopClasses[sopClass].kind === "still") {
    const photometricInterpretation = transferSyntaxUid === jpegBaseline ? "YBR_FULL_422" : "RGB";
    return { ...shared, photometricInterpretation, frames: 1, frameRate: null, durationMs: 0 };
  }
  return { ...shared, photometricInterpretation: "YBR_PARTIAL_420", frames, frameRate, durationMs };
}

/** As the recorder writes it; nothing of it goes into a data set. */
const video: Extract<NonNullable<Capture["facts"]>, { kind: "clip" }>["video"] = {
  codec: "h264",
  profileIdc: 100,
  constraintFlags: 0,
  levelIdc: 41,
  width: 1920,
  height: 1080,
  chromaFormat: 1,
  bitDepth: 8,
  interlaced: false,
  colour: null,
};

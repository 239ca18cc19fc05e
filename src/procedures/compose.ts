import { type DeviceProfile, keepsSourceJpeg, sourceLossyMethod } from "../devices/devices.ts";
import {
  type ClipSopClassName,
  type ComposeInput,
  type ComposeInstance,
  composeClip,
  composeMultiFrameTrueColor,
  composeStill,
  type DataSet,
  type Derivation,
  type LossySource,
  type SopClassName,
  type StillSopClassName,
  sopClasses,
  transferSyntaxes,
  type VideoSopClassName,
} from "../dicom/dicom.ts";
import type { RenditionPart } from "../encoding/encoding.ts";
import { localTime } from "../lib/clock.ts";
import { lateralityOf } from "./laterality.ts";
import { descriptionsOf, performedStepId, studyIdOf } from "./performed-step.ts";
import type { Capture, Procedure } from "./procedure.ts";

/** This box and where it stands, as the instances tell it. */
export interface Station {
  readonly stationName: string;
  readonly institutionName: string;
  readonly departmentName: string;
  readonly serialNumber: string;
  readonly softwareVersion: string;
}

/** What an Instance is made of besides its pixels, and what its file is labelled. */
export interface Composition {
  readonly sopClassUid: string;
  readonly dataSet: DataSet;
}

/** Whose Instance it is, and where it was taken. */
export interface ComposeSubject {
  readonly procedure: Procedure;
  /** The procedure that began the study: this one, or the one it was resumed from. */
  readonly studyBegin: Procedure;
  readonly capture: Capture;
  readonly profile: DeviceProfile;
  readonly station: Station;
  /** The MPPS instance, where a node is told of it. */
  readonly performedProcedureStepUid: string | undefined;
}

/** The pixels of one Instance, and how it relates to the others of its capture. */
export interface ComposePicture {
  readonly sopClass: SopClassName;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly seriesNumber: number;
  readonly part: RenditionPart;
  /** 1 of 1, or one of the parts of a long clip. */
  readonly number: number;
  readonly of: number;
  readonly derivation: Derivation | undefined;
}

/** A capture that cannot become an Instance as it is; the message says why, for a person. */
export class CannotCompose extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CannotCompose";
  }
}

/** Makes the data set of one Instance. Throws CannotCompose where DICOM cannot hold the identity as it is. */
export function composeInstance(subject: ComposeSubject, picture: ComposePicture): Composition {
  const { procedure, station } = subject;
  const dataSet = composePicture(subject, picture);
  // Composing fits text to what DICOM can hold. An identifier that it would have to change is another patient's.
  const { patientId, issuerOfPatientId = "" } = procedure.patient ?? { patientId: "" };
  const { PatientID: id, IssuerOfPatientID: issuer } = dataSet;
  if ((id ?? "") !== patientId || (issuer ?? "") !== issuerOfPatientId) {
    throw new CannotCompose(
      "DICOM cannot hold this patient's ID as it is. Have the worklist corrected, then call your technician.",
    );
  }
  const comments = isStill(picture.sopClass)
    ? recordedComment(dataSet, subject.capture)
    : lostFramesComment(dataSet, subject.capture);
  return {
    sopClassUid: sopClasses[picture.sopClass].uid,
    dataSet: { ...dataSet, ...remarks(procedure, station), ...comments },
  };
}

/** Image Comments (0020,4000) of a clip that is not whole: whoever reads a motion in it has to know. */
function lostFramesComment(dataSet: DataSet, { lostFrames }: Pick<Capture, "lostFrames">): DataSet {
  if (!lostFrames) return {};
  const lost = `${lostFrames} ${lostFrames === 1 ? "frame of the source is" : "frames of the source are"} missing in this recording`;
  return commented(dataSet, lost);
}

/** The same of a still that this box had only as it was recorded; what is derived from a clip says so by itself. */
function recordedComment(dataSet: DataSet, { facts, derivedFrom }: Pick<Capture, "facts" | "derivedFrom">): DataSet {
  const isRecorded = facts?.kind === "still" && facts.lossyBefore !== undefined && derivedFrom === null;
  return isRecorded ? commented(dataSet, "Taken from the recording, which had compressed it with loss") : {};
}

function commented(dataSet: DataSet, words: string): DataSet {
  const before = dataSet.ImageComments;
  return { ImageComments: typeof before === "string" && before !== "" ? `${before}. ${words}` : words };
}

/** What this box adds to the IOD: whose department, and that an identity has to be matched yet (Patient Comments). */
function remarks(procedure: Procedure, station: Station): DataSet {
  return {
    ...(station.departmentName !== "" && { InstitutionalDepartmentName: station.departmentName }),
    ...(procedure.temporaryIdentity && {
      PatientComments: "TEMPORARY IDENTITY, given by the capture box in an emergency",
    }),
  };
}

function composePicture(subject: ComposeSubject, picture: ComposePicture): DataSet {
  const shared = sharedInput(subject, picture);
  const { sopClass, part } = picture;
  if (isStill(sopClass)) return stillDataSet(shared, subject, picture, sopClass);
  const { rows, columns, frames: numberOfFrames, frameRate, sizeBytes, durationMs, transferSyntaxUid } = part;
  if (frameRate === null) throw new CannotCompose("This clip's stream does not say how fast it plays.");
  const sourceWasLossy = [...lossySource(subject.profile, "clip"), ...part.lossyBefore];
  const clip = { rows, columns, numberOfFrames, frameRate, sizeBytes, durationMs, sourceWasLossy };
  if (sopClass === "multiFrameTrueColor") {
    return composeMultiFrameTrueColor({ ...shared, instance: instanceOf(subject, picture, sopClass), clip });
  }
  const video: VideoSopClassName = sopClass;
  const instance = instanceOf(subject, picture, video);
  return composeClip({ ...shared, instance, clip: { ...clip, transferSyntaxUid } });
}

function stillDataSet(
  shared: ComposeInput,
  subject: ComposeSubject,
  picture: ComposePicture,
  sopClass: StillSopClassName,
): DataSet {
  const { part } = picture;
  const { capture, profile } = subject;
  const stillFacts = capture.facts?.kind === "still" ? capture.facts : null;
  // A still of a clip was decoded from the recording, not kept as the source gave it.
  const recorded = stillFacts?.lossyBefore;
  const ofSource =
    recorded !== undefined
      ? [...lossySource(profile, "clip"), ...recorded]
      : stillFacts !== null && !stillFacts.sourceWasLossy
        ? []
        : lossySource(profile, capture.kind);
  const isYcc = part.photometricInterpretation === "YBR_FULL_422";
  return composeStill({
    ...shared,
    instance: instanceOf(subject, picture, sopClass),
    still: {
      rows: part.rows,
      columns: part.columns,
      samplesPerPixel: 3,
      photometricInterpretation: isYcc ? "YBR_FULL_422" : "RGB",
      encoding: stillEncodingOf(part),
      sizeBytes: part.sizeBytes,
      sourceWasLossy: [...ofSource, ...part.lossyBefore],
    },
  });
}

function stillEncodingOf({ pixelData, transferSyntaxUid }: RenditionPart): "jpeg" | "jpeg-ls" | "uncompressed" {
  if (pixelData.kind === "native") return "uncompressed";
  return transferSyntaxUid === transferSyntaxes.jpegLsLossless ? "jpeg-ls" : "jpeg";
}

function isStill(sopClass: SopClassName): sopClass is StillSopClassName {
  return sopClasses[sopClass].kind === "still";
}

function instanceOf<Name extends StillSopClassName | ClipSopClassName>(
  { capture }: ComposeSubject,
  picture: ComposePicture,
  sopClass: Name,
): ComposeInstance<Name> {
  const { part, number, of, derivation, sopInstanceUid } = picture;
  const { facts } = capture;
  if (facts === null) throw new CannotCompose("This capture was never finished.");
  const beganAtMs = facts.kind === "still" ? facts.frameAtMs : facts.startedAtMs;
  const isPart = of > 1 && part.sourceFrame === null;
  return {
    sopInstanceUid,
    sopClass,
    // Unique in its series: parts of the 7th capture are 7001, 7002 …
    instanceNumber: of > 1 ? capture.number * 1000 + number : capture.number,
    acquiredAt: localTime(beganAtMs),
    ...(part.startOffsetMs > 0 && { contentAt: localTime(beganAtMs + part.startOffsetMs) }),
    ...(isPart && { part: { number, of, acquisitionNumber: capture.number } }),
    ...(derivation && { derivation }),
  };
}

/** What the input had lost before it reached us. A still of an MJPEG card is the card's own JPEG: its first loss. */
function lossySource(profile: DeviceProfile, kind: "still" | "clip"): LossySource[] {
  const method = sourceLossyMethod(profile);
  if (method === null || (kind === "still" && keepsSourceJpeg(profile))) return [];
  return [{ method }];
}

function sharedInput(subject: ComposeSubject, picture: ComposePicture): ComposeInput {
  const { procedure, studyBegin, capture, profile, station } = subject;
  if (procedure.patient === null)
    throw new CannotCompose("Nothing is sent without a patient. Choose the patient first.");
  const descriptions = descriptionsOf(procedure);
  const side = lateralityOf(procedure.worklistItems);
  return {
    patient: procedure.patient,
    steps: procedure.worklistItems.map((item) => item.step),
    study: {
      studyInstanceUid: procedure.studyInstanceUid,
      studyId: studyIdOf(procedure, studyBegin),
      begunAt: localTime(studyBegin.begunAt),
      studyDescription: descriptions.study,
    },
    performedStep: {
      performedProcedureStepId: performedStepId(procedure),
      performedProcedureStepStartAt: localTime(procedure.begunAt),
      description: descriptions.step,
      performingPhysicianName: procedure.performingPhysicianName,
      sopInstanceUid: subject.performedProcedureStepUid,
    },
    series: {
      seriesInstanceUid: picture.seriesInstanceUid,
      seriesNumber: picture.seriesNumber,
      modality: profile.modality,
      seriesDescription: `${profile.model} ${capture.kind === "still" ? "stills" : "clips"}`,
      // One picture shows one side: which of the two is not known here, and a wrong one is believed.
      laterality: side === null || side === "B" ? undefined : side,
    },
    equipment: {
      manufacturer: profile.manufacturer,
      manufacturerModelName: profile.model,
      deviceSerialNumber: station.serialNumber,
      softwareVersions: station.softwareVersion,
      stationName: station.stationName,
      institutionName: station.institutionName,
      detectorKind: profile.detector,
      captureDevice: {
        id: station.serialNumber || station.stationName,
        manufacturer: "Scopeline",
        manufacturerModelName: "Scopeline",
        softwareVersions: station.softwareVersion,
      },
    },
    anatomicRegion: profile.anatomicRegion,
  };
}

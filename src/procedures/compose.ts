import { join } from "node:path";
import { type DeviceProfile, keepsSourceJpeg, sourceLossyMethod } from "../devices/devices.ts";
import {
  type ComposeInput,
  chooseVideoTransferSyntax,
  composeClip,
  composeStill,
  type DataSet,
  type LossySource,
  sopClasses,
  transferSyntaxes,
} from "../dicom/dicom.ts";
import { localTime } from "../lib/clock.ts";
import { lateralityOf } from "./laterality.ts";
import type { Capture, ClipFacts, Procedure, StillFacts } from "./procedure.ts";

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
  readonly transferSyntaxUid: string;
  readonly dataSet: DataSet;
}

export interface ComposePlace {
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly seriesNumber: number;
}

/** A capture that cannot become an Instance as it is; the message says why, for a person. */
export class CannotCompose extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CannotCompose";
  }
}

/** Makes the data set of a capture's Instance. Throws CannotCompose when the recorded stream is not legal DICOM. */
export function composeCapture(
  procedure: Procedure,
  capture: Capture,
  profile: DeviceProfile,
  station: Station,
  place: ComposePlace,
  /** The procedure that began the study: this one, or the one it was resumed from. */
  studyBegin: Procedure,
): Composition {
  const { facts } = capture;
  if (facts === null) throw new CannotCompose("This capture was never finished.");
  const shared = sharedInput(procedure, capture, profile, station, place, studyBegin);
  const composition =
    facts.kind === "still"
      ? stillComposition(shared, capture, facts, profile, place)
      : clipComposition(shared, capture, facts, profile, place);
  // Composing fits text to what DICOM can hold. An identifier that it would have to change is another patient's.
  const { patientId, issuerOfPatientId = "" } = procedure.patient ?? { patientId: "" };
  const { PatientID: id, IssuerOfPatientID: issuer } = composition.dataSet;
  if ((id ?? "") !== patientId || (issuer ?? "") !== issuerOfPatientId) {
    throw new CannotCompose(
      "DICOM cannot hold this patient's ID as it is. Have the worklist corrected, then call your technician.",
    );
  }
  return { ...composition, dataSet: { ...composition.dataSet, ...remarks(procedure, station) } };
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

function stillComposition(
  shared: ComposeInput,
  capture: Capture,
  facts: StillFacts,
  profile: DeviceProfile,
  place: ComposePlace,
): Composition {
  const sopClass = profile.sopClasses.still;
  const dataSet = composeStill({
    ...shared,
    instance: {
      sopInstanceUid: place.sopInstanceUid,
      sopClass,
      instanceNumber: capture.number,
      acquiredAt: localTime(facts.frameAtMs),
    },
    still: {
      rows: facts.height,
      columns: facts.width,
      samplesPerPixel: 3,
      photometricInterpretation: "YBR_FULL_422",
      sizeBytes: capture.sizeBytes ?? 0,
      sourceWasLossy: facts.sourceWasLossy ? lossySource(profile, "still") : null,
    },
  });
  return { sopClassUid: sopClasses[sopClass].uid, transferSyntaxUid: transferSyntaxes.jpegBaseline, dataSet };
}

function clipComposition(
  shared: ComposeInput,
  capture: Capture,
  facts: ClipFacts,
  profile: DeviceProfile,
  place: ComposePlace,
): Composition {
  const chromaFormat = chromaFormats[facts.h264.chromaFormat];
  if (chromaFormat === undefined)
    throw new CannotCompose("This clip's stream does not say how its colours are stored.");
  const frameRate = facts.fpsNum / facts.fpsDen;
  const chosen = chooseVideoTransferSyntax({ ...facts.h264, codec: "h264", frameRate, chromaFormat });
  if ("refused" in chosen) throw new CannotCompose(`This clip cannot be sent as DICOM: ${chosen.refused}`);
  const sopClass = profile.sopClasses.clip;
  const dataSet = composeClip({
    ...shared,
    instance: {
      sopInstanceUid: place.sopInstanceUid,
      sopClass,
      instanceNumber: capture.number,
      acquiredAt: localTime(facts.startedAtMs),
    },
    clip: {
      rows: facts.height,
      columns: facts.width,
      numberOfFrames: facts.frames,
      frameRate: { numerator: facts.fpsNum, denominator: facts.fpsDen },
      transferSyntaxUid: chosen.uid,
      sizeBytes: capture.sizeBytes ?? 0,
      durationMs: facts.durationMs,
      sourceWasLossy: lossySource(profile, "clip"),
    },
  });
  return { sopClassUid: sopClasses[sopClass].uid, transferSyntaxUid: chosen.uid, dataSet };
}

/** By chroma_format_idc (ITU-T H.264 Table 6-1). */
const chromaFormats = ["4:0:0", "4:2:0", "4:2:2", "4:4:4"] as const;

/** What the input had lost before it reached us. A still of an MJPEG card is the card's own JPEG: its first loss. */
function lossySource(profile: DeviceProfile, kind: "still" | "clip"): LossySource | null {
  const method = sourceLossyMethod(profile);
  if (method === null || (kind === "still" && keepsSourceJpeg(profile))) return null;
  return { method };
}

function sharedInput(
  procedure: Procedure,
  capture: Capture,
  profile: DeviceProfile,
  station: Station,
  place: ComposePlace,
  studyBegin: Procedure,
): ComposeInput {
  if (procedure.patient === null)
    throw new CannotCompose("Nothing is sent without a patient. Choose the patient first.");
  const steps = procedure.worklistItems.map((item) => item.step);
  const first = steps[0];
  const description = first?.requestedProcedureDescription || first?.scheduledProcedureStepDescription || "";
  const begunAt = localTime(procedure.begunAt);
  // SH, 16 characters: unique on this box, and a person can read the day from it.
  const idOf = (one: Procedure): string => `${localTime(one.begunAt).date.slice(2)}-${one.id.slice(0, 8)}`;
  const stepId = idOf(procedure);
  const side = lateralityOf(procedure.worklistItems);
  return {
    patient: procedure.patient,
    steps,
    study: {
      studyInstanceUid: procedure.studyInstanceUid,
      studyId: first?.requestedProcedureId || idOf(studyBegin),
      begunAt: localTime(studyBegin.begunAt),
      studyDescription: description,
    },
    performedStep: {
      performedProcedureStepId: stepId,
      performedProcedureStepStartAt: begunAt,
      description: first?.scheduledProcedureStepDescription || description,
      performingPhysicianName: procedure.performingPhysicianName,
    },
    series: {
      seriesInstanceUid: place.seriesInstanceUid,
      seriesNumber: place.seriesNumber,
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

/** Where a capture's file lies on the disk. */
export function mediaFile(storageDirectory: string, capture: Capture): string {
  return join(storageDirectory, capture.file);
}

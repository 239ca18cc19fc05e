import type { LocalTime } from "../lib/clock.ts";
import type {
  ComposeClipInput,
  ComposeInput,
  ComposeInstance,
  ComposeStillInput,
  LossyMethod,
  LossySource,
} from "./compose-input.ts";
import { codeItems, referenceItems, requestAttributes } from "./compose-request.ts";
import type { DataSet } from "./data-set.ts";
import { DicomError } from "./error.ts";
import { fitDataSet } from "./fit.ts";
import type { Code, ScheduledStep } from "./identity.ts";
import { type SopClassName, serviceClasses, sopClasses } from "./sop-classes.ts";
import { transferSyntaxes } from "./transfer-syntaxes.ts";
import { derivedUid, wellFormedUid } from "./uid.ts";
import type { Violation } from "./validate.ts";

/** Told what was changed in text that did not fit its VR (see `fitDataSet`). */
export type OnRepair = (repair: Violation) => void;

/**
 * The whole data set of a still but its Pixel Data: Secondary Capture (PS3.3 A.8.1) or a VL image (A.32.1, .2, .4).
 * The same input gives the same data set. Whatever text a worklist sent, composing does not fail.
 */
export function composeStill(input: ComposeStillInput, onRepair?: OnRepair): DataSet {
  const { still, instance } = input;
  return fitted(
    {
      ...common(input),
      ...(instance.sopClass === "secondaryCapture" ? secondaryCapture(input) : visibleLight(input)),
      ...imagePixel(still.rows, still.columns, still.photometricInterpretation),
      ...lossyHistory("ISO_10918_1", still.rows * still.columns * 3, still.sizeBytes, still.sourceWasLossy),
      ...anatomy(input.anatomicRegion),
    },
    onRepair,
  );
}

/**
 * The whole data set of a clip but its Pixel Data: a Video Endoscopic, Microscopic or Photographic image (PS3.3 A.32.5
 * to A.32.7). Throws DicomError `unsupported` for a transfer syntax that is not video.
 */
export function composeClip(input: ComposeClipInput, onRepair?: OnRepair): DataSet {
  const { clip } = input;
  const method = videoMethods.get(clip.transferSyntaxUid);
  if (method === undefined) throw new DicomError("unsupported", "A clip needs a video transfer syntax.");
  const uncompressed = clip.rows * clip.columns * 3 * clip.numberOfFrames;
  return fitted(
    {
      ...common(input),
      ...visibleLight(input),
      ...imagePixel(clip.rows, clip.columns, "YBR_PARTIAL_420"),
      ...lossyHistory(method, uncompressed, clip.sizeBytes, clip.sourceWasLossy),
      ...cine(clip),
      ...anatomy(input.anatomicRegion, [unspecifiedRegion]),
    },
    onRepair,
  );
}

const videoMethods = new Map<string, LossyMethod>([
  [transferSyntaxes.h264HighLevel41, "ISO_14496_10"],
  [transferSyntaxes.h264BdCompatibleHighLevel41, "ISO_14496_10"],
  [transferSyntaxes.h264HighLevel42, "ISO_14496_10"],
  [transferSyntaxes.hevcMainLevel51, "ISO_23008_2"],
  [transferSyntaxes.hevcMain10Level51, "ISO_23008_2"],
  [transferSyntaxes.mpeg2MainLevel, "ISO_13818_2"],
  [transferSyntaxes.mpeg2HighLevel, "ISO_13818_2"],
]);

/** The video IODs demand a region (PS3.3 A.32.5.3); where nobody said one, the code that claims nothing. */
const unspecifiedRegion: Code = {
  codeValue: "123037004",
  codingSchemeDesignator: "SCT",
  codeMeaning: "Body structure",
};

function fitted(dataSet: DataSet, onRepair: OnRepair | undefined): DataSet {
  const { dataSet: fitting, repairs } = fitDataSet(dataSet);
  if (onRepair !== undefined) for (const repair of repairs) onRepair(repair);
  return fitting;
}

type AnyInput = ComposeInput & { readonly instance: ComposeInstance<SopClassName> };

function common(input: AnyInput): DataSet {
  return { ...patientAndStudy(input), ...series(input), ...generalEquipment(input), ...generalImage(input) };
}

/** Patient, General Study and Patient Study modules (PS3.3 C.7.1.1, C.7.2.1, C.7.2.2). */
function patientAndStudy({ patient, steps, study }: AnyInput): DataSet {
  const referenced = referenceItems(steps.flatMap((step) => step.referencedStudies));
  const procedureCodes = codeItems(steps.flatMap((step) => step.requestedProcedureCodes));
  const admissionId = agreed(steps, (step) => step.admissionId);
  return {
    PatientName: patient.patientName,
    PatientID: patient.patientId,
    IssuerOfPatientID: nonEmpty(patient.issuerOfPatientId),
    PatientBirthDate: patient.patientBirthDate ?? "",
    PatientSex: patient.patientSex ?? "",
    StudyInstanceUID: studyUid(patient.patientId, study),
    StudyDate: study.begunAt.date,
    StudyTime: study.begunAt.time,
    StudyID: study.studyId,
    StudyDescription: nonEmpty(study.studyDescription),
    AccessionNumber: studyWide(study.accessionNumber, steps, (step) => step.accessionNumber),
    ReferringPhysicianName: studyWide(study.referringPhysicianName, steps, (step) => step.referringPhysicianName),
    ReferencedStudySequence: nonEmptyItems(referenced),
    ProcedureCodeSequence: nonEmptyItems(procedureCodes),
    AdmissionID: nonEmpty(admissionId),
  };
}

/** Where a worklist's study UID names nothing, one for this patient's procedure: the same for all of its instances. */
function studyUid(patientId: string, study: ComposeInput["study"]): string {
  const { studyInstanceUid, studyId, begunAt } = study;
  if (wellFormedUid(studyInstanceUid) !== "") return studyInstanceUid;
  return derivedUid(JSON.stringify([studyInstanceUid, patientId, studyId, begunAt.date, begunAt.time]));
}

/** A study of several requests has no one accession number: each item of Request Attributes says its own. */
function studyWide(
  given: string | undefined,
  steps: readonly ScheduledStep[],
  of: (step: ScheduledStep) => string,
): string {
  if (steps.length === 0) return given ?? "";
  const common = agreed(steps, of);
  return common === undefined ? "" : (given ?? common);
}

/** What every step says; undefined when they differ. */
function agreed(steps: readonly ScheduledStep[], of: (step: ScheduledStep) => string): string | undefined {
  const values = new Set(steps.map(of));
  return values.size === 1 ? values.values().next().value : undefined;
}

/** General Series module (PS3.3 C.7.3.1). */
function series({ series: given, performedStep, steps, instance }: AnyInput): DataSet {
  const start = performedStep.performedProcedureStepStartAt;
  const mpps = performedStep.sopInstanceUid;
  const protocol = codeItems(steps.flatMap((step) => step.scheduledProtocolCodes));
  return {
    Modality: sopClasses[instance.sopClass].modality ?? given.modality,
    SeriesInstanceUID: given.seriesInstanceUid,
    SeriesNumber: given.seriesNumber,
    SeriesDescription: nonEmpty(given.seriesDescription),
    SeriesDate: start.date,
    SeriesTime: start.time,
    ...laterality(given.laterality),
    PerformingPhysicianName: nonEmpty(performedStep.performingPhysicianName),
    PerformedProcedureStepID: nonEmpty(performedStep.performedProcedureStepId),
    PerformedProcedureStepStartDate: start.date,
    PerformedProcedureStepStartTime: start.time,
    PerformedProcedureStepDescription: nonEmpty(performedStep.description),
    PerformedProtocolCodeSequence: nonEmptyItems(protocol),
    ReferencedPerformedProcedureStepSequence:
      mpps === undefined
        ? undefined
        : [{ ReferencedSOPClassUID: serviceClasses.modalityPerformedProcedureStep, ReferencedSOPInstanceUID: mpps }],
    RequestAttributesSequence: nonEmptyItems(requestAttributes(steps)),
  };
}

/** Laterality knows R and L only; both sides can be said per image (PS3.3 C.7.3.1, C.7.6.1). */
function laterality(side: "R" | "L" | "B" | undefined): DataSet {
  if (side === "B") return { ImageLaterality: "B" };
  return { Laterality: side ?? "" };
}

/** General Equipment module (PS3.3 C.7.5.1): the device that makes the picture. */
function generalEquipment({ equipment }: AnyInput): DataSet {
  return {
    Manufacturer: equipment.manufacturer,
    ManufacturerModelName: nonEmpty(equipment.manufacturerModelName),
    DeviceSerialNumber: nonEmpty(equipment.deviceSerialNumber),
    SoftwareVersions: nonEmpty(equipment.softwareVersions),
    StationName: nonEmpty(equipment.stationName),
    InstitutionName: nonEmpty(equipment.institutionName),
  };
}

/** General Image and SOP Common modules (PS3.3 C.7.6.1, C.12.1); no Pixel Spacing: nothing here is calibrated. */
function generalImage({ instance }: AnyInput): DataSet {
  const { acquiredAt, derivation } = instance;
  const derived = derivation !== undefined;
  return {
    SpecificCharacterSet: "ISO_IR 192",
    SOPClassUID: sopClasses[instance.sopClass].uid,
    SOPInstanceUID: instance.sopInstanceUid,
    InstanceNumber: instance.instanceNumber,
    TimezoneOffsetFromUTC: acquiredAt.utcOffset,
    ImageType: [derived ? "DERIVED" : "ORIGINAL", "PRIMARY"],
    PatientOrientation: "",
    ContentDate: acquiredAt.date,
    ContentTime: acquiredAt.time,
    AcquisitionDate: acquiredAt.date,
    AcquisitionTime: acquiredAt.time,
    AcquisitionDateTime: dateTime(acquiredAt),
    BurnedInAnnotation: instance.burnedInAnnotation ?? "NO",
    DerivationDescription: derived ? (nonEmpty(derivation.description) ?? "Made from another image") : undefined,
    SourceImageSequence: derived ? nonEmptyItems(referenceItems(derivation.sources)) : undefined,
  };
}

function dateTime(at: LocalTime): string {
  return `${at.date}${at.time}${at.utcOffset}`;
}

/** SC Equipment and SC Image modules (PS3.3 C.8.6.1, C.8.6.2): here the box itself is the capture device. */
function secondaryCapture({ equipment, instance }: AnyInput): DataSet {
  const { captureDevice } = equipment;
  return {
    ConversionType: equipment.detectorKind === "digital" ? "DI" : "DV",
    SecondaryCaptureDeviceID: nonEmpty(captureDevice.id),
    SecondaryCaptureDeviceManufacturer: nonEmpty(captureDevice.manufacturer),
    SecondaryCaptureDeviceManufacturerModelName: nonEmpty(captureDevice.manufacturerModelName),
    SecondaryCaptureDeviceSoftwareVersions: nonEmpty(captureDevice.softwareVersions),
    DateOfSecondaryCapture: instance.acquiredAt.date,
    TimeOfSecondaryCapture: instance.acquiredAt.time,
  };
}

/** Acquisition Context (C.7.6.14, nothing to say) and the box as Contributing Equipment (C.12.1, CID 7005). */
function visibleLight({ equipment, instance }: AnyInput): DataSet {
  const { captureDevice } = equipment;
  return {
    AcquisitionContextSequence: [],
    ContributingEquipmentSequence: [
      {
        PurposeOfReferenceCodeSequence: codeItems([acquisitionEquipment]),
        Manufacturer: captureDevice.manufacturer,
        ManufacturerModelName: nonEmpty(captureDevice.manufacturerModelName),
        SoftwareVersions: nonEmpty(captureDevice.softwareVersions),
        StationName: nonEmpty(captureDevice.id),
        ContributionDateTime: dateTime(instance.acquiredAt),
      },
    ],
  };
}

const acquisitionEquipment: Code = {
  codeValue: "109101",
  codingSchemeDesignator: "DCM",
  codeMeaning: "Acquisition Equipment",
};

/** Image Pixel and VL Image modules (PS3.3 C.7.6.3, C.8.12.1; for video PS3.5 8.2.7: no Pixel Aspect Ratio). */
function imagePixel(rows: number, columns: number, photometricInterpretation: string): DataSet {
  return {
    SamplesPerPixel: 3,
    PhotometricInterpretation: photometricInterpretation,
    PlanarConfiguration: 0,
    Rows: rows,
    Columns: columns,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
  };
}

/**
 * Every lossy step so far, ours last; methods and ratios pair (PS3.3 C.7.6.1.1.5). The ratio is to 24 bits a pixel,
 * which is what a decoder gives back.
 */
function lossyHistory(
  method: LossyMethod,
  uncompressedBytes: number,
  sizeBytes: number,
  source: LossySource | null | undefined,
): DataSet {
  const ours = decimalString(uncompressedBytes / sizeBytes, 6);
  const before = source?.ratio === undefined ? [] : [{ method: source.method, ratio: decimalString(source.ratio, 6) }];
  const steps = [...before, { method, ratio: ours }];
  return {
    LossyImageCompression: "01",
    LossyImageCompressionRatio: steps.map(({ ratio }) => ratio),
    LossyImageCompressionMethod: steps.map((step) => step.method),
  };
}

/** Cine and Multi-frame modules (PS3.3 C.7.6.5, C.7.6.6). No audio is recorded, so no audio channel is described. */
function cine(clip: ComposeClipInput["clip"]): DataSet {
  const { numerator, denominator } = clip.frameRate;
  const framesPerSecond = Math.round(numerator / denominator);
  return {
    NumberOfFrames: clip.numberOfFrames,
    FrameIncrementPointer: "00181063",
    FrameTime: decimalString((1000 * denominator) / numerator, 12),
    FrameDelay: "0",
    StartTrim: 1,
    StopTrim: clip.numberOfFrames,
    CineRate: framesPerSecond,
    RecommendedDisplayFrameRate: framesPerSecond,
    EffectiveDuration: decimalString(clip.durationMs / 1000, 12),
    PreferredPlaybackSequencing: 0,
  };
}

function anatomy(region: Code | undefined, otherwise: readonly Code[] = []): DataSet {
  const given = region === undefined ? [] : codeItems([region]);
  return { AnatomicRegionSequence: nonEmptyItems(given.length > 0 ? given : codeItems(otherwise)) };
}

/** A number as DS: at most 16 characters (PS3.5 6.2). */
function decimalString(value: number, digits: number): string {
  return String(Number(value.toPrecision(digits)));
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === "" ? undefined : text;
}

function nonEmptyItems(items: readonly DataSet[]): readonly DataSet[] | undefined {
  return items.length === 0 ? undefined : items;
}

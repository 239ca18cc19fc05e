import type { LocalTime } from "../lib/clock.ts";
import type { ComposeInput, ComposeInstance, Derivation } from "./compose-input.ts";
import { codeItems, referenceItems, requestAttributes } from "./compose-request.ts";
import type { DataSet } from "./data-set.ts";
import type { Code, ScheduledStep } from "./identity.ts";
import { type SopClassName, serviceClasses, sopClasses } from "./sop-classes.ts";
import { derivedUid, wellFormedUid } from "./uid.ts";

/** What every IOD is composed of. */
export type AnyInput = ComposeInput & { readonly instance: ComposeInstance<SopClassName> };

/** The modules that every Instance has, whatever its IOD. */
export function commonModules(input: AnyInput): DataSet {
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
  const { acquiredAt, derivation, part } = instance;
  const contentAt = instance.contentAt ?? acquiredAt;
  return {
    SpecificCharacterSet: "ISO_IR 192",
    SOPClassUID: sopClasses[instance.sopClass].uid,
    SOPInstanceUID: instance.sopInstanceUid,
    InstanceNumber: instance.instanceNumber,
    TimezoneOffsetFromUTC: acquiredAt.utcOffset,
    AcquisitionNumber: part?.acquisitionNumber,
    ImageComments: part === undefined ? undefined : `Part ${part.number} of ${part.of}`,
    ImageType: [derivation === undefined ? "ORIGINAL" : "DERIVED", "PRIMARY"],
    PatientOrientation: "",
    ContentDate: contentAt.date,
    ContentTime: contentAt.time,
    AcquisitionDate: acquiredAt.date,
    AcquisitionTime: acquiredAt.time,
    AcquisitionDateTime: dateTime(acquiredAt),
    BurnedInAnnotation: instance.burnedInAnnotation ?? "NO",
    ...(derivation !== undefined && derivedFrom(derivation)),
  };
}

/** PS3.3 C.7.6.1.1.3 and .4: what was done (CID 7203 where a code fits), and to which instances. */
function derivedFrom({ description, sources, codes = [] }: Derivation): DataSet {
  const processed = codes.length > 0 ? codeItems([sourceForProcessing]) : [];
  const references = referenceItems(sources).map((item) => ({
    ...item,
    PurposeOfReferenceCodeSequence: nonEmptyItems(processed),
  }));
  return {
    DerivationDescription: nonEmpty(description) ?? "Made from another image",
    DerivationCodeSequence: nonEmptyItems(codeItems(codes)),
    SourceImageSequence: nonEmptyItems(references),
  };
}

/** CID 7202. */
const sourceForProcessing: Code = {
  codeValue: "121322",
  codingSchemeDesignator: "DCM",
  codeMeaning: "Source image for image processing operation",
};

function dateTime(at: LocalTime): string {
  return `${at.date}${at.time}${at.utcOffset}`;
}

/** SC Equipment and SC Image modules (PS3.3 C.8.6.1, C.8.6.2): here the box itself is the capture device. */
export function secondaryCapture({ equipment, instance }: AnyInput): DataSet {
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
export function visibleLight({ equipment, instance }: AnyInput): DataSet {
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

export function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === "" ? undefined : text;
}

export function nonEmptyItems(items: readonly DataSet[]): readonly DataSet[] | undefined {
  return items.length === 0 ? undefined : items;
}

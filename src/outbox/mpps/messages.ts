/** The data sets of the Modality Performed Procedure Step SOP class (PS3.4 Table F.7.2-1). Pure. */
import { codeItems, referenceItems } from "../../dicom/compose-request.ts";
import {
  type DataSet,
  derivedUid,
  itemsOf,
  type ScheduledStep,
  type SopReference,
  textOf,
  wellFormedUid,
} from "../../dicom/dicom.ts";
import { fitDataSet } from "../../dicom/fit.ts";
import { localTime } from "../../lib/clock.ts";
import type { PerformedStep, StepEnd } from "../performed-step.ts";

export interface PerformingStation {
  readonly aeTitle: string;
  readonly stationName: string;
}

export interface PerformedSeries {
  readonly seriesInstanceUid: string;
  readonly images: readonly SopReference[];
}

/** Retired, and still what a Referenced Study item names (PS3.4 F.7.2.1.2, note 2). */
const detachedStudyManagement = "1.2.840.10008.3.1.2.3.1";

/** N-CREATE, IN PROGRESS. Every type 1 and 2 attribute is there: what is not created cannot be set later (note 5). */
export function stepCreation(step: PerformedStep, station: PerformingStation): DataSet {
  const { patient, steps } = step;
  const begun = localTime(step.begunAt);
  const admissions = new Set(steps.map(({ admissionId }) => admissionId));
  const [admissionId = ""] = admissions.size === 1 ? admissions : [];
  const { ImageComments: unfitting, ...fitted } = fitDataSet({
    ScheduledStepAttributesSequence: scheduledSteps(step),
    PatientName: patient.patientName,
    PatientID: patient.patientId,
    IssuerOfPatientID: patient.issuerOfPatientId,
    PatientBirthDate: patient.patientBirthDate ?? "",
    PatientSex: patient.patientSex ?? "",
    ReferencedPatientSequence: [],
    AdmissionID: admissionId === "" ? undefined : admissionId,
    PerformedProcedureStepID: step.performedProcedureStepId,
    PerformedStationAETitle: station.aeTitle,
    PerformedStationName: station.stationName,
    PerformedLocation: "",
    PerformedProcedureStepStartDate: begun.date,
    PerformedProcedureStepStartTime: begun.time,
    PerformedProcedureStepStatus: "IN PROGRESS",
    PerformedProcedureStepDescription: step.description,
    PerformedProcedureTypeDescription: "",
    ProcedureCodeSequence: codeItems(steps.flatMap(({ requestedProcedureCodes }) => requestedProcedureCodes)),
    PerformedProcedureStepEndDate: "",
    PerformedProcedureStepEndTime: "",
    PerformedProcedureStepDiscontinuationReasonCodeSequence: [],
    Modality: step.modality,
    StudyID: step.studyId,
    PerformedProtocolCodeSequence: codeItems(steps.flatMap(({ scheduledProtocolCodes }) => scheduledProtocolCodes)),
    PerformedSeriesSequence: [],
  }).dataSet;
  const items = itemsOf(fitted, "ScheduledStepAttributesSequence");
  return {
    ...fitted,
    // Text that did not fit was emptied, and an item loses what is emptied: type 2 stays.
    ScheduledStepAttributesSequence: items.map((item) => ({ ...emptyStep, ...item })),
    ...(typeof unfitting === "string" && { CommentsOnThePerformedProcedureStep: unfitting.slice(0, 1024) }),
  };
}

/** N-SET to COMPLETED or DISCONTINUED, with every Instance that was made. There is a series even without one (note 2). */
export function stepEnding(step: PerformedStep, end: StepEnd, series: readonly PerformedSeries[]): DataSet {
  const ended = localTime(end.at);
  const noSeries = { seriesInstanceUid: derivedUid(`no series of ${step.performedProcedureStepUid}`), images: [] };
  const made = series.length === 0 ? [noSeries] : series;
  const { ImageComments: _, ...fitted } = fitDataSet({
    PerformedProcedureStepStatus: end.discontinued === null ? "COMPLETED" : "DISCONTINUED",
    PerformedProcedureStepEndDate: ended.date,
    PerformedProcedureStepEndTime: ended.time,
    PerformedProcedureStepDiscontinuationReasonCodeSequence:
      end.discontinued === null ? undefined : codeItems([end.discontinued]),
    PerformedSeriesSequence: made.map(({ seriesInstanceUid, images }) => ({
      PerformingPhysicianName: step.performingPhysicianName,
      ProtocolName: protocolName(step),
      OperatorsName: "",
      SeriesInstanceUID: seriesInstanceUid,
      SeriesDescription: "",
      RetrieveAETitle: "",
      ReferencedImageSequence: referenceItems(images),
      ReferencedNonImageCompositeSOPInstanceSequence: [],
    })),
  }).dataSet;
  return fitted;
}

const emptyStep = {
  ReferencedStudySequence: [],
  AccessionNumber: "",
  RequestedProcedureID: "",
  RequestedProcedureDescription: "",
  ScheduledProcedureStepID: "",
  ScheduledProcedureStepDescription: "",
  ScheduledProtocolCodeSequence: [],
} satisfies DataSet;

/** One item for each order that is answered; without an order one that names the study alone (F.7.2.1.2, note 3). */
function scheduledSteps(step: PerformedStep): DataSet[] {
  const study = wellFormedUid(step.studyInstanceUid) || derivedUid(step.studyInstanceUid);
  if (step.steps.length === 0) return [{ ...emptyStep, StudyInstanceUID: study }];
  return step.steps.map((scheduled) => {
    const codes = codeItems(scheduled.requestedProcedureCodes);
    return {
      StudyInstanceUID: study,
      ReferencedStudySequence: referenceItems([...scheduled.referencedStudies, ...otherStudy(scheduled, study)]),
      AccessionNumber: scheduled.accessionNumber,
      RequestedProcedureID: scheduled.requestedProcedureId,
      RequestedProcedureDescription: scheduled.requestedProcedureDescription,
      RequestedProcedureCodeSequence: codes.length === 0 ? undefined : codes,
      ScheduledProcedureStepID: scheduled.scheduledProcedureStepId,
      ScheduledProcedureStepDescription: scheduled.scheduledProcedureStepDescription,
      ScheduledProtocolCodeSequence: codeItems(scheduled.scheduledProtocolCodes),
    };
  });
}

/** Several orders in one step: its images are in one study, and the others are told of as referenced (note 2). */
function otherStudy(scheduled: ScheduledStep, study: string): SopReference[] {
  const ordered = wellFormedUid(scheduled.studyInstanceUid);
  if (ordered === "" || ordered === study) return [];
  return [{ referencedSopClassUid: detachedStudyManagement, referencedSopInstanceUid: ordered }];
}

/** Type 1, so never empty: what was scheduled, or the kind of picture. */
function protocolName({ steps, description, modality }: PerformedStep): string {
  const code = steps.flatMap(({ scheduledProtocolCodes }) => scheduledProtocolCodes).at(0);
  const names = [code?.codeMeaning, description, steps[0]?.requestedProcedureDescription, `${modality} video`];
  const fitted = names.map((name) => textOf(fitDataSet({ ProtocolName: name ?? "" }).dataSet, "ProtocolName"));
  return fitted.find((name) => name.trim() !== "") ?? "video";
}

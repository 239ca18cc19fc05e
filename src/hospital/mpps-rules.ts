import type { Elements } from "./matching.ts";

/** An answer to N-CREATE or N-SET (PS3.7 Annex C). `errorId`: (0000,0903). */
export interface Verdict {
  readonly status: number;
  readonly comment?: string;
  readonly errorId?: number;
}

const success: Verdict = { status: 0 };
const inProgress = "IN PROGRESS";
const finalStates: readonly string[] = ["COMPLETED", "DISCONTINUED"];

/** PS3.4 Table F.7.2-1, N-CREATE: type 1 has a value, type 2 is there. */
const createType1 = [
  ...["ScheduledStepAttributesSequence", "PerformedProcedureStepID", "PerformedStationAETitle"],
  ...["PerformedProcedureStepStartDate", "PerformedProcedureStepStartTime", "PerformedProcedureStepStatus", "Modality"],
];
const createType2 = [
  ...["PatientName", "PatientID", "PatientBirthDate", "PatientSex", "ReferencedPatientSequence"],
  ...["PerformedStationName", "PerformedLocation", "PerformedProcedureStepDescription"],
  ...["PerformedProcedureTypeDescription", "ProcedureCodeSequence", "PerformedProcedureStepEndDate"],
  ...["PerformedProcedureStepEndTime", "StudyID", "PerformedProtocolCodeSequence", "PerformedSeriesSequence"],
];
const stepType1 = ["StudyInstanceUID"];
const stepType2 = [
  ...["ReferencedStudySequence", "AccessionNumber", "RequestedProcedureID", "RequestedProcedureDescription"],
  ...["ScheduledProcedureStepID", "ScheduledProcedureStepDescription", "ScheduledProtocolCodeSequence"],
];
const seriesType1 = ["ProtocolName", "SeriesInstanceUID"];
const seriesType2 = [
  ...["PerformingPhysicianName", "OperatorsName", "SeriesDescription", "RetrieveAETitle", "ReferencedImageSequence"],
  "ReferencedNonImageCompositeSOPInstanceSequence",
];
/** What an N-SET may change; all else is "Not allowed" there. */
const settable = new Set([
  ...["SpecificCharacterSet", "PerformedProcedureStepStatus", "PerformedProcedureStepDescription"],
  ...["PerformedProcedureTypeDescription", "ProcedureCodeSequence", "ReasonForPerformedProcedureCodeSequence"],
  ...["PerformedProcedureStepEndDate", "PerformedProcedureStepEndTime", "CommentsOnThePerformedProcedureStep"],
  ...["PerformedProcedureStepDiscontinuationReasonCodeSequence", "PerformedProtocolCodeSequence"],
  "PerformedSeriesSequence",
]);
/** PS3.4 Table F.7.2-1, the column of the final state. */
const finalType1 = ["PerformedProcedureStepEndDate", "PerformedProcedureStepEndTime", "PerformedSeriesSequence"];

/** Whether a step can be made of this (PS3.4 F.7.2.1); `known`: what there is under this UID. */
export function judgeCreate(known: Elements | undefined, dataSet: Elements): Verdict {
  if (known) return { status: 0x0111, comment: "there is a step with this UID" };
  const incomplete = missing(dataSet, createType1, createType2) ?? missingInSteps(dataSet) ?? missingInSeries(dataSet);
  if (incomplete) return incomplete;
  if (dataSet.PerformedProcedureStepStatus === inProgress) return success;
  return { status: 0x0106, comment: "a step begins IN PROGRESS" };
}

/** Whether a step may be changed so (PS3.4 F.7.2.2); `known`: what there is under this UID. */
export function judgeSet(known: Elements | undefined, dataSet: Elements): Verdict {
  if (!known) return { status: 0x0112, comment: "there is no step with this UID" };
  if (known.PerformedProcedureStepStatus !== inProgress) {
    // The Error ID and its words are those of F.7.2.2.4.
    const comment = "Performed Procedure Step Object may no longer be updated";
    return { status: 0x0110, comment, errorId: 0xa710 };
  }
  const forbidden = Object.keys(dataSet).find((keyword) => !settable.has(keyword));
  if (forbidden !== undefined) return { status: 0x0105, comment: `not allowed: ${forbidden}` };
  // "Only attributes that are specified in an N-CREATE may later be updated", Table F.7.2-1, note 3.
  const unknown = Object.keys(dataSet).find((key) => key !== "SpecificCharacterSet" && known[key] === undefined);
  if (unknown !== undefined) return { status: 0x0105, comment: `not created: ${unknown}` };
  const state = dataSet.PerformedProcedureStepStatus;
  if (state !== undefined && state !== inProgress && !finalStates.includes(String(state))) {
    return { status: 0x0106, comment: "no such state of a step" };
  }
  const isFinal = state !== undefined && state !== inProgress;
  const after = { ...known, ...dataSet };
  return (isFinal ? missing(after, finalType1, []) : undefined) ?? missingInSeries(dataSet) ?? success;
}

function missingInSteps({ ScheduledStepAttributesSequence: steps }: Elements): Verdict | undefined {
  return firstOf(itemsOf(steps), (item) => missing(item, stepType1, stepType2));
}

function missingInSeries({ PerformedSeriesSequence: series }: Elements): Verdict | undefined {
  return firstOf(itemsOf(series), (item) => missing(item, seriesType1, seriesType2));
}

/** 0120 for what is not there, 0121 for what has no value. */
function missing(dataSet: Elements, type1: readonly string[], type2: readonly string[]): Verdict | undefined {
  const absent = [...type1, ...type2].find((keyword) => dataSet[keyword] === undefined);
  if (absent !== undefined) return { status: 0x0120, comment: `missing: ${absent}` };
  const empty = type1.find((keyword) => dataSet[keyword]?.length === 0);
  return empty === undefined ? undefined : { status: 0x0121, comment: `no value: ${empty}` };
}

function itemsOf(value: Elements[string] | undefined): readonly Elements[] {
  return value === undefined || typeof value === "string" ? [] : value;
}

function firstOf<T, R>(items: readonly T[], ask: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const answer = ask(item);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

import { createHash } from "node:crypto";
import { type DataSet, isUid, itemsOf, textOf, textsOf, wellFormedUid } from "../dicom/dicom.ts";
import type { Code, PatientIdentity, ScheduledStep, SopReference, WorklistItem } from "../dicom/identity.ts";
import {
  cleanCode,
  cleanDate,
  cleanName,
  cleanSex,
  cleanText,
  cleanTime,
  cleanUid,
  cutText,
  identifier,
  isGarbled,
  type Oddity,
  type Report,
} from "./clean.ts";
import { orderKeywords } from "./query.ts";

export interface ReadAnswer {
  /** One for each scheduled procedure step; the standard says exactly one, some worklists send several. */
  readonly items: readonly WorklistItem[];
  readonly oddities: readonly Oddity[];
}

/** A few dozen are believable; more is a defect of the peer. */
const maximumEntries = 32;

/**
 * A worklist answer as items to pick from. Nothing in it makes it unusable: what is missing stays empty (an empty
 * studyInstanceUid: the procedure makes one), what is against the standard is repaired or left out, and both are told.
 * A patient ID is never changed, however long it is.
 */
export function worklistItemsOf(answer: DataSet, node: string): ReadAnswer {
  const oddities: Oddity[] = [];
  const report: Report = (oddity) => oddities.push(oddity);
  const sequence = itemsOf(answer, "ScheduledProcedureStepSequence");
  if (sequence.length === 0) report({ attribute: "ScheduledProcedureStepSequence", what: "missing" });
  if (sequence.length > 1) report({ attribute: "ScheduledProcedureStepSequence", what: "repeated" });
  const patient = patientOf(answer, report);
  const items = (sequence.length === 0 ? [{}] : sequence.slice(0, maximumEntries)).map((scheduled): WorklistItem => {
    const step = stepOf(answer, scheduled, report);
    return { id: itemId(node, patient, step), node, patient, step };
  });
  return { items, oddities };
}

function patientOf(answer: DataSet, report: Report): PatientIdentity {
  const patientName = cleanName(wholeText(answer, "PatientName", report), "PatientName", report);
  const patientId = cleanText(wholeText(answer, "PatientID", report));
  if (isGarbled(patientId)) report({ attribute: "PatientID", what: "garbled" });
  if (patientName === "") report({ attribute: "PatientName", what: "missing" });
  if (patientId === "") report({ attribute: "PatientID", what: "missing" });
  if ([...patientId].length > 64) report({ attribute: "PatientID", what: "too-long" });
  const issuer = identifier(wholeText(answer, "IssuerOfPatientID", report), 64, "IssuerOfPatientID", report);
  const birthDate = cleanDate(textOf(answer, "PatientBirthDate"), "PatientBirthDate", report);
  const sex = cleanSex(textOf(answer, "PatientSex"), report);
  return {
    patientName,
    patientId,
    ...(issuer === "" ? {} : { issuerOfPatientId: issuer }),
    ...(birthDate === "" ? {} : { patientBirthDate: birthDate }),
    ...(sex === undefined ? {} : { patientSex: sex }),
  };
}

/**
 * A backslash splits a value in two: half a patient ID or name would be another patient. It is kept whole, backslash and
 * all, and reported; nothing is sent under it before a person has looked (procedures/patient.ts).
 */
function wholeText(from: DataSet, keyword: string, report: Report): string {
  const values = textsOf(from, keyword);
  if (values.length > 1) report({ attribute: keyword, what: "invalid" });
  return values.join("\\");
}

/** An identifier of the request with several values names none of them. */
function onlyText(from: DataSet, keyword: string, report: Report): string {
  const values = textsOf(from, keyword);
  if (values.length > 1) report({ attribute: keyword, what: "repeated" });
  return values.length > 1 ? "" : (values[0] ?? "");
}

function stepOf(answer: DataSet, scheduled: DataSet, report: Report): ScheduledStep {
  const shortId = (from: DataSet, keyword: string): string =>
    identifier(onlyText(from, keyword, report), 16, keyword, report);
  const name = (from: DataSet, keyword: string): string => cleanName(textOf(from, keyword), keyword, report);
  // A backslash inside a description splits it into several values; here it is one text again.
  const description = (from: DataSet, keyword: string): string =>
    cutText(textsOf(from, keyword).join(" / "), 64, keyword, report);
  return {
    studyInstanceUid: studyUidOf(answer, report),
    accessionNumber: shortId(answer, "AccessionNumber"),
    referringPhysicianName: name(answer, "ReferringPhysicianName"),
    requestedProcedureId: shortId(answer, "RequestedProcedureID"),
    requestedProcedureDescription: description(answer, "RequestedProcedureDescription"),
    requestedProcedureCodes: codesOf(answer, "RequestedProcedureCodeSequence", report),
    admissionId: identifier(textOf(answer, "AdmissionID"), 64, "AdmissionID", report),
    referencedStudies: referencesOf(answer, report),
    scheduledProcedureStepId: shortId(scheduled, "ScheduledProcedureStepID"),
    scheduledProcedureStepDescription: description(scheduled, "ScheduledProcedureStepDescription"),
    scheduledProtocolCodes: codesOf(scheduled, "ScheduledProtocolCodeSequence", report),
    scheduledStationAeTitle: shortId(scheduled, "ScheduledStationAETitle"),
    scheduledStationName: cutText(textOf(scheduled, "ScheduledStationName"), 16, "ScheduledStationName", report),
    modality: cleanCode(textOf(scheduled, "Modality"), "Modality", report),
    startDate: cleanDate(
      textOf(scheduled, "ScheduledProcedureStepStartDate"),
      "ScheduledProcedureStepStartDate",
      report,
    ),
    startTime: cleanTime(
      textOf(scheduled, "ScheduledProcedureStepStartTime"),
      "ScheduledProcedureStepStartTime",
      report,
    ),
    performingPhysicianName: name(scheduled, "ScheduledPerformingPhysicianName"),
    orderAttributes: orderAttributesOf(answer),
  };
}

/** What the order says of where it comes from and who wants the result; only what is there, bounded. */
function orderAttributesOf(answer: DataSet): Record<string, readonly string[]> {
  return Object.fromEntries(
    orderKeywords.flatMap((keyword): [string, string[]][] => {
      const values = textsOf(answer, keyword)
        .slice(0, maximumEntries)
        .map((value) => cleanText(value).slice(0, 324))
        .filter((value) => value !== "");
      return values.length === 0 ? [] : [[keyword, values]];
    }),
  );
}

/** An ill-formed UID is replaced by one made from it, the same each time, so that all of its study agree. */
function studyUidOf(answer: DataSet, report: Report): string {
  const text = cleanText(textOf(answer, "StudyInstanceUID"));
  if (text === "") report({ attribute: "StudyInstanceUID", what: "missing" });
  else if (!isUid(text)) report({ attribute: "StudyInstanceUID", what: "invalid" });
  return text === "" ? "" : wellFormedUid(text);
}

/** Whole codes only: half a code means nothing (PS3.3 8.8). Entirely empty items are echoed return keys. */
function codesOf(from: DataSet, keyword: string, report: Report): Code[] {
  return itemsOf(from, keyword)
    .slice(0, maximumEntries)
    .flatMap((item): Code[] => {
      const codeValue = cleanText(textOf(item, "CodeValue"));
      const codingSchemeDesignator = cleanText(textOf(item, "CodingSchemeDesignator"));
      const codeMeaning = cutText(textOf(item, "CodeMeaning"), 64, "CodeMeaning", report);
      if (codeValue === "" && codingSchemeDesignator === "" && codeMeaning === "") return [];
      const whole = codeValue !== "" && codingSchemeDesignator !== "" && codeMeaning !== "";
      if (whole && codeValue.length <= 16 && codingSchemeDesignator.length <= 16) {
        return [{ codeValue, codingSchemeDesignator, codeMeaning }];
      }
      report({ attribute: keyword, what: "invalid" });
      return [];
    });
}

function referencesOf(answer: DataSet, report: Report): SopReference[] {
  return itemsOf(answer, "ReferencedStudySequence")
    .slice(0, maximumEntries)
    .flatMap((item): SopReference[] => {
      const referencedSopClassUid = cleanUid(textOf(item, "ReferencedSOPClassUID"), "ReferencedStudySequence", report);
      const referencedSopInstanceUid = cleanUid(
        textOf(item, "ReferencedSOPInstanceUID"),
        "ReferencedStudySequence",
        report,
      );
      if (referencedSopClassUid === "" || referencedSopInstanceUid === "") return [];
      return [{ referencedSopClassUid, referencedSopInstanceUid }];
    });
}

/**
 * The same step has the same id at every refresh. The patient ID is part of it: a row that came to mean another
 * patient is another row, so a pick that was on its way ends in "not on the list any more" and not in a wrong patient.
 */
function itemId(node: string, patient: PatientIdentity, step: ScheduledStep): string {
  const own = [
    node,
    patient.patientId,
    step.studyInstanceUid,
    step.requestedProcedureId,
    step.scheduledProcedureStepId,
  ];
  const without = [
    patient.patientName,
    step.accessionNumber,
    step.scheduledProcedureStepDescription,
    step.startDate,
    step.startTime,
  ];
  const parts = step.scheduledProcedureStepId === "" ? [...own, ...without] : own;
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 24);
}

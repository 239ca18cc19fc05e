import type { DataSet } from "./data-set.ts";
import type { Code, ScheduledStep, SopReference } from "./identity.ts";
import { isUid, wellFormedUid } from "./uid.ts";
import { lengthOf } from "./validate.ts";

/** One Request Attributes item for each worklist item that is answered (PS3.3 Table 10-9); what is empty is left out. */
export function requestAttributes(steps: readonly ScheduledStep[]): readonly DataSet[] {
  return steps.map((step) =>
    withoutEmpty({
      StudyInstanceUID: wellFormedUid(step.studyInstanceUid),
      AccessionNumber: step.accessionNumber,
      ReferencedStudySequence: referenceItems(step.referencedStudies),
      RequestedProcedureID: step.requestedProcedureId,
      RequestedProcedureDescription: step.requestedProcedureDescription,
      RequestedProcedureCodeSequence: codeItems(step.requestedProcedureCodes),
      ScheduledProcedureStepID: step.scheduledProcedureStepId,
      ScheduledProcedureStepDescription: step.scheduledProcedureStepDescription,
      ScheduledProtocolCodeSequence: codeItems(step.scheduledProtocolCodes),
    }),
  );
}

function withoutEmpty(item: DataSet): DataSet {
  return Object.fromEntries(
    Object.entries(item).filter(([, value]) => value !== "" && !(Array.isArray(value) && value.length === 0)),
  );
}

/**
 * Items of a code sequence, each code once (PS3.3 8.8). A code value over 16 characters is a Long Code Value; a code
 * without value or scheme codes nothing and is left out; without a meaning it means its own value.
 */
export function codeItems(codes: readonly Code[]): readonly DataSet[] {
  const usable = codes.filter(
    ({ codeValue, codingSchemeDesignator: scheme }) =>
      isCodePart(codeValue) && isCodePart(scheme) && lengthOf(scheme) <= 16,
  );
  const once = new Map(usable.map((code) => [`${code.codingSchemeDesignator}\\${code.codeValue}`, code]));
  return Array.from(once.values(), (code) => ({
    ...(lengthOf(code.codeValue) > 16 ? { LongCodeValue: code.codeValue } : { CodeValue: code.codeValue }),
    CodingSchemeDesignator: code.codingSchemeDesignator,
    CodeMeaning: code.codeMeaning.trim() === "" ? code.codeValue : code.codeMeaning,
  }));
}

function isCodePart(text: string): boolean {
  return text.trim() !== "" && !/[\p{Cc}\\]/u.test(text) && text.isWellFormed();
}

/** Items that refer to SOP instances, each once; a reference that is no UID refers to nothing and is left out. */
export function referenceItems(references: readonly SopReference[]): readonly DataSet[] {
  const usable = references.filter(
    ({ referencedSopClassUid, referencedSopInstanceUid }) =>
      isUid(referencedSopClassUid) && isUid(referencedSopInstanceUid),
  );
  const once = new Map(usable.map((reference) => [reference.referencedSopInstanceUid, reference]));
  return Array.from(once.values(), (reference) => ({
    ReferencedSOPClassUID: reference.referencedSopClassUid,
    ReferencedSOPInstanceUID: reference.referencedSopInstanceUid,
    ReferencedFrameNumber: reference.referencedFrameNumbers,
  }));
}

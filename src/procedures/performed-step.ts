import { localTime } from "../lib/clock.ts";
import type { PerformedStep } from "../outbox/outbox.ts";
import { isSendable } from "./patient.ts";
import type { Procedure } from "./procedure.ts";

/** SH, 16 characters: unique on this box, and a person can read the day from it. */
export function performedStepId({ begunAt, id }: Pick<Procedure, "begunAt" | "id">): string {
  return `${localTime(begunAt).date.slice(2)}-${id.slice(0, 8)}`;
}

/** What the order calls it, or what this box does. */
export function studyIdOf(procedure: Procedure, studyBegin: Procedure): string {
  return procedure.worklistItems[0]?.step.requestedProcedureId || performedStepId(studyBegin);
}

/** The words of the request, for the study; those of the step, for the performed step. */
export function descriptionsOf({ worklistItems }: Procedure): { readonly study: string; readonly step: string } {
  const first = worklistItems[0]?.step;
  const study = first?.requestedProcedureDescription || first?.scheduledProcedureStepDescription || "";
  return { study, step: first?.scheduledProcedureStepDescription || study };
}

/** What a Code String may be (PS3.5 6.2). */
const codeString = /^[A-Z0-9_ ]{1,16}$/;

/**
 * The step as MPPS tells it; null without a patient whose identity DICOM can hold as it is: nobody is told of nobody, nor
 * of somebody else.
 */
export function performedStepOf(
  procedure: Procedure,
  studyBegin: Procedure,
  modalityOfBox: string,
): PerformedStep | null {
  if (procedure.patient === null || !isSendable(procedure.patient)) return null;
  const steps = procedure.worklistItems.map((item) => item.step);
  const modality = (steps[0]?.modality ?? "").trim();
  return {
    procedureId: procedure.id,
    performedProcedureStepUid: procedure.performedProcedureStepUid,
    performedProcedureStepId: performedStepId(procedure),
    begunAt: procedure.begunAt,
    patient: procedure.patient,
    steps,
    studyInstanceUid: procedure.studyInstanceUid,
    studyId: studyIdOf(procedure, studyBegin),
    modality: modality !== "" && codeString.test(modality) ? modality : modalityOfBox,
    description: descriptionsOf(procedure).step,
    performingPhysicianName: procedure.performingPhysicianName,
  };
}

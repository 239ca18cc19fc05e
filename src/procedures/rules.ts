import { randomUUID } from "node:crypto";
import { wellFormedUid } from "../dicom/dicom.ts";
import type { Code, PatientIdentity, WorklistItem } from "../dicom/identity.ts";
import { localTime } from "../lib/clock.ts";
import { wrongEntrySelected } from "./discontinuation.ts";
import { ProcedureError } from "./errors.ts";
import { isSendable, typedPatient } from "./patient.ts";
import type { Procedure } from "./procedure.ts";

/** What a person says when a procedure begins or gets its patient; every part may be missing. */
export interface IdentityChoice {
  readonly worklistItems?: readonly WorklistItem[];
  /** Typed in by hand. */
  readonly patient?: PatientIdentity;
  /** No worklist and no typing needed: what is missing gets a temporary value. */
  readonly emergency?: Partial<PatientIdentity>;
  readonly performingPhysicianName?: string;
  readonly timeOutConfirmed?: boolean;
}

/** Things that rules may not make up themselves. */
export interface Given {
  readonly now: number;
  readonly newUid: () => string;
}

const nothing = {
  completedAt: null,
  releaseAt: null,
  releasedAt: null,
  resumedFrom: null,
  discontinued: null,
} as const;

/** A new open procedure: scheduled, emergency, or unassigned when nothing is known yet. */
export function beginProcedure(choice: IdentityChoice, given: Given): Procedure {
  const identity = identityOf(choice, given);
  return {
    ...nothing,
    ...identity,
    id: randomUUID(),
    state: "open",
    studyInstanceUid: studyOf(identity) || given.newUid(),
    performedProcedureStepUid: given.newUid(),
    begunAt: given.now,
  };
}

/**
 * Gives a procedure its (other) patient, or only its performing physician or time-out. Until release this changes nothing but our
 * own row.
 */
export function assignPatient(
  procedure: Procedure,
  choice: IdentityChoice,
  given: Given,
  holdWindowMs: number,
): Procedure {
  if (procedure.state === "released") {
    const message = "This procedure was sent already. Correct it in the archive, or begin a new one.";
    throw new ProcedureError("already-released", message);
  }
  const { performingPhysicianName } = choice;
  const tellsMore = performingPhysicianName !== undefined || choice.timeOutConfirmed === true;
  if (tellsMore && !choice.worklistItems && !choice.patient && !choice.emergency) {
    return {
      ...procedure,
      performingPhysicianName: performingPhysicianName ?? procedure.performingPhysicianName,
      timeOutConfirmedAt: choice.timeOutConfirmed === true ? given.now : procedure.timeOutConfirmedAt,
    };
  }
  const identity = identityOf(choice, given);
  if (identity.patient === null) {
    throw new ProcedureError("bad-request", "Choose a patient from the worklist, or enter name and patient ID.");
  }
  const isAnother = isAnotherStep(procedure, identity);
  // A step that was told to others has told its study too.
  const isToldAlready = !isAnother && procedure.patient !== null;
  return {
    ...procedure,
    ...identity,
    performingPhysicianName: identity.performingPhysicianName || procedure.performingPhysicianName,
    studyInstanceUid: isToldAlready ? procedure.studyInstanceUid : studyOf(identity) || given.newUid(),
    performedProcedureStepUid: isAnother ? given.newUid() : procedure.performedProcedureStepUid,
    // The wrong pick was the one before: an archive would ignore the right patient's pictures.
    discontinued: procedure.discontinued?.codeValue === wrongEntrySelected.codeValue ? null : procedure.discontinued,
    // The hold window is there to undo a wrong pick, so a new pick gets all of it.
    releaseAt: procedure.state === "completed" ? given.now + holdWindowMs : null,
  };
}

/** A Performed Procedure Step that was told to others keeps patient and order for life (PS3.4 F.7.2.2). */
export function isAnotherStep(
  before: Pick<Procedure, "patient" | "worklistItems">,
  after: Pick<Procedure, "patient" | "worklistItems">,
): boolean {
  if (before.patient === null) return false;
  const told = ({ patient, worklistItems }: typeof before): string =>
    JSON.stringify([patient, worklistItems.map(({ id, step }) => [id, step])]);
  return told(before) !== told(after);
}

/** Ends the procedure; its pictures leave when the hold window ends, and not before they have a patient. */
export function completeProcedure(
  procedure: Procedure,
  now: number,
  holdWindowMs: number,
  /** Why it ends before it is done. */
  discontinued: Code | null = null,
): Procedure {
  if (procedure.state !== "open") {
    throw new ProcedureError("procedure-not-open", "This procedure is completed already.");
  }
  const releaseAt = procedure.patient === null ? null : now + holdWindowMs;
  return { ...procedure, state: "completed", completedAt: now, releaseAt, discontinued };
}

/** The moment its Instances become owed to the remote nodes. */
export function releaseProcedure(procedure: Procedure, now: number): Procedure {
  if (procedure.state === "released") return procedure;
  if (procedure.state === "open")
    throw new ProcedureError("procedure-not-open", "Complete the procedure first, then send it.");
  if (procedure.patient === null) {
    throw new ProcedureError("no-patient", "Nothing is sent without a patient. Choose the patient first.");
  }
  if (!isSendable(procedure.patient)) {
    const why = "The patient's ID is missing, or name or ID hold characters that DICOM cannot send as they are.";
    throw new ProcedureError("no-patient", `${why} Have the worklist corrected, then choose the patient again.`);
  }
  return { ...procedure, state: "released", releasedAt: now };
}

/** A new Performed Procedure Step for the same patient in the same study (PS3.4 F.7: a completed step takes no more). */
export function resumeProcedure(procedure: Procedure, given: Given): Procedure {
  if (procedure.state === "open") throw new ProcedureError("procedure-open", "This procedure is still open.");
  return {
    ...procedure,
    ...nothing,
    id: randomUUID(),
    state: "open",
    // Whoever resumes has not compared anything yet.
    timeOutConfirmedAt: null,
    performedProcedureStepUid: given.newUid(),
    begunAt: given.now,
    resumedFrom: procedure.id,
  };
}

/** The study the order names; empty when it names none that DICOM could hold. */
function studyOf(identity: Identity): string {
  return wellFormedUid(identity.worklistItems[0]?.step.studyInstanceUid ?? "");
}

type Identity = Pick<
  Procedure,
  "kind" | "patient" | "temporaryIdentity" | "worklistItems" | "performingPhysicianName" | "timeOutConfirmedAt"
>;

function identityOf(choice: IdentityChoice, given: Given): Identity {
  const shared = {
    worklistItems: choice.worklistItems ?? [],
    performingPhysicianName:
      choice.performingPhysicianName ?? choice.worklistItems?.[0]?.step.performingPhysicianName ?? "",
    timeOutConfirmedAt: choice.timeOutConfirmed === true ? given.now : null,
  };
  const [first, ...others] = choice.worklistItems ?? [];
  if (first !== undefined) {
    if (others.length > 0 && first.patient.patientId === "") {
      const message = "These worklist items have no patient ID to compare. Choose one of them only.";
      throw new ProcedureError("different-patients", message);
    }
    if (!others.every((item) => isSamePatient(item.patient, first.patient))) {
      const message = "These worklist items belong to different patients. Choose the items of one patient.";
      throw new ProcedureError("different-patients", message);
    }
    return { ...shared, kind: "scheduled", patient: first.patient, temporaryIdentity: false };
  }
  if (choice.patient !== undefined) {
    return { ...shared, kind: "emergency", patient: typedPatient(choice.patient), temporaryIdentity: false };
  }
  if (choice.emergency !== undefined) {
    const patientId = choice.emergency.patientId?.trim() ?? "";
    const patient = typedPatient({
      ...choice.emergency,
      patientName: choice.emergency.patientName?.trim() || "Unknown^Emergency",
      patientId: patientId || temporaryId(given.now),
    });
    return { ...shared, kind: "emergency", patient, temporaryIdentity: patientId === "" };
  }
  return { ...shared, kind: "unassigned", patient: null, temporaryIdentity: false };
}

function isSamePatient(a: PatientIdentity, b: PatientIdentity): boolean {
  return a.patientId === b.patientId && (a.issuerOfPatientId ?? "") === (b.issuerOfPatientId ?? "");
}

/** The day and second, and chance for two boxes, or two hours of one name when summer time ends. */
function temporaryId(now: number): string {
  const { date, time } = localTime(now);
  return `EM-${date}-${time.slice(0, 6)}-${randomUUID().slice(0, 4).toUpperCase()}`;
}

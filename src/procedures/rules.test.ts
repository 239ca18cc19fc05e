import { describe, expect, it } from "vitest";
import type { WorklistItem } from "../dicom/identity.ts";
import { discontinuationReason } from "./discontinuation.ts";
import { ProcedureError } from "./errors.ts";
import { assignPatient, beginProcedure, completeProcedure, releaseProcedure, resumeProcedure } from "./rules.ts";

const now = new Date(2026, 10, 21, 14, 2, 3).getTime();
let uids = 0;
const given = { now, newUid: () => `2.25.${++uids}` };
const hold = 600_000;

function item(patientId: string, studyInstanceUid: string, physician = "Op^Surgeon"): WorklistItem {
  return {
    id: `${patientId}-${studyInstanceUid}`,
    node: "RIS",
    patient: { patientName: "Test^Case", patientId },
    step: { studyInstanceUid, performingPhysicianName: physician } as WorklistItem["step"],
  };
}

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof ProcedureError) return error.code;
    throw error;
  }
  return "no error";
};

describe("beginning a procedure", () => {
  it("takes patient, study and physician from the worklist item", () => {
    const procedure = beginProcedure({ worklistItems: [item("P1", "1.2.3")], timeOutConfirmed: true }, given);
    expect(procedure).toMatchObject({
      kind: "scheduled",
      state: "open",
      patient: { patientId: "P1" },
      studyInstanceUid: "1.2.3",
      performingPhysicianName: "Op^Surgeon",
      timeOutConfirmedAt: now,
    });
  });

  it("carries several worklist items of one patient, in the first one's study", () => {
    const procedure = beginProcedure({ worklistItems: [item("P1", "1.2.3"), item("P1", "1.2.4")] }, given);
    expect(procedure.worklistItems).toHaveLength(2);
    expect(procedure.studyInstanceUid).toBe("1.2.3");
  });

  it("refuses worklist items of different patients", () => {
    expect(codeOf(() => beginProcedure({ worklistItems: [item("P1", "1.2.3"), item("P2", "1.2.4")] }, given))).toBe(
      "different-patients",
    );
  });

  it("refuses to join items that have no patient ID to compare", () => {
    expect(codeOf(() => beginProcedure({ worklistItems: [item("", "1.2.3"), item("", "1.2.4")] }, given))).toBe(
      "different-patients",
    );
  });

  it("needs no typing in an emergency", () => {
    const procedure = beginProcedure({ emergency: {} }, given);
    expect(procedure).toMatchObject({
      kind: "emergency",
      temporaryIdentity: true,
      patient: {
        patientName: "Unknown^Emergency",
        patientId: expect.stringMatching(/^EM-20261121-140203-[0-9A-F]{4}$/),
      },
    });
    expect(procedure.studyInstanceUid).toMatch(/^2\.25\./);
  });

  it("needs nothing at all", () => {
    expect(beginProcedure({}, given)).toMatchObject({ kind: "unassigned", patient: null, timeOutConfirmedAt: null });
  });
});

describe("assigning a patient", () => {
  it("moves an unassigned procedure into the patient's study", () => {
    const assigned = assignPatient(beginProcedure({}, given), { worklistItems: [item("P1", "1.2.3")] }, given, hold);
    expect(assigned).toMatchObject({ kind: "scheduled", studyInstanceUid: "1.2.3", releaseAt: null });
  });

  it("gives a completed procedure a whole new hold window", () => {
    const completed = completeProcedure(beginProcedure({ worklistItems: [item("P1", "1.2.3")] }, given), now, hold);
    const later = { ...given, now: now + hold - 1 };
    expect(assignPatient(completed, { worklistItems: [item("P2", "1.2.9")] }, later, hold).releaseAt).toBe(
      now + 2 * hold - 1,
    );
  });

  it("never keeps the study of the patient before", () => {
    const before = beginProcedure({ worklistItems: [item("P1", "1.2.3")] }, given);
    const typed = assignPatient(before, { patient: { patientName: "B", patientId: "P2" } }, given, hold);
    expect(typed.studyInstanceUid).not.toBe("1.2.3");
  });

  it("keeps study and step where it is the same patient again: the step was told of both", () => {
    const typed = { patient: { patientName: "A^B", patientId: "1" } };
    const before = beginProcedure(typed, given);
    const after = assignPatient(before, typed, given, hold);
    expect(after.performedProcedureStepUid).toBe(before.performedProcedureStepUid);
    expect(after.studyInstanceUid).toBe(before.studyInstanceUid);
    const resumed = resumeProcedure(completeProcedure(before, now, hold), given);
    expect(assignPatient(resumed, typed, given, hold).studyInstanceUid).toBe(before.studyInstanceUid);
  });

  it("never tells the right patient's step that it was the wrong pick", () => {
    const wrong = completeProcedure(beginProcedure({ worklistItems: [item("P1", "1.2.3")] }, given), now, hold, {
      codeValue: "110514",
      codingSchemeDesignator: "DCM",
      codeMeaning: "Incorrect worklist entry selected",
    });
    const right = assignPatient(wrong, { worklistItems: [item("P2", "1.2.4")] }, given, hold);
    expect(right.performedProcedureStepUid).not.toBe(wrong.performedProcedureStepUid);
    expect(right.discontinued).toBeNull();
    expect(discontinuationReason("110514")).toBeUndefined();
    expect(discontinuationReason("110501")).toBeDefined();
  });

  it("can name only the physician and leave the patient alone", () => {
    const before = beginProcedure({ worklistItems: [item("P1", "1.2.3")] }, given);
    const after = assignPatient(before, { performingPhysicianName: "Other^Surgeon" }, given, hold);
    expect(after).toEqual({ ...before, performingPhysicianName: "Other^Surgeon" });
  });

  it("is refused once released", () => {
    const completed = completeProcedure(beginProcedure({ emergency: {} }, given), now, hold);
    const released = releaseProcedure(completed, now);
    expect(codeOf(() => assignPatient(released, { emergency: {} }, given, hold))).toBe("already-released");
  });
});

describe("what cannot be sent as it is", () => {
  it.each([
    ["a backslash in the ID", { patientName: "A^B", patientId: "AB\\123" }],
    ["a backslash in the name", { patientName: "Doe\\Smith^John", patientId: "P1" }],
    ["an ID of another character set", { patientName: "A^B", patientId: "AB7\u008a12" }],
    ["an ID that was not decoded", { patientName: "A^B", patientId: "AB\ufffd" }],
    ["no ID", { patientName: "A^B", patientId: "" }],
  ])("is not released: %s", (_name, patient) => {
    const taken = { ...item("P1", "1.2.3"), patient };
    const completed = completeProcedure(beginProcedure({ worklistItems: [taken] }, given), now, hold);
    expect(completed.patient).toEqual(patient);
    expect(codeOf(() => releaseProcedure(completed, now))).toBe("no-patient");
  });
});

describe("completing and releasing", () => {
  it("waits for the hold window", () => {
    expect(completeProcedure(beginProcedure({ emergency: {} }, given), now, hold).releaseAt).toBe(now + hold);
  });

  it("has no release time without a patient, and cannot be released", () => {
    const completed = completeProcedure(beginProcedure({}, given), now, hold);
    expect(completed.releaseAt).toBeNull();
    expect(codeOf(() => releaseProcedure(completed, now))).toBe("no-patient");
  });

  it("cannot be released while open, nor completed twice", () => {
    const open = beginProcedure({ emergency: {} }, given);
    expect(codeOf(() => releaseProcedure(open, now))).toBe("procedure-not-open");
    expect(codeOf(() => completeProcedure(completeProcedure(open, now, hold), now, hold))).toBe("procedure-not-open");
  });

  it("resumes as a new step in the same study", () => {
    const completed = completeProcedure(beginProcedure({ worklistItems: [item("P1", "1.2.3")] }, given), now, hold);
    const resumed = resumeProcedure(completed, given);
    expect(resumed).toMatchObject({
      state: "open",
      studyInstanceUid: "1.2.3",
      resumedFrom: completed.id,
      releaseAt: null,
    });
    expect(resumed.performedProcedureStepUid).not.toBe(completed.performedProcedureStepUid);
  });
});

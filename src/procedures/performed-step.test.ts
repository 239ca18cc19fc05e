import { expect, it } from "vitest";
import type { WorklistItem } from "../dicom/identity.ts";
import { performedStepOf } from "./performed-step.ts";
import { beginProcedure } from "./rules.ts";

const given = { now: 0, newUid: () => "2.25.1" };
const begun = (patientId: string, modality = "GM") => {
  const step = { studyInstanceUid: "1.2.3", modality, performingPhysicianName: "" } as WorklistItem["step"];
  return beginProcedure(
    { worklistItems: [{ id: "w", node: "RIS", patient: { patientName: "A^B", patientId }, step }] },
    given,
  );
};
const told = (patientId: string, modality?: string) => {
  const procedure = begun(patientId, modality);
  return performedStepOf(procedure, procedure, "ES");
};

it("nobody is told of a step under an ID that DICOM would change: it may be somebody else's", () => {
  expect(told("4711")?.patient.patientId).toBe("4711");
  expect(told("47\\11")).toBeNull();
  expect(told("4".repeat(65))).toBeNull();
});

it("the modality is the order's, if DICOM can hold it, else the box's: it may not be empty", () => {
  expect(told("1", "XC")?.modality).toBe("XC");
  for (const modality of ["", " ", "Ophthalmic Video Photography", "a\\b"])
    expect(told("1", modality)?.modality).toBe("ES");
});

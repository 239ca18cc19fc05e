import { expect, test } from "vitest";
import type { WorklistEntry } from "../../src/api/schemas.ts";
import { alikeBy, byTime, samePatient, sideOf } from "./entry.ts";

const entry = (id: string, startDate: string, startTime: string): WorklistEntry => ({
  id,
  node: "ris",
  patient: { patientName: "Test^One", patientId: "1" },
  studyInstanceUid: "2.25.1",
  accessionNumber: "",
  requestedProcedureDescription: "",
  scheduledProcedureStepDescription: "",
  scheduledStationAeTitle: "",
  modality: "XC",
  startDate,
  startTime,
  performingPhysicianName: "",
  lookAlikes: [],
});

test("the list is in the order of the day, what has no time comes last", () => {
  const entries = [entry("c", "20261124", ""), entry("b", "20261124", "1445"), entry("a", "20261124", "0800")];
  expect(byTime(entries).map(({ id }) => id)).toEqual(["a", "b", "c"]);
});

test("one patient needs one number of one issuer", () => {
  const patient = { patientName: "Test^One", patientId: "1", issuerOfPatientId: "A" };
  expect(samePatient(patient, { ...patient, patientName: "Test^O" })).toBe(true);
  expect(samePatient(patient, { ...patient, issuerOfPatientId: "B" })).toBe(false);
  expect(samePatient({ ...patient, patientId: "" }, { ...patient, patientId: "" })).toBe(false);
});

test("a name alike is said before a shared birth date", () => {
  expect(alikeBy({ lookAlikes: [] })).toBeNull();
  expect(alikeBy({ lookAlikes: [{ id: "b", because: "same-birth-date" }] })).toBe("birth");
  expect(alikeBy({ lookAlikes: [{ id: "b", because: "similar-name, same-birth-date" }] })).toBe("name");
  expect(alikeBy({ lookAlikes: [{ id: "b", because: "same-family-name" }] })).toBe("name");
});

test("one eye's step of a request for both eyes is for that eye", () => {
  const step = { ...entry("a", "", ""), requestedProcedureDescription: "Cataract surgery, both eyes" };
  expect(sideOf({ ...step, scheduledProcedureStepDescription: "Phaco and IOL, right eye" })).toBe("R");
  expect(sideOf(step)).toBe("B");
});

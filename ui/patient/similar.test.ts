import { expect, test } from "vitest";
import type { WorklistEntry } from "../../src/api/schemas.ts";
import { jaroWinkler, lookAlikes } from "./similar.ts";

const entry = (id: string, patientName: string, patientId: string, birth?: string): WorklistEntry => ({
  id,
  node: "ris",
  patient: { patientName, patientId, ...(birth ? { patientBirthDate: birth } : {}) },
  studyInstanceUid: "2.25.1",
  accessionNumber: "",
  requestedProcedureDescription: "",
  scheduledProcedureStepDescription: "",
  scheduledStationAeTitle: "",
  modality: "XC",
  startDate: "",
  startTime: "",
  performingPhysicianName: "",
});

test("Jaro-Winkler agrees with its author's examples", () => {
  expect(jaroWinkler("martha", "marhta")).toBeCloseTo(0.961, 3);
  expect(jaroWinkler("dwayne", "duane")).toBeCloseTo(0.84, 3);
  expect(jaroWinkler("abc", "xyz")).toBe(0);
});

test("both patients of one family name are marked, however it is written", () => {
  const marked = lookAlikes([
    entry("a", "Müller^Anna", "1"),
    entry("b", "MULLER^Jens", "2"),
    entry("c", "Okafor^Chidi", "3"),
  ]);
  expect([...marked]).toEqual([
    ["a", "name"],
    ["b", "name"],
  ]);
});

test("names that differ by a letter or two are marked", () => {
  expect(lookAlikes([entry("a", "Johansson^Erik", "1"), entry("b", "Johanson^Erik", "2")]).size).toBe(2);
});

test("any group of a name counts", () => {
  const marked = lookAlikes([entry("a", "Yamada^Tarou=山田^太郎", "1"), entry("b", "=山田^花子", "2")]);
  expect(marked.get("b")).toBe("name");
});

test("a shared birth date is marked as what it is", () => {
  const marked = lookAlikes([entry("a", "Novak^Jan", "1", "19500101"), entry("b", "Okafor^Ada", "2", "19500101")]);
  expect(marked.get("a")).toBe("birth");
});

test("one patient with two procedures is not like somebody else", () => {
  expect(lookAlikes([entry("a", "Novak^Jan", "1"), entry("b", "Novak^Jan", "1")]).size).toBe(0);
});

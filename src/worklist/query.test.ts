import { describe, expect, test } from "vitest";
import { encodeDataSet, itemsOf, textOf } from "../dicom/dicom.ts";
import { addDays, type PatientQuery, type QuerySettings, queryWords, worklistQuery } from "./query.ts";

const settings: QuerySettings = { stationAeTitle: "SCOPELINE", daysBack: 0, daysAhead: 0 };
const today = "20261124";
const step = (given: QuerySettings, patient?: PatientQuery) =>
  itemsOf(worklistQuery(given, today, patient), "ScheduledProcedureStepSequence")[0] ?? {};

describe("the worklist query", () => {
  test("asks for this station, today, any modality", () => {
    expect(textOf(step(settings), "ScheduledStationAETitle")).toBe("SCOPELINE");
    expect(textOf(step(settings), "ScheduledProcedureStepStartDate")).toBe("20261124");
    expect(textOf(step(settings), "Modality")).toBe("");
  });

  test("asks for a range of days, also over the end of a year", () => {
    expect(textOf(step({ ...settings, daysBack: 1, daysAhead: 40 }), "ScheduledProcedureStepStartDate")).toBe(
      "20261123-20270103",
    );
  });

  test("asks for any station with an empty key, because * is not matched by every worklist", () => {
    expect(textOf(step({ ...settings, stationAeTitle: "*" }), "ScheduledStationAETitle")).toBe("");
  });

  test("asks for one modality when that is set", () => {
    expect(textOf(step({ ...settings, modality: "GM" }), "Modality")).toBe("GM");
  });

  test("for one patient: a name by its beginning, an ID whole, of any station and modality", () => {
    const patient = { patientName: "Müller", patientId: "P1" };
    const query = worklistQuery({ ...settings, modality: "GM" }, today, patient);
    expect(textOf(query, "PatientName")).toBe("Müller*");
    expect(textOf(query, "PatientID")).toBe("P1");
    expect(textOf(step({ ...settings, modality: "GM" }, patient), "ScheduledStationAETitle")).toBe("");
    expect(textOf(step({ ...settings, modality: "GM" }, patient), "Modality")).toBe("");
    expect(textOf(worklistQuery(settings, today, { patientName: "M?ller*" }), "PatientName")).toBe("M?ller*");
  });

  test("returns everything that goes into the instances", () => {
    const query = worklistQuery(settings, today);
    for (const key of [
      "AccessionNumber",
      "ReferringPhysicianName",
      "ReferencedStudySequence",
      "PatientName",
      "PatientID",
      "IssuerOfPatientID",
      "PatientBirthDate",
      "PatientSex",
      "StudyInstanceUID",
      "RequestedProcedureDescription",
      "RequestedProcedureCodeSequence",
      "RequestedProcedureID",
      "AdmissionID",
    ]) {
      expect(query, key).toHaveProperty(key);
    }
    for (const key of [
      "ScheduledProcedureStepStartTime",
      "ScheduledPerformingPhysicianName",
      "ScheduledProcedureStepDescription",
      "ScheduledProtocolCodeSequence",
      "ScheduledProcedureStepID",
      "ScheduledStationName",
    ]) {
      expect(step(settings), key).toHaveProperty(key);
    }
  });

  test("can be written as a data set", () => {
    expect(encodeDataSet(worklistQuery(settings, today), { transferSyntax: "explicit" }).length).toBeGreaterThan(100);
  });

  test("reads as words", () => {
    expect(queryWords(settings, today)).toBe("for station SCOPELINE on 24-Nov-2026");
    expect(queryWords({ ...settings, stationAeTitle: "*", modality: "GM", daysAhead: 1 }, today)).toBe(
      "for any station, modality GM, from 24-Nov-2026 to 25-Nov-2026",
    );
  });
});

test("days are calendar days", () => {
  expect(addDays("20280228", 1)).toBe("20280229");
  expect(addDays("20270101", -1)).toBe("20261231");
  // Summer time began on 29 March 2026 in Europe: that day has 23 hours.
  expect(addDays("20260328", 2)).toBe("20260330");
});

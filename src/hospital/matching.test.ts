import { describe, expect, it } from "vitest";
import { answerOf, type Elements, matches } from "./matching.ts";

const item: Elements = {
  PatientName: "Müller^Jürgen=山田^太郎",
  PatientID: "P.1",
  PatientBirthDate: "",
  StudyInstanceUID: "1.2.3",
  ScheduledProcedureStepSequence: [
    {
      Modality: "GM",
      ScheduledProcedureStepStartDate: "20261124",
      ScheduledProcedureStepStartTime: "0915",
      ScheduledProtocolCodeSequence: [],
    },
  ],
};
const step = (keys: Elements): Elements => ({ ScheduledProcedureStepSequence: [keys] });

describe("a worklist item", () => {
  it.each<[string, Elements]>([
    ["no keys", {}],
    ["empty keys", { PatientName: "", PatientBirthDate: "" }],
    ["a star for a value that it does not have", { PatientBirthDate: "*" }],
    ["a key that this provider does not know", { PatientComments: "x" }],
    ["the whole name", { PatientName: "Müller^Jürgen" }],
    ["a name with other capitals and empty components", { PatientName: "MÜLLER^jürgen^^" }],
    ["a name written with combining marks", { PatientName: "Mu\u0308ller^*" }],
    ["another component group", { PatientName: "山?^*" }],
    ["several stars", { PatientName: "**ü*ü*en" }],
    ["one of a list of UIDs", { StudyInstanceUID: "9.9\\1.2.3" }],
    ["an open date range", step({ ScheduledProcedureStepStartDate: "20261101-" })],
    ["a date range that ends on its day", step({ ScheduledProcedureStepStartDate: "-20261124" })],
    ["a time range of whole hours", step({ ScheduledProcedureStepStartTime: "08-09" })],
    ["the hour", step({ ScheduledProcedureStepStartTime: "09" })],
    ["an empty item", step({})],
    ["an empty sequence", { ScheduledProcedureStepSequence: [] }],
    ["an empty key in a sequence that it has empty", step({ ScheduledProtocolCodeSequence: [{ CodeValue: "" }] })],
  ])("answers %s", (_name, keys) => {
    expect(matches(keys, item)).toBe(true);
  });

  it.each<[string, Elements]>([
    ["part of a name", { PatientName: "Müller" }],
    ["another name that sounds the same", { PatientName: "Mueller^Juergen" }],
    ["a question mark for two characters", { PatientName: "M?ler^*" }],
    ["a point as if it were a pattern", { PatientID: "PX1" }],
    ["a value where it has none", { PatientBirthDate: "19700101" }],
    ["another UID", { StudyInstanceUID: "1.2" }],
    ["a date range before its day", step({ ScheduledProcedureStepStartDate: "-20261123" })],
    ["a time range after it", step({ ScheduledProcedureStepStartTime: "0916-" })],
    ["another modality", step({ Modality: "ES" })],
    ["two keys of which one matches", { ...step({ Modality: "GM" }), PatientID: "P2" }],
  ])("does not answer %s", (_name, keys) => {
    expect(matches(keys, item)).toBe(false);
  });

  it("is found out at once with a hostile pattern", () => {
    const keys = { PatientName: `${"*a".repeat(2_000)}b` };
    expect(matches(keys, { PatientName: "a".repeat(50_000) })).toBe(false);
  });

  it("gives what was asked for and no more, empty where it has nothing", () => {
    const keys = { PatientID: "", PatientSex: "", ...step({ Modality: "GM", ScheduledStationName: "" }) };
    expect(answerOf(keys, item)).toEqual({
      PatientID: "P.1",
      PatientSex: "",
      ScheduledProcedureStepSequence: [{ Modality: "GM", ScheduledStationName: "" }],
    });
    expect(answerOf({ ScheduledProcedureStepSequence: [] }, item)).toEqual({
      ScheduledProcedureStepSequence: item.ScheduledProcedureStepSequence,
    });
  });
});

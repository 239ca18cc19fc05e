import { Value } from "typebox/value";
import { describe, expect, it } from "vitest";
import { proceduresOf } from "./today.ts";
import { HospitalWorklist, ScheduledItem } from "./worklist.ts";

const rows = proceduresOf("20261124", "SCOPELINE");

describe("the procedures of a day", () => {
  it("are what the controls would take as items", () => {
    for (const item of rows) expect([...Value.Errors(ScheduledItem, item)]).toEqual([]);
  });

  it("have both eyes of one patient as two steps of one study, and otherwise a study each", () => {
    const studies = Map.groupBy(rows, (item) => item.studyInstanceUid);
    const both = [...studies.values()].filter((items) => items.length > 1);
    expect(both).toHaveLength(1);
    expect(both[0]?.map(({ patientId }) => patientId)).toEqual(["SIM-1003", "SIM-1003"]);
    expect(new Set(rows.map(({ stepId }) => stepId)).size).toBe(rows.length);
  });

  it("are the same after a restart and others tomorrow", () => {
    expect(proceduresOf("20261124", "SCOPELINE")).toEqual(rows);
    const today = new Set(rows.map(({ studyInstanceUid }) => studyInstanceUid));
    for (const item of proceduresOf("20261125", "SCOPELINE")) expect(today).not.toContain(item.studyInstanceUid);
  });
});

describe("the hospital's worklist", () => {
  it("becomes the next day's at midnight and keeps what was added by hand", () => {
    let date = "20261124";
    const worklist = new HospitalWorklist(
      (day) => proceduresOf(day, "SCOPELINE"),
      () => date,
    );
    const [example] = rows;
    if (!example) throw new Error("no procedures");
    worklist.add({ ...example, patientId: "ADDED" });
    expect(worklist.list()).toHaveLength(rows.length + 1);
    date = "20261125";
    const dates = worklist.list().map((item) => item.startDate);
    expect(dates.filter((day) => day === "20261125")).toHaveLength(rows.length);
    expect(dates.filter((day) => day === "20261124")).toHaveLength(1);
  });

  it("answers in the order of the day", () => {
    const worklist = new HospitalWorklist(
      (day) => proceduresOf(day, "SCOPELINE"),
      () => "20261124",
    );
    const keys = { ScheduledProcedureStepSequence: [{ ScheduledProcedureStepStartTime: "" }] };
    const times = worklist.find(keys).map((answer) => JSON.stringify(answer.ScheduledProcedureStepSequence));
    expect(times).toHaveLength(rows.length);
    expect(times).toEqual([...times].sort());
  });
});

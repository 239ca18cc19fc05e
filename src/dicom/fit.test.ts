import { describe, expect, it } from "vitest";
import { fitDataSet } from "./fit.ts";
import { validateDataSet } from "./validate.ts";

describe("fitting what others sent", () => {
  it("leaves alone what is right", () => {
    const dataSet = { PatientName: "A^B", Rows: 3, ImageComments: "x", RequestAttributesSequence: [{}], StudyTime: "" };
    expect(fitDataSet(dataSet)).toEqual({ dataSet, repairs: [] });
  });

  it("shortens a description and keeps the whole of it in Image Comments", () => {
    const long = `${"ä".repeat(64)} and more`;
    const { dataSet, repairs } = fitDataSet({ StudyDescription: long, ImageComments: "noted" });
    expect(dataSet.StudyDescription).toBe("ä".repeat(64));
    expect(dataSet.ImageComments).toBe(`noted\nStudyDescription: ${long}`);
    expect(repairs).toEqual([{ keyword: "StudyDescription", message: expect.stringMatching(/longer.*changed/) }]);
  });

  it("empties an identifier that is too long: half of it would name somebody else", () => {
    const { dataSet } = fitDataSet({ AccessionNumber: "12345678901234567", PatientID: "x".repeat(65) });
    expect(dataSet).toMatchObject({ AccessionNumber: "", PatientID: "" });
    expect(dataSet.ImageComments).toContain("AccessionNumber: 12345678901234567");
  });

  it("leaves out of an item what it would have to empty", () => {
    const { dataSet } = fitDataSet({
      RequestAttributesSequence: [{ RequestedProcedureID: "x".repeat(17), AccessionNumber: "1" }],
    });
    expect(dataSet.RequestAttributesSequence).toEqual([{ AccessionNumber: "1" }]);
    expect(dataSet.ImageComments).toMatch(/^RequestAttributesSequence\.RequestedProcedureID: x/);
  });

  it("never cuts a character in two, and counts characters as DICOM does", () => {
    const { dataSet } = fitDataSet({ StudyDescription: "😀".repeat(70) });
    expect(dataSet.StudyDescription).toBe("😀".repeat(64));
  });

  it.each([
    ["StudyDescription", "a\\b\tc", "a/b c"],
    ["PatientName", "a^b^c^d^e^f=x=y=z", "a^b^c^d^e f=x=y"],
    ["PatientName", `${"a".repeat(70)}^b=山`, `${"a".repeat(64)}=山`],
    ["PatientBirthDate", "1964-03-01", "19640301"],
    ["PatientBirthDate", "1964.03.01", "19640301"],
    ["PatientBirthDate", "19640231", ""],
    ["PatientBirthDate", "1964", ""],
    ["StudyTime", "10:11:12", "101112"],
    ["StudyTime", "noon", ""],
    ["PatientSex", "m", "M"],
    ["PatientSex", "weiblich", "WEIBLICH"],
    ["PatientSex", "geschlecht unbekannt", ""],
    ["StationAETitle", "a\\b", ""],
    ["PatientID", "a\ud800b", "a\ufffdb"],
    ["FrameTime", "fast", ""],
  ])("%s %j becomes %j", (keyword, text, expected) => {
    const { dataSet, repairs } = fitDataSet({ [keyword]: text });
    expect(dataSet[keyword]).toBe(expected);
    expect(repairs).toHaveLength(1);
    expect(validateDataSet(dataSet)).toEqual([]);
  });

  it("an ill-formed study UID becomes the same good one for every instance", () => {
    const first = fitDataSet({ StudyInstanceUID: "1.2.03" }).dataSet.StudyInstanceUID;
    expect(first).toMatch(/^2\.25\./);
    expect(fitDataSet({ StudyInstanceUID: "1.2.03" }).dataSet.StudyInstanceUID).toBe(first);
  });

  it("Image Comments have a limit too", () => {
    const { dataSet } = fitDataSet({ StudyDescription: "x".repeat(20_000) });
    expect(validateDataSet(dataSet)).toEqual([]);
  });

  it("says what it did without the text", () => {
    const { repairs } = fitDataSet({ PatientName: `Secret${"x".repeat(80)}`, PatientBirthDate: "Secret" });
    expect(JSON.stringify(repairs)).not.toContain("Secret");
  });
});

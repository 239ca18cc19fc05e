import { describe, expect, it } from "vitest";
import type { DataSet } from "./data-set.ts";
import { validateDataSet } from "./validate.ts";

describe("valid", () => {
  it.each<DataSet>([
    { PatientName: "Yamada^Tarou=山田^太郎=やまだ^たろう", PatientID: "", PatientSex: null },
    { PatientName: `${"山".repeat(64)}=${"😀".repeat(64)}` },
    { PatientBirthDate: "20240229", StudyTime: "2359", SeriesTime: "235960.123456", AcquisitionTime: "07" },
    { AcquisitionDateTime: "20261124101112.345000+0100" },
    { ImageType: ["ORIGINAL", "PRIMARY"], RetrieveAETitle: "PACS 1", PatientAge: "064Y" },
    { NumberOfFrames: "60", SeriesNumber: 3, FrameTime: "33.3666666667", LossyImageCompressionRatio: ["1.5", "20"] },
    { AccessionNumber: "x".repeat(16), StudyDescription: "é".repeat(64), ImageComments: "a\\b\r\n\t" },
    { FrameIncrementPointer: "00181063", Rows: 65_535, ICCProfile: Uint8Array.of(1) },
    { RequestAttributesSequence: [{ RequestedProcedureID: "1" }], AcquisitionContextSequence: [] },
    { "00091001": Uint8Array.of(1) },
  ])("case %#", (dataSet) => {
    expect(validateDataSet(dataSet)).toEqual([]);
  });
});

describe("invalid", () => {
  it.each<[string, DataSet, RegExp]>([
    ["SH of 17", { AccessionNumber: "x".repeat(17) }, /longer/],
    ["LO of 65", { PatientID: "x".repeat(65) }, /longer/],
    ["LT of 10241", { ImageComments: "x".repeat(10_241) }, /longer/],
    ["ST of 1025", { DerivationDescription: "x".repeat(1025) }, /longer/],
    ["a group of 65", { PatientName: `A=${"山".repeat(65)}` }, /64/],
    ["four groups", { PatientName: "a=b=c=d" }, /groups/],
    ["six components", { PatientName: "a^b^c^d^e^f" }, /components/],
    ["two values of VM 1", { PatientName: "a\\b" }, /many/],
    ["a DA with dashes", { StudyDate: "2024-01-01" }, /date/],
    ["31 April", { StudyDate: "20240431" }, /date/],
    ["29 February 2023", { StudyDate: "20230229" }, /date/],
    ["month 13", { StudyDate: "20241301" }, /date/],
    ["24 o'clock", { StudyTime: "240000" }, /time/],
    ["a TM with colons", { StudyTime: "10:11" }, /time/],
    ["a DT on 31 April", { AcquisitionDateTime: "20240431" }, /date and time/],
    ["a UI that is none", { StudyInstanceUID: "abc" }, /UID/],
    ["a leading zero", { StudyInstanceUID: "1.02" }, /UID/],
    ["lower case CS", { Modality: "es" }, /CS/],
    ["CS of 17", { Modality: "A".repeat(17) }, /longer/],
    ["AE of 17", { StationAETitle: "A".repeat(17) }, /longer/],
    ["AE of spaces", { StationAETitle: "  " }, /AE/],
    ["an IS that is no integer", { NumberOfFrames: 1.5 }, /IS/],
    ["an IS beyond 32 bits", { NumberOfFrames: "2147483648" }, /32/],
    ["a DS of 17", { FrameTime: "33.36666666666667" }, /longer/],
    ["NaN", { FrameTime: Number.NaN }, /DS/],
    ["control characters", { PatientID: "a\u0007" }, /control/],
    ["a line break in LO", { PatientID: "a\nb" }, /control/],
    ["half a character", { PatientID: "a\ud800" }, /half/],
    ["one value of VM 2-n", { ImageType: "ORIGINAL" }, /few/],
    ["too many values", { Rows: [1, 2] }, /many/],
    ["US too large", { Rows: 65_536 }, /US/],
    ["bytes for text", { PatientID: Uint8Array.of(1) }, /bytes/],
    ["text for bytes", { ICCProfile: "x" }, /bytes/],
    ["items for text", { PatientID: [{}] }, /items/],
    ["text for items", { RequestAttributesSequence: "x" }, /items/],
    ["no keyword", { PatientNmae: "x" }, /dictionary/],
  ])("%s", (_name, dataSet, message) => {
    const violations = validateDataSet(dataSet);
    expect(violations).toHaveLength(1);
    expect(violations[0]?.message).toMatch(message);
    expect(violations[0]?.keyword).toBe(Object.keys(dataSet)[0]);
  });

  it("says where in a sequence, and every one of them", () => {
    const dataSet = {
      StudyDate: "x",
      RequestAttributesSequence: [{}, { ScheduledProcedureStepID: "x".repeat(17), RequestedProcedureID: "\u0000" }],
    };
    expect(validateDataSet(dataSet).map(({ keyword }) => keyword)).toEqual([
      "StudyDate",
      "RequestAttributesSequence.ScheduledProcedureStepID",
      "RequestAttributesSequence.RequestedProcedureID",
    ]);
  });

  it("never repeats the value", () => {
    const violations = validateDataSet({ PatientName: `Secret^Name${"x".repeat(80)}`, PatientID: "Secret\u0000" });
    expect(JSON.stringify(violations)).not.toContain("Secret");
  });
});

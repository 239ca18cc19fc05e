import { expect, it } from "vitest";
import { type DataSet, isUid, itemsOf, type ScheduledStep, textOf } from "../../dicom/dicom.ts";
import { encodeDataSet } from "../../dicom/encode.ts";
import { validateDataSet } from "../../dicom/validate.ts";
import type { PerformedStep } from "../performed-step.ts";
import { stepCreation, stepEnding } from "./messages.ts";

const scheduled: ScheduledStep = {
  studyInstanceUid: "2.25.10",
  accessionNumber: "A1",
  referringPhysicianName: "Ref^Erring",
  requestedProcedureId: "RP1",
  requestedProcedureDescription: "Cataract",
  requestedProcedureCodes: [{ codeValue: "C1", codingSchemeDesignator: "99X", codeMeaning: "Cataract" }],
  admissionId: "AD1",
  referencedStudies: [],
  scheduledProcedureStepId: "SPS1",
  scheduledProcedureStepDescription: "Phaco",
  scheduledProtocolCodes: [{ codeValue: "P1", codingSchemeDesignator: "99X", codeMeaning: "Phaco video" }],
  scheduledStationAeTitle: "SCOPELINE",
  scheduledStationName: "OR 1",
  modality: "GM",
  startDate: "20260101",
  startTime: "0800",
  performingPhysicianName: "Sur^Geon",
};
const step: PerformedStep = {
  procedureId: "p",
  performedProcedureStepUid: "2.25.11",
  performedProcedureStepId: "260101-abc",
  begunAt: Date.UTC(2026, 0, 1, 8),
  patient: { patientName: "Müller^Jörg", patientId: "4711", patientBirthDate: "19600101", patientSex: "M" },
  steps: [scheduled],
  studyInstanceUid: "2.25.10",
  studyId: "S1",
  modality: "GM",
  description: "Phaco",
  performingPhysicianName: "Sur^Geon",
};
const station = { aeTitle: "SCOPELINE", stationName: "OR 1" };
const images = [{ referencedSopClassUid: "1.2.840.10008.5.1.4.1.1.77.1.2", referencedSopInstanceUid: "2.25.100" }];
const end = { at: Date.UTC(2026, 0, 1, 9), discontinued: null };

/** PS3.4 Table F.7.2-1, N-CREATE. */
const type1 = [
  ...["ScheduledStepAttributesSequence", "PerformedProcedureStepID", "PerformedStationAETitle", "Modality"],
  ...["PerformedProcedureStepStartDate", "PerformedProcedureStepStartTime", "PerformedProcedureStepStatus"],
];
const type2 = [
  ...[
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "ReferencedPatientSequence",
    "PerformedStationName",
  ],
  ...["PerformedLocation", "PerformedProcedureStepDescription", "PerformedProcedureTypeDescription", "StudyID"],
  ...["ProcedureCodeSequence", "PerformedProcedureStepEndDate", "PerformedProcedureStepEndTime"],
  ...["PerformedProtocolCodeSequence", "PerformedSeriesSequence"],
];
const stepType2 = [
  ...["ReferencedStudySequence", "AccessionNumber", "RequestedProcedureID", "RequestedProcedureDescription"],
  ...["ScheduledProcedureStepID", "ScheduledProcedureStepDescription", "ScheduledProtocolCodeSequence"],
];
const seriesType1 = ["ProtocolName", "SeriesInstanceUID"];
const seriesType2 = [
  ...["PerformingPhysicianName", "OperatorsName", "SeriesDescription", "RetrieveAETitle", "ReferencedImageSequence"],
  "ReferencedNonImageCompositeSOPInstanceSequence",
];

const has = (dataSet: DataSet, keywords: readonly string[]) => keywords.filter((keyword) => dataSet[keyword] == null);
const isEmpty = (value: unknown) => value === "" || (Array.isArray(value) && value.length === 0);
const empty = (dataSet: DataSet, keywords: readonly string[]) => keywords.filter((one) => isEmpty(dataSet[one]));
function complete(creation: DataSet): void {
  expect(has(creation, [...type1, ...type2])).toEqual([]);
  expect(empty(creation, type1)).toEqual([]);
  for (const item of itemsOf(creation, "ScheduledStepAttributesSequence")) {
    expect(has(item, ["StudyInstanceUID", ...stepType2])).toEqual([]);
    expect(isUid(textOf(item, "StudyInstanceUID"))).toBe(true);
  }
  expect(validateDataSet(creation)).toEqual([]);
}

it("a begin has every attribute of type 1 and 2, and creates what its end sets", () => {
  const creation = stepCreation(step, station);
  complete(creation);
  expect(creation).toMatchObject({
    PerformedProcedureStepStatus: "IN PROGRESS",
    PerformedProcedureStepDiscontinuationReasonCodeSequence: [],
    AdmissionID: "AD1",
  });
  const ending = stepEnding(step, { ...end, discontinued: scheduled.scheduledProtocolCodes[0] ?? null }, []);
  expect(Object.keys(ending).filter((keyword) => !(keyword in creation))).toEqual([]);
});

it("a begin without an order names the study and nothing that was not ordered", () => {
  const creation = stepCreation({ ...step, steps: [], description: "", studyId: "" }, station);
  complete(creation);
  const items = itemsOf(creation, "ScheduledStepAttributesSequence");
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({ StudyInstanceUID: "2.25.10", AccessionNumber: "" });
});

it("orders of several studies are told with the one study of the images, and theirs as referenced", () => {
  const other = { ...scheduled, studyInstanceUid: "2.25.77", accessionNumber: "A2", admissionId: "AD2" };
  const creation = stepCreation({ ...step, steps: [scheduled, other] }, station);
  complete(creation);
  expect(itemsOf(creation, "ScheduledStepAttributesSequence")).toMatchObject([
    { StudyInstanceUID: "2.25.10", AccessionNumber: "A1", ReferencedStudySequence: [] },
    {
      StudyInstanceUID: "2.25.10",
      AccessionNumber: "A2",
      ReferencedStudySequence: [{ ReferencedSOPInstanceUID: "2.25.77" }],
    },
  ]);
  expect(creation.AdmissionID).toBeUndefined();
});

it("text of an order that fits nowhere costs its attribute at most, and is kept for people", () => {
  const wild = {
    ...scheduled,
    accessionNumber: "x".repeat(40),
    requestedProcedureDescription: `a\\b\n${"y".repeat(100)}`,
    scheduledProcedureStepId: "z".repeat(50),
  };
  const creation = stepCreation({ ...step, steps: [wild], description: "d".repeat(100) }, station);
  complete(creation);
  expect(itemsOf(creation, "ScheduledStepAttributesSequence")[0]).toMatchObject({ AccessionNumber: "" });
  expect(creation.CommentsOnThePerformedProcedureStep).toContain("x".repeat(40));
  expect("ImageComments" in creation).toBe(false);
});

it("an end has its series with every attribute, COMPLETED, in what can be encoded", () => {
  const ending = stepEnding(step, end, [{ seriesInstanceUid: "2.25.12", images }]);
  const [series] = itemsOf(ending, "PerformedSeriesSequence");
  expect(has(series ?? {}, [...seriesType1, ...seriesType2])).toEqual([]);
  expect(empty(series ?? {}, seriesType1)).toEqual([]);
  expect(series).toMatchObject({
    ReferencedImageSequence: [{ ReferencedSOPInstanceUID: "2.25.100" }],
    ProtocolName: "Phaco video",
  });
  expect(ending).toMatchObject({ PerformedProcedureStepStatus: "COMPLETED" });
  expect(ending.PerformedProcedureStepDiscontinuationReasonCodeSequence).toBeUndefined();
  expect(empty(ending, ["PerformedProcedureStepEndDate", "PerformedProcedureStepEndTime"])).toEqual([]);
  expect(validateDataSet(ending)).toEqual([]);
  expect(encodeDataSet(ending, { transferSyntax: "explicit" }).length).toBeGreaterThan(0);
});

it("an end without pictures names a series all the same, always the same one", () => {
  const nothing = stepEnding({ ...step, steps: [], description: " " }, end, []);
  const [series] = itemsOf(nothing, "PerformedSeriesSequence");
  expect(series).toMatchObject({ ReferencedImageSequence: [], ProtocolName: "GM video" });
  expect(isUid(textOf(series ?? {}, "SeriesInstanceUID"))).toBe(true);
  expect(stepEnding({ ...step, steps: [], description: " " }, end, [])).toEqual(nothing);
});

it("an end before it was done says why", () => {
  const discontinued = {
    codeValue: "110514",
    codingSchemeDesignator: "DCM",
    codeMeaning: "Incorrect worklist entry selected",
  };
  expect(stepEnding(step, { ...end, discontinued }, [])).toMatchObject({
    PerformedProcedureStepStatus: "DISCONTINUED",
    PerformedProcedureStepDiscontinuationReasonCodeSequence: [{ CodeValue: "110514" }],
  });
});

it("the protocol has a name, whatever the order holds", () => {
  const unnamed = { ...step, steps: [{ ...scheduled, scheduledProtocolCodes: [] }], description: "\u0000" };
  expect(itemsOf(stepEnding(unnamed, end, []), "PerformedSeriesSequence")[0]).toMatchObject({
    ProtocolName: "Cataract",
  });
  const nothing = { ...step, steps: [], description: "\u0000", modality: "" };
  const [series] = itemsOf(stepEnding(nothing, end, []), "PerformedSeriesSequence");
  expect(textOf(series ?? {}, "ProtocolName").trim()).not.toBe("");
});

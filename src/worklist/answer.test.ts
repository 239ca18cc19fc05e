import { describe, expect, test } from "vitest";
import type { DataSet } from "../dicom/dicom.ts";
import { worklistItemsOf } from "./answer.ts";

const scheduled: DataSet = {
  Modality: "GM",
  ScheduledStationAETitle: "SCOPELINE",
  ScheduledProcedureStepStartDate: "20261124",
  ScheduledProcedureStepStartTime: "101500.000000",
  ScheduledPerformingPhysicianName: "Op^Surgeon",
  ScheduledProcedureStepDescription: "Phaco left",
  ScheduledProtocolCodeSequence: [{ CodeValue: "54885007", CodingSchemeDesignator: "SCT", CodeMeaning: "Extraction" }],
  ScheduledProcedureStepID: "SPS1",
  ScheduledStationName: "OR1",
};
const whole: DataSet = {
  AccessionNumber: "ACC0001",
  ReferringPhysicianName: "Ref^Doc",
  PatientName: "Test^Patient",
  PatientID: "P0001",
  IssuerOfPatientID: "HOSP",
  PatientBirthDate: "19700101",
  PatientSex: "M",
  StudyInstanceUID: "1.2.826.0.1.3680043.8.498.777.1",
  RequestedProcedureDescription: "Cataract surgery",
  RequestedProcedureCodeSequence: [{ CodeValue: "1", CodingSchemeDesignator: "L", CodeMeaning: "Cataract" }],
  AdmissionID: "ADM1",
  RequestingService: "Eye Clinic",
  NamesOfIntendedRecipientsOfResults: ["Far^Hospital", "", "Near^Hospital"],
  ReferencedStudySequence: [{ ReferencedSOPClassUID: "1.2.840.10008.3.1.2.3.1", ReferencedSOPInstanceUID: "1.2.3.4" }],
  RequestedProcedureID: "RP1",
  ScheduledProcedureStepSequence: [scheduled],
};

function read(answer: DataSet) {
  const { items, oddities } = worklistItemsOf(answer, "RIS");
  const [first] = items;
  if (first === undefined) throw new Error("no item");
  return { item: first, items, odd: oddities.map((one) => `${one.what} ${one.attribute}`) };
}

/** The answer with something else in its scheduled procedure step. */
const withStep = (changes: DataSet): DataSet => ({
  ...whole,
  ScheduledProcedureStepSequence: [{ ...scheduled, ...changes }],
});

describe("a worklist answer", () => {
  test("becomes an item with everything the instances need", () => {
    const { item, odd } = read(whole);
    expect(odd).toEqual([]);
    expect(item).toEqual({
      id: expect.stringMatching(/^[A-Za-z0-9_-]{24}$/),
      node: "RIS",
      patient: {
        patientName: "Test^Patient",
        patientId: "P0001",
        issuerOfPatientId: "HOSP",
        patientBirthDate: "19700101",
        patientSex: "M",
      },
      step: {
        studyInstanceUid: "1.2.826.0.1.3680043.8.498.777.1",
        accessionNumber: "ACC0001",
        referringPhysicianName: "Ref^Doc",
        requestedProcedureId: "RP1",
        requestedProcedureDescription: "Cataract surgery",
        requestedProcedureCodes: [{ codeValue: "1", codingSchemeDesignator: "L", codeMeaning: "Cataract" }],
        admissionId: "ADM1",
        referencedStudies: [{ referencedSopClassUid: "1.2.840.10008.3.1.2.3.1", referencedSopInstanceUid: "1.2.3.4" }],
        scheduledProcedureStepId: "SPS1",
        scheduledProcedureStepDescription: "Phaco left",
        scheduledProtocolCodes: [{ codeValue: "54885007", codingSchemeDesignator: "SCT", codeMeaning: "Extraction" }],
        scheduledStationAeTitle: "SCOPELINE",
        scheduledStationName: "OR1",
        modality: "GM",
        startDate: "20261124",
        startTime: "101500",
        performingPhysicianName: "Op^Surgeon",
        orderAttributes: {
          RequestingService: ["Eye Clinic"],
          NamesOfIntendedRecipientsOfResults: ["Far^Hospital", "Near^Hospital"],
        },
      },
    });
  });

  test("with nothing in it is still an item, and says what is missing", () => {
    const { item, odd } = read({});
    expect(item.patient).toEqual({ patientName: "", patientId: "" });
    expect(item.step.studyInstanceUid).toBe("");
    expect(odd.sort()).toEqual([
      "missing PatientID",
      "missing PatientName",
      "missing ScheduledProcedureStepSequence",
      "missing StudyInstanceUID",
    ]);
  });

  test("of the wrong types is still an item", () => {
    const odd: DataSet = {
      PatientName: [] as readonly string[],
      PatientID: 42,
      PatientBirthDate: null,
      StudyInstanceUID: new Uint8Array(4),
      ScheduledProcedureStepSequence: "none",
      ReferencedStudySequence: "x",
    };
    expect(read(odd).item.patient).toEqual({ patientName: "", patientId: "42" });
  });

  test("with several steps gives an item for each", () => {
    const second = { ...scheduled, ScheduledProcedureStepID: "SPS2" };
    const { items, odd } = read({ ...whole, ScheduledProcedureStepSequence: [scheduled, second] });
    expect(items.map((one) => one.step.scheduledProcedureStepId)).toEqual(["SPS1", "SPS2"]);
    expect(new Set(items.map((one) => one.id)).size).toBe(2);
    expect(odd).toEqual(["repeated ScheduledProcedureStepSequence"]);
  });

  test("that echoes its return keys has no codes, no references and no *", () => {
    const empty = { CodeValue: "", CodingSchemeDesignator: "", CodeMeaning: "" };
    const { item, odd } = read({
      ...withStep({ ScheduledStationAETitle: "*", Modality: "*", ScheduledProtocolCodeSequence: [empty] }),
      RequestedProcedureCodeSequence: [empty],
      ReferencedStudySequence: [{ ReferencedSOPClassUID: "", ReferencedSOPInstanceUID: "" }],
      IssuerOfPatientID: "*",
    });
    expect(item.step).toMatchObject({
      requestedProcedureCodes: [],
      scheduledProtocolCodes: [],
      referencedStudies: [],
      scheduledStationAeTitle: "",
      modality: "",
    });
    expect(item.patient).not.toHaveProperty("issuerOfPatientId");
    expect(odd).toEqual([]);
  });

  test("half a code is left out and reported", () => {
    const half = { CodeValue: "1", CodingSchemeDesignator: "", CodeMeaning: "Cataract" };
    const { item, odd } = read({ ...whole, RequestedProcedureCodeSequence: [half] });
    expect(item.step.requestedProcedureCodes).toEqual([]);
    expect(odd).toEqual(["invalid RequestedProcedureCodeSequence"]);
  });

  test("too long: texts are cut, identifiers of the request left out, the patient ID kept whole", () => {
    const long = "x".repeat(70);
    const { item, odd } = read({
      ...withStep({ ScheduledProcedureStepDescription: long, ScheduledProcedureStepID: long }),
      PatientID: long,
      AccessionNumber: "1".repeat(17),
      PatientName: `${long}^A=${long}`,
    });
    expect(item.patient.patientId).toBe(long);
    expect(item.patient.patientName).toBe(`${"x".repeat(64)}=${"x".repeat(64)}`);
    expect(item.step.scheduledProcedureStepDescription).toBe("x".repeat(64));
    expect(item.step).toMatchObject({ scheduledProcedureStepId: "", accessionNumber: "" });
    expect(odd).toContain("too-long PatientID");
    expect(odd).toContain("too-long AccessionNumber");
  });

  test("limits count characters, not UTF-16 units", () => {
    const text = "𠮷".repeat(64);
    expect(read({ ...whole, RequestedProcedureDescription: text }).item.step.requestedProcedureDescription).toBe(text);
  });

  test("a name that is not in the character set it claims is kept and reported", () => {
    const { item, odd } = read({ ...whole, PatientName: "M\ufffdller^J" });
    expect(item.patient.patientName).toBe("M\ufffdller^J");
    expect(odd).toEqual(["garbled PatientName"]);
  });

  test("control characters and blanks are cleaned away", () => {
    const { item } = read({
      ...whole,
      PatientName: " Test^Patient^^ ",
      RequestedProcedureDescription: "two\r\nlines\t",
    });
    expect(item.patient.patientName).toBe("Test^Patient");
    expect(item.step.requestedProcedureDescription).toBe("two lines");
  });

  test("a description with a backslash, which DICOM reads as several values, is one text again", () => {
    const { item } = read({ ...whole, RequestedProcedureDescription: ["Phaco", "IOL"] });
    expect(item.step.requestedProcedureDescription).toBe("Phaco / IOL");
  });

  test.each([
    ["19700101", "19700101", false],
    ["1970.01.01", "19700101", false],
    ["1970-01-01", "19700101", false],
    ["20280229", "20280229", false],
    ["20270229", undefined, true],
    ["19700000", undefined, true],
    ["1970", undefined, true],
    ["unknown", undefined, true],
    ["", undefined, false],
  ])("birth date %s is %s", (written, birthDate, reported) => {
    const { item, odd } = read({ ...whole, PatientBirthDate: written });
    expect(item.patient.patientBirthDate).toBe(birthDate);
    expect(odd.includes("invalid PatientBirthDate")).toBe(reported);
  });

  test.each([
    ["10", "1000"],
    ["1015", "1015"],
    ["10:15", "1015"],
    ["10:15:30", "101530"],
    ["101530.5", "101530"],
    ["2515", ""],
    ["noon", ""],
  ])("start time %s is %s", (written, time) => {
    expect(read(withStep({ ScheduledProcedureStepStartTime: written })).item.step.startTime).toBe(time);
  });

  test.each([
    ["m", "M"],
    ["F", "F"],
    ["O", "O"],
    ["U", undefined],
    ["", undefined],
  ])("sex %s is %s", (written, sex) => {
    expect(read({ ...whole, PatientSex: written }).item.patient.patientSex).toBe(sex);
  });

  test("an ill-formed Study Instance UID is replaced by the same valid one each time", () => {
    const one = read({ ...whole, StudyInstanceUID: "1.2.03.4" });
    expect(one.item.step.studyInstanceUid).toMatch(/^2\.25\.\d+$/);
    expect(read({ ...whole, StudyInstanceUID: "1.2.03.4" }).item.step.studyInstanceUid).toBe(
      one.item.step.studyInstanceUid,
    );
    expect(one.odd).toEqual(["invalid StudyInstanceUID"]);
  });
});

describe("the id of an item", () => {
  const idOf = (answer: DataSet, node = "RIS") => worklistItemsOf(answer, node).items[0]?.id;

  test("stays when the step is moved to another time, room or surgeon", () => {
    const moved = withStep({
      ScheduledProcedureStepStartTime: "1400",
      ScheduledStationAETitle: "OTHER",
      ScheduledPerformingPhysicianName: "X^Y",
    });
    expect(idOf(moved)).toBe(idOf(whole));
  });

  test("is another one for another patient, step or node", () => {
    expect(idOf({ ...whole, PatientID: "P0002" })).not.toBe(idOf(whole));
    expect(idOf(withStep({ ScheduledProcedureStepID: "SPS2" }))).not.toBe(idOf(whole));
    expect(idOf(whole, "OTHER")).not.toBe(idOf(whole));
  });

  test("tells apart steps that have no identifier of their own", () => {
    const bare = (changes: DataSet) => withStep({ ScheduledProcedureStepID: "", ...changes });
    expect(idOf(bare({ ScheduledProcedureStepStartTime: "0900" }))).not.toBe(idOf(bare({})));
  });
});

describe("identity that DICOM splits or cannot read", () => {
  test("is kept whole and reported: half an identifier is another patient", () => {
    const { item, odd } = read({ ...whole, PatientID: ["AB", "123"], PatientName: ["Doe", "Smith^John"] });
    expect(item.patient).toMatchObject({ patientId: "AB\\123", patientName: "Doe\\Smith^John" });
    expect(odd).toEqual(expect.arrayContaining(["invalid PatientID", "invalid PatientName"]));
  });

  test("an identifier of the request with several values names none of them", () => {
    const { item, odd } = read({ ...whole, AccessionNumber: ["A", "B"] });
    expect(item.step.accessionNumber).toBe("");
    expect(odd).toContain("repeated AccessionNumber");
  });

  test("bytes of another character set are reported", () => {
    expect(read({ ...whole, PatientID: "AB7\u008a12" }).odd).toContain("garbled PatientID");
    expect(read({ ...whole, PatientName: "\u008aimek^Jan" }).odd).toContain("garbled PatientName");
  });
});

/**
 * Two synthetic procedures that differ in everything. What changes in an instance when one fact of the first is taken
 * from the second comes from that fact: so the statement's sources are found, not written down.
 */
import type { DeviceProfile } from "../devices/devices.ts";
import type { DataSet, SopClassName } from "../dicom/dicom.ts";

/** By where they come from, in the words of the statement. */
export interface Facts {
  /** The answer of a worklist; null: nothing was picked. */
  readonly MWL: DataSet | null;
  /** Typed or chosen at the screen. */
  readonly USER: {
    readonly patientName: string;
    readonly patientId: string;
    readonly patientBirthDate: string;
    readonly patientSex: "M" | "F" | "O";
    readonly performingPhysicianName: string;
    readonly discontinuation: { readonly codeValue: string; readonly codeMeaning: string };
  };
  /** The settings file. */
  readonly CONFIG: {
    readonly aeTitle: string;
    readonly stationName: string;
    readonly institutionName: string;
    readonly departmentName: string;
    readonly serialNumber: string;
  };
  /** The device profile. */
  readonly PROFILE: Pick<DeviceProfile, "manufacturer" | "model" | "modality" | "detector"> & {
    readonly anatomicRegion: DeviceProfile["anatomicRegion"] | null;
    /** How the picture is coded when it arrives. */
    readonly format: "raw" | "h264" | "mpeg2video";
  };
  /** The box itself: its clock, its counters and UIDs, what is recorded. */
  readonly AUTO: {
    readonly procedureId: string;
    readonly begunAt: number;
    readonly pressedAt: number;
    readonly endedAt: number;
    readonly laterMs: number;
    readonly studyInstanceUid: string;
    readonly performedProcedureStepUid: string;
    readonly seriesInstanceUid: string;
    readonly seriesNumber: number;
    readonly sopInstanceUid: string;
    readonly captureNumber: number;
    readonly part: number;
    readonly rows: number;
    readonly columns: number;
    readonly frames: number;
    readonly frameRate: { readonly numerator: number; readonly denominator: number };
    readonly durationMs: number;
    readonly sizeBytes: number;
    readonly derivation: string;
    readonly sourceClass: SopClassName;
    readonly sourceUid: string;
    /** Null: all of it. */
    readonly sourceFrame: number | null;
    readonly earlierRatio: number;
    readonly softwareVersion: string;
  };
}

export type Origin = keyof Facts;

/** The facts of the first procedure. */
export const facts: Facts = {
  MWL: worklistAnswer("1", {
    birthDate: "19500101",
    sex: "F",
    description: "Right eye",
    date: "20260105",
    time: "080000",
    codes: ["C1", "Cataract surgery"],
  }),
  USER: {
    patientName: "Typed^One",
    patientId: "U-1",
    patientBirthDate: "19600202",
    patientSex: "M",
    performingPhysicianName: "Surgeon^One",
    discontinuation: { codeValue: "110500", codeMeaning: "Doctor canceled procedure" },
  },
  CONFIG: {
    aeTitle: "BOXONE",
    stationName: "OR1",
    institutionName: "Hospital One",
    departmentName: "Department One",
    serialNumber: "S1",
  },
  PROFILE: {
    manufacturer: "Maker One",
    model: "Model One",
    modality: "GM",
    detector: "digital",
    anatomicRegion: { codeValue: "81745001", codingSchemeDesignator: "SCT", codeMeaning: "Eye" },
    format: "h264",
  },
  AUTO: {
    procedureId: "11111111-1111-4111-8111-111111111111",
    begunAt: Date.UTC(2026, 0, 5, 10, 0, 1),
    pressedAt: Date.UTC(2026, 0, 5, 10, 5, 2),
    endedAt: Date.UTC(2026, 0, 5, 11, 0, 3),
    laterMs: 60_000,
    studyInstanceUid: "2.25.101",
    performedProcedureStepUid: "2.25.102",
    seriesInstanceUid: "2.25.103",
    seriesNumber: 1,
    sopInstanceUid: "2.25.104",
    captureNumber: 1,
    part: 2,
    rows: 1080,
    columns: 1920,
    frames: 300,
    frameRate: { numerator: 30, denominator: 1 },
    durationMs: 10_000,
    sizeBytes: 1_000_000,
    derivation: "Derived in one way",
    sourceClass: "videoMicroscopic",
    sourceUid: "2.25.105",
    sourceFrame: 1,
    earlierRatio: 20,
    softwareVersion: "1",
  },
};

/** The same of the second: every single fact is another one, and as valid. */
export const otherFacts: Facts = {
  MWL: worklistAnswer("2", {
    birthDate: "19510203",
    sex: "M",
    description: "Left eye",
    date: "20260206",
    time: "090000",
    codes: ["C2", "Vitrectomy"],
  }),
  USER: {
    patientName: "Typed^Two",
    patientId: "U-2",
    patientBirthDate: "19610303",
    patientSex: "F",
    performingPhysicianName: "Surgeon^Two",
    discontinuation: { codeValue: "110501", codeMeaning: "Equipment failure" },
  },
  CONFIG: {
    aeTitle: "BOXTWO",
    stationName: "OR2",
    institutionName: "Hospital Two",
    departmentName: "Department Two",
    serialNumber: "S2",
  },
  PROFILE: {
    manufacturer: "Maker Two",
    model: "Model Two",
    modality: "XC",
    detector: "analogue",
    anatomicRegion: { codeValue: "RET", codingSchemeDesignator: "99SITE", codeMeaning: "Retina" },
    format: "mpeg2video",
  },
  AUTO: {
    procedureId: "22222222-2222-4222-8222-222222222222",
    begunAt: Date.UTC(2026, 1, 6, 12, 1, 2),
    pressedAt: Date.UTC(2026, 1, 6, 12, 6, 3),
    endedAt: Date.UTC(2026, 1, 6, 13, 1, 4),
    laterMs: 90_000,
    studyInstanceUid: "2.25.201",
    performedProcedureStepUid: "2.25.202",
    seriesInstanceUid: "2.25.203",
    seriesNumber: 2,
    sopInstanceUid: "2.25.204",
    captureNumber: 2,
    part: 3,
    rows: 720,
    columns: 1280,
    frames: 600,
    frameRate: { numerator: 60, denominator: 1 },
    durationMs: 20_000,
    sizeBytes: 2_000_000,
    derivation: "Derived in another way",
    sourceClass: "vlEndoscopic",
    sourceUid: "2.25.205",
    sourceFrame: 2,
    earlierRatio: 30,
    softwareVersion: "2",
  },
};

interface AnswerWords {
  readonly birthDate: string;
  readonly sex: string;
  readonly description: string;
  readonly date: string;
  readonly time: string;
  readonly codes: readonly [value: string, meaning: string];
}

/** An answer that fills every return key of `worklistQuery` (a test compares the two). */
function worklistAnswer(mark: string, words: AnswerWords): DataSet {
  const codeItem = (kind: string): DataSet => ({
    CodeValue: `${kind}${words.codes[0]}`,
    CodingSchemeDesignator: "99SITE",
    CodingSchemeVersion: mark,
    CodeMeaning: `${words.codes[1]} ${kind}`,
  });
  return {
    AccessionNumber: `A${mark}`,
    ReferringPhysicianName: `Referring^${mark}`,
    ReferencedStudySequence: [
      { ReferencedSOPClassUID: "1.2.840.10008.3.1.2.3.1", ReferencedSOPInstanceUID: `2.25.30${mark}` },
    ],
    PatientName: `Worklist^${mark}`,
    PatientID: `W-${mark}`,
    IssuerOfPatientID: `Issuer ${mark}`,
    PatientBirthDate: words.birthDate,
    PatientSex: words.sex,
    StudyInstanceUID: `2.25.40${mark}`,
    RequestedProcedureDescription: `${words.description}, requested ${mark}`,
    RequestedProcedureCodeSequence: [codeItem("R")],
    AdmissionID: `ADM${mark}`,
    RequestingService: `Service ${mark}`,
    CurrentPatientLocation: `Ward ${mark}`,
    ReasonForTheRequestedProcedure: `Reason ${mark}`,
    NamesOfIntendedRecipientsOfResults: `Recipient^${mark}`,
    RequestedProcedureComments: `Comment ${mark}`,
    ScheduledProcedureStepSequence: [
      {
        Modality: mark === "1" ? "GM" : "ES",
        ScheduledStationAETitle: `STATION${mark}`,
        ScheduledProcedureStepStartDate: words.date,
        ScheduledProcedureStepStartTime: words.time,
        ScheduledPerformingPhysicianName: `Scheduled^${mark}`,
        ScheduledProcedureStepDescription: `${words.description}, scheduled ${mark}`,
        ScheduledProtocolCodeSequence: [codeItem("P")],
        ScheduledProcedureStepID: `SPS${mark}`,
        ScheduledStationName: `Room ${mark}`,
      },
    ],
    RequestedProcedureID: `RP${mark}`,
  };
}

/** One fact, and where it comes from. */
export interface Fact {
  readonly origin: Origin;
  /** `PatientID`, `ScheduledProcedureStepSequence>Modality`, `stationName`. */
  readonly name: string;
  /** The same facts with this one taken from `otherFacts`. */
  readonly changed: (from: Facts) => Facts;
}

/** Every single fact there is. */
export function everyFact(): Fact[] {
  return [
    ...plain("USER", (name, from) => ({ ...from, USER: { ...from.USER, [name]: otherFacts.USER[name] } })),
    ...plain("CONFIG", (name, from) => ({ ...from, CONFIG: { ...from.CONFIG, [name]: otherFacts.CONFIG[name] } })),
    ...plain("PROFILE", (name, from) => ({ ...from, PROFILE: { ...from.PROFILE, [name]: otherFacts.PROFILE[name] } })),
    ...plain("AUTO", (name, from) => ({ ...from, AUTO: { ...from.AUTO, [name]: otherFacts.AUTO[name] } })),
    ...ofWorklist(),
  ];
}

function plain<G extends Exclude<Origin, "MWL">>(
  origin: G,
  change: (name: keyof Facts[G], from: Facts) => Facts,
): Fact[] {
  const names = Object.keys(facts[origin]) as (keyof Facts[G] & string)[];
  return names.map((name) => ({ origin, name, changed: (from) => change(name, from) }));
}

const scheduled = "ScheduledProcedureStepSequence";

function ofWorklist(): Fact[] {
  const other = otherFacts.MWL ?? {};
  const top = Object.keys(other).filter((keyword) => keyword !== scheduled);
  const inStep = Object.keys(stepOf(other));
  return [
    ...top.map(
      (name): Fact => ({
        origin: "MWL",
        name,
        changed: (from) => (from.MWL === null ? from : { ...from, MWL: { ...from.MWL, [name]: other[name] } }),
      }),
    ),
    ...inStep.map(
      (keyword): Fact => ({
        origin: "MWL",
        name: `${scheduled}>${keyword}`,
        changed: (from) => {
          if (from.MWL === null) return from;
          const step = { ...stepOf(from.MWL), [keyword]: stepOf(other)[keyword] };
          return { ...from, MWL: { ...from.MWL, [scheduled]: [step] } };
        },
      }),
    ),
  ];
}

function stepOf(answer: DataSet): DataSet {
  const value = answer[scheduled];
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  return typeof first === "object" && first !== null ? (first as DataSet) : {};
}

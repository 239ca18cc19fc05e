import { type Static, Type } from "typebox";
import { HospitalError } from "./hospital-error.ts";
import { answerOf, type Elements, matches } from "./matching.ts";

const Text = (maxLength: number) => Type.String({ maxLength });
const Code = Type.Object(
  { codeValue: Text(16), codingSchemeDesignator: Text(16), codeMeaning: Text(64) },
  { additionalProperties: false },
);

/** One scheduled procedure step as the hospital's order system knows it. Names are PN, dates DA, times TM. */
export const ScheduledItem = Type.Object(
  {
    patientName: Text(324),
    patientId: Text(64),
    issuerOfPatientId: Type.Optional(Text(64)),
    patientBirthDate: Type.Optional(Type.String({ pattern: "^([0-9]{8})?$" })),
    patientSex: Type.Optional(Type.String({ pattern: "^[MFO]?$" })),
    admissionId: Type.Optional(Text(64)),
    requestingService: Type.Optional(Text(64)),
    recipients: Type.Optional(Text(324)),
    accessionNumber: Text(16),
    referringPhysicianName: Type.Optional(Text(324)),
    studyInstanceUid: Type.String({ pattern: "^[0-9.]{1,64}$" }),
    requestedProcedureId: Text(16),
    requestedProcedureDescription: Text(64),
    requestedProcedureCode: Type.Optional(Code),
    stepId: Text(16),
    stepDescription: Text(64),
    protocolCode: Type.Optional(Code),
    stationAeTitle: Text(16),
    stationName: Type.Optional(Text(16)),
    location: Type.Optional(Text(16)),
    modality: Text(16),
    startDate: Type.String({ pattern: "^[0-9]{8}$" }),
    startTime: Type.String({ pattern: "^([0-9]{4}([0-9]{2})?)?$" }),
    performingPhysicianName: Type.Optional(Text(324)),
  },
  { additionalProperties: false },
);
export type ScheduledItem = Static<typeof ScheduledItem>;

const maxItems = 20_000;

/** The order system's list: the procedures of the day, and those added by hand. Ids mean nothing in DICOM. */
export class HospitalWorklist {
  readonly #procedures: (date: string) => readonly ScheduledItem[];
  readonly #today: () => string;
  readonly #items = new Map<string, ScheduledItem>();
  #nextId = 1;
  #scheduled: { date: string; ids: readonly string[] } = { date: "", ids: [] };

  /** `procedures` gives the procedures of a DA; `today` the DA of now: at midnight the list becomes the new day's. */
  constructor(procedures: (date: string) => readonly ScheduledItem[], today: () => string) {
    this.#procedures = procedures;
    this.#today = today;
  }

  /** Adds an item and gives its id. */
  add(item: ScheduledItem): string {
    if (this.#items.size >= maxItems) {
      throw new HospitalError("worklist-full", `the worklist is full at ${maxItems} items: delete some first`);
    }
    const id = String(this.#nextId++);
    this.#items.set(id, item);
    return id;
  }

  delete(id: string): boolean {
    return this.#items.delete(id);
  }

  list(): (ScheduledItem & { id: string })[] {
    this.#scheduleToday();
    return [...this.#items].map(([id, item]) => ({ id, ...item }));
  }

  /** The answers to the identifier of a C-FIND request, in the order of their start. */
  find(keys: Elements): Elements[] {
    this.#scheduleToday();
    const startOf = (item: ScheduledItem): string => `${item.startDate}${item.startTime}`;
    return [...this.#items.values()]
      .sort((a, b) => startOf(a).localeCompare(startOf(b)))
      .map(elementsOf)
      .filter((item) => matches(keys, item))
      .map((item) => ({ ...answerOf(keys, item), SpecificCharacterSet: "ISO_IR 192" }));
  }

  #scheduleToday(): void {
    const date = this.#today();
    if (date === this.#scheduled.date) return;
    for (const id of this.#scheduled.ids) this.#items.delete(id);
    this.#scheduled = { date, ids: this.#procedures(date).map((item) => this.add(item)) };
  }
}

/** An item as a Modality Worklist data set (PS3.4 Table K.6-1). */
export function elementsOf(item: ScheduledItem): Elements {
  return {
    PatientName: item.patientName,
    PatientID: item.patientId,
    IssuerOfPatientID: item.issuerOfPatientId ?? "",
    PatientBirthDate: item.patientBirthDate ?? "",
    PatientSex: item.patientSex ?? "",
    AdmissionID: item.admissionId ?? "",
    RequestingService: item.requestingService ?? "",
    NamesOfIntendedRecipientsOfResults: item.recipients ?? "",
    AccessionNumber: item.accessionNumber,
    ReferringPhysicianName: item.referringPhysicianName ?? "",
    StudyInstanceUID: item.studyInstanceUid,
    RequestedProcedureID: item.requestedProcedureId,
    RequestedProcedureDescription: item.requestedProcedureDescription,
    RequestedProcedureCodeSequence: codes(item.requestedProcedureCode),
    RequestedProcedurePriority: "ROUTINE",
    ReferencedStudySequence: [],
    ScheduledProcedureStepSequence: [
      {
        Modality: item.modality,
        ScheduledStationAETitle: item.stationAeTitle,
        ScheduledStationName: item.stationName ?? "",
        ScheduledProcedureStepStartDate: item.startDate,
        ScheduledProcedureStepStartTime: item.startTime,
        ScheduledPerformingPhysicianName: item.performingPhysicianName ?? "",
        ScheduledProcedureStepDescription: item.stepDescription,
        ScheduledProcedureStepID: item.stepId,
        ScheduledProcedureStepLocation: item.location ?? "",
        ScheduledProtocolCodeSequence: codes(item.protocolCode),
      },
    ],
  };
}

function codes(code: Static<typeof Code> | undefined): Elements[] {
  if (!code) return [];
  const { codeValue, codingSchemeDesignator, codeMeaning } = code;
  return [{ CodeValue: codeValue, CodingSchemeDesignator: codingSchemeDesignator, CodeMeaning: codeMeaning }];
}

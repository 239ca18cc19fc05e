import type { DataSet } from "../dicom/dicom.ts";

/** What is asked of every worklist node at each refresh. */
export interface QuerySettings {
  /** An AE title, or `*` for any station. */
  readonly stationAeTitle: string;
  readonly modality?: string;
  /** Days before and after today. */
  readonly daysBack: number;
  readonly daysAhead: number;
}

/** A question about one patient, of any station and modality. At least one of the two is given. */
export interface PatientQuery {
  /** The beginning of the name as DICOM writes it, `Family^Given`; `*` and `?` are wildcards. */
  readonly patientName?: string;
  /** The whole patient ID. */
  readonly patientId?: string;
}

/** Attributes of an order that say who wants the pictures: for the rules of routing. */
export const orderKeywords = [
  "RequestingService",
  "CurrentPatientLocation",
  "ReasonForTheRequestedProcedure",
  "NamesOfIntendedRecipientsOfResults",
  "RequestedProcedureComments",
] as const;

const code = { CodeValue: "", CodingSchemeDesignator: "", CodingSchemeVersion: "", CodeMeaning: "" };

/**
 * The C-FIND identifier (PS3.4 Table K.6-1): matching keys with values, and every attribute that goes into the
 * instances as an empty return key. `today` is YYYYMMDD.
 */
export function worklistQuery(settings: QuerySettings, today: string, patient?: PatientQuery): DataSet {
  const anyStation = patient !== undefined || settings.stationAeTitle === "*";
  const name = patient?.patientName ?? "";
  const patientName = name === "" || /[*?]/.test(name) ? name : `${name}*`;
  return {
    AccessionNumber: "",
    ReferringPhysicianName: "",
    ReferencedStudySequence: [{ ReferencedSOPClassUID: "", ReferencedSOPInstanceUID: "" }],
    PatientName: patientName,
    PatientID: patient?.patientId ?? "",
    IssuerOfPatientID: "",
    PatientBirthDate: "",
    PatientSex: "",
    StudyInstanceUID: "",
    RequestedProcedureDescription: "",
    RequestedProcedureCodeSequence: [code],
    AdmissionID: "",
    ...Object.fromEntries(orderKeywords.map((keyword) => [keyword, ""])),
    ScheduledProcedureStepSequence: [
      {
        Modality: patient === undefined ? (settings.modality ?? "") : "",
        ScheduledStationAETitle: anyStation ? "" : settings.stationAeTitle,
        ScheduledProcedureStepStartDate: dateRange(settings, today),
        ScheduledProcedureStepStartTime: "",
        ScheduledPerformingPhysicianName: "",
        ScheduledProcedureStepDescription: "",
        ScheduledProtocolCodeSequence: [code],
        ScheduledProcedureStepID: "",
        ScheduledStationName: "",
      },
    ],
    RequestedProcedureID: "",
  };
}

/** `YYYYMMDD`, or `YYYYMMDD-YYYYMMDD` (range matching, PS3.4 C.2.2.2.5). */
function dateRange(settings: QuerySettings, today: string): string {
  const from = addDays(today, -settings.daysBack);
  const to = addDays(today, settings.daysAhead);
  return from === to ? from : `${from}-${to}`;
}

/** Calendar days from a date, both YYYYMMDD; summer time does not come into it. */
export function addDays(date: string, days: number): string {
  const at = new Date(
    Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6, 8)) + days),
  );
  return at.toISOString().slice(0, 10).replaceAll("-", "");
}

/** The question in words, to read on after "procedures": `for station SCOPELINE on 24-Nov-2026`. */
export function queryWords(settings: QuerySettings, today: string): string {
  const station = settings.stationAeTitle === "*" ? "for any station" : `for station ${settings.stationAeTitle}`;
  const modality = settings.modality === undefined ? "" : `, modality ${settings.modality},`;
  const from = addDays(today, -settings.daysBack);
  const to = addDays(today, settings.daysAhead);
  const when = from === to ? `on ${dateWords(from)}` : `from ${dateWords(from)} to ${dateWords(to)}`;
  return `${station}${modality} ${when}`;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `24-Nov-2026`, which cannot be read as another date anywhere. */
function dateWords(date: string): string {
  return `${date.slice(6, 8)}-${months[Number(date.slice(4, 6)) - 1] ?? "?"}-${date.slice(0, 4)}`;
}

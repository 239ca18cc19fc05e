import type { PatientIdentity, ScheduledStep, WorklistItem } from "../dicom/identity.ts";

/** A plain item for tests, with what differs. */
export function item(given: {
  id: string;
  node?: string;
  patient?: Partial<PatientIdentity>;
  step?: Partial<ScheduledStep>;
}): WorklistItem {
  return {
    id: given.id,
    node: given.node ?? "RIS",
    patient: { patientName: "Test^Patient", patientId: "P1", ...given.patient },
    step: {
      studyInstanceUid: "1.2.3",
      accessionNumber: "A1",
      referringPhysicianName: "",
      requestedProcedureId: "RP1",
      requestedProcedureDescription: "",
      requestedProcedureCodes: [],
      admissionId: "",
      referencedStudies: [],
      scheduledProcedureStepId: "SPS1",
      scheduledProcedureStepDescription: "",
      scheduledProtocolCodes: [],
      scheduledStationAeTitle: "SCOPELINE",
      scheduledStationName: "",
      modality: "GM",
      startDate: "20261124",
      startTime: "0800",
      performingPhysicianName: "",
      ...given.step,
    },
  };
}

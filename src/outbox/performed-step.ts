import type { Code, PatientIdentity, ScheduledStep } from "../dicom/dicom.ts";

/** What was done, as MPPS tells it (PS3.4 F.7). */
export interface PerformedStep {
  readonly procedureId: string;
  readonly performedProcedureStepUid: string;
  readonly performedProcedureStepId: string;
  readonly begunAt: number;
  readonly patient: PatientIdentity;
  readonly steps: readonly ScheduledStep[];
  readonly studyInstanceUid: string;
  readonly studyId: string;
  readonly modality: string;
  readonly description: string;
  readonly performingPhysicianName: string;
}

/** `discontinued`: the reason (PS3.16 CID 9301); null: COMPLETED. */
export interface StepEnd {
  readonly at: number;
  readonly discontinued: Code | null;
}

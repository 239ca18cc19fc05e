/** Who the pictures belong to and why they were asked for: the attributes a worklist item brings (PS3.4 Table K.6-1). */

export interface PatientIdentity {
  /** PN with up to three component groups, `=` between them, exactly as received: `Yamada^Tarou=山田^太郎`. */
  readonly patientName: string;
  readonly patientId: string;
  readonly issuerOfPatientId?: string;
  /** DA, `YYYYMMDD`; absent when unknown. */
  readonly patientBirthDate?: string;
  readonly patientSex?: "M" | "F" | "O";
}

/** A coded entry (PS3.3 8.8). */
export interface Code {
  readonly codeValue: string;
  readonly codingSchemeDesignator: string;
  readonly codeMeaning: string;
}

export interface SopReference {
  readonly referencedSopClassUid: string;
  readonly referencedSopInstanceUid: string;
  /** Where not all frames of a multi-frame instance are meant; frames count from 1 (PS3.3 Table 10-3). */
  readonly referencedFrameNumbers?: readonly number[];
}

/** One scheduled procedure step and the request it belongs to; it becomes one Request Attributes Sequence item. */
export interface ScheduledStep {
  readonly studyInstanceUid: string;
  readonly accessionNumber: string;
  readonly referringPhysicianName: string;
  readonly requestedProcedureId: string;
  readonly requestedProcedureDescription: string;
  readonly requestedProcedureCodes: readonly Code[];
  readonly admissionId: string;
  readonly referencedStudies: readonly SopReference[];
  readonly scheduledProcedureStepId: string;
  readonly scheduledProcedureStepDescription: string;
  readonly scheduledProtocolCodes: readonly Code[];
  readonly scheduledStationAeTitle: string;
  readonly scheduledStationName: string;
  readonly modality: string;
  /** DA `YYYYMMDD` and TM `HHMM[SS]`, local to the hospital; empty when not given. */
  readonly startDate: string;
  readonly startTime: string;
  readonly performingPhysicianName: string;
  /** Attributes of the order which rules of routing may look at, by keyword; absent in items from before there were any. */
  readonly orderAttributes?: Readonly<Record<string, readonly string[]>>;
}

/** A worklist answer with its patient: what the nurse picks. */
export interface WorklistItem {
  /** Stable over refreshes: derived from the node and the step's own identifiers. */
  readonly id: string;
  /** Name of the remote node that answered. */
  readonly node: string;
  readonly patient: PatientIdentity;
  readonly step: ScheduledStep;
}

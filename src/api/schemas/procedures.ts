/** Procedures and their patients. */
import { type Static, Type } from "typebox";
import { Capture } from "./captures.ts";
import { Code, Id, Instant, literals, Nullable, Patient, Text } from "./parts.ts";
import { WorklistEntry } from "./worklist.ts";

export const Procedure = Type.Object({
  id: Id,
  kind: literals(["scheduled", "emergency", "unassigned"] as const),
  state: literals(["open", "completed", "released"] as const),
  patient: Nullable(Patient),
  temporaryIdentity: Type.Boolean({ description: "an emergency identity made by this box" }),
  worklistItems: Type.Array(WorklistEntry),
  description: Type.String(),
  laterality: Nullable(literals(["R", "L", "B"] as const)),
  studyInstanceUid: Type.String(),
  performingPhysicianName: Type.String(),
  timeOutConfirmedAt: Nullable(Instant),
  begunAt: Instant,
  completedAt: Nullable(Instant),
  releaseAt: Nullable(Type.Integer({ description: "when the hold window ends; null while open or without a patient" })),
  releasedAt: Nullable(Instant),
  resumedFrom: Nullable(Type.String()),
  discontinued: Nullable(Code),
  captures: Type.Array(Capture),
});
export type Procedure = Static<typeof Procedure>;

export const ProcedureList = Type.Object({
  procedures: Type.Array(Type.Omit(Procedure, ["captures"])),
  openProcedureId: Nullable(Type.String()),
  next: Nullable(Type.String({ description: "pass as ?before= for the next page" })),
});
export type ProcedureList = Static<typeof ProcedureList>;

export const BeginProcedure = Type.Object(
  {
    worklistItemIds: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 8, uniqueItems: true })),
    emergency: Type.Optional(
      Type.Object(
        {
          patientName: Type.Optional(Text(324)),
          patientId: Type.Optional(Text(64)),
          patientBirthDate: Type.Optional(Type.String({ pattern: "^[0-9]{8}$" })),
          patientSex: Type.Optional(literals(["M", "F", "O"] as const)),
        },
        { additionalProperties: false },
      ),
    ),
    performingPhysicianName: Type.Optional(Text(324)),
    timeOutConfirmed: Type.Optional(
      Type.Boolean({ description: "two identifiers were compared with the patient; never required" }),
    ),
  },
  { additionalProperties: false },
);
export type BeginProcedure = Static<typeof BeginProcedure>;

export const AssignPatient = Type.Object(
  {
    worklistItemIds: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 8, uniqueItems: true })),
    patient: Type.Optional(Type.Object(Patient.properties, { additionalProperties: false })),
    performingPhysicianName: Type.Optional(Text(324)),
    timeOutConfirmed: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type AssignPatient = Static<typeof AssignPatient>;

export const Discontinue = Type.Object(
  { reasonCode: Type.String({ pattern: "^[0-9]{6}$", description: "one of GET /api/discontinuation-reasons" }) },
  { additionalProperties: false },
);

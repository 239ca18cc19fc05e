/** The modality worklist. */
import { type Static, Type } from "typebox";
import { Id, Instant, Nullable, Patient, Text } from "./parts.ts";

export const WorklistEntry = Type.Object({
  id: Id,
  node: Type.String(),
  patient: Patient,
  studyInstanceUid: Type.String(),
  accessionNumber: Type.String(),
  requestedProcedureDescription: Type.String(),
  scheduledProcedureStepDescription: Type.String(),
  scheduledStationAeTitle: Type.String(),
  modality: Type.String(),
  startDate: Type.String({ description: "YYYYMMDD or empty" }),
  startTime: Type.String({ description: "HHMM[SS] or empty" }),
  performingPhysicianName: Type.String(),
  lookAlikes: Type.Array(Type.Object({ id: Type.String(), because: Type.String() }), {
    description: "other entries of today's list that this patient could be taken for, and why",
  }),
});
export type WorklistEntry = Static<typeof WorklistEntry>;

export const WorklistNodeState = Type.Object({
  node: Type.String(),
  lastTriedAt: Nullable(Instant),
  lastAnsweredAt: Nullable(Instant),
  error: Nullable(Type.String({ description: "why the last try failed and what to do" })),
  query: Type.String({ description: "what was asked, in words" }),
  matches: Type.Integer(),
  notice: Nullable(
    Type.String({ description: "what was odd about the last answer, for the worklist's administrator" }),
  ),
});

export const Worklist = Type.Object({
  entries: Type.Array(WorklistEntry),
  total: Type.Integer({ description: "entries that match, before the page limit" }),
  nodes: Type.Array(WorklistNodeState),
  ageMs: Nullable(Type.Integer({ description: "since the oldest node's last answer; null: never answered" })),
  emptyReason: Nullable(Type.String({ description: "set when entries is empty" })),
  performingPhysicians: Type.Array(Type.String(), { description: "seen in the worklist or set in the settings" }),
});
export type Worklist = Static<typeof Worklist>;

export const RefreshWorklist = Type.Object(
  { patientName: Type.Optional(Text(64)), patientId: Type.Optional(Text(64)) },
  {
    additionalProperties: false,
    description: "look also for this patient, at any station: one who was moved to this room",
  },
);

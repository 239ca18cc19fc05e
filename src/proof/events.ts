import type { Code, PatientIdentity } from "../dicom/dicom.ts";
import type { Happening, OfDelivery, StoryEvent } from "./story.ts";

/** An audit row, its detail as parsed. */
export interface AuditRow {
  readonly id: number;
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface AttemptRow {
  readonly id: number;
  readonly deliveryId: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: string;
  readonly status: number | null;
  readonly words: string | null;
}

/** What the rows say about the subjects that audit rows name only. */
export interface EventContext {
  readonly deliveries: ReadonlyMap<number, OfDelivery>;
  readonly attempts: ReadonlyMap<number, AttemptRow>;
}

/** Audit rows that say what another row of the same moment says already. */
const silent = new Set(["capture-routed", "step-begin-owed", "step-end-owed"]);

/** The events that audit rows tell of, with the attempts from before attempts had audit rows, in order of time. */
export function eventsOf(rows: readonly AuditRow[], context: EventContext): StoryEvent[] {
  const told = new Set<number>();
  const events: StoryEvent[] = [];
  for (const row of rows) {
    if (silent.has(row.action)) continue;
    if (row.action === "delivery-attempt" && typeof row.detail.attempt === "number") told.add(row.detail.attempt);
    events.push({ at: row.at, actor: row.actor, auditRow: row.id, ...happening(row, context) });
  }
  const oldest = Math.min(...told);
  for (const attempt of context.attempts.values()) {
    const of = context.deliveries.get(attempt.deliveryId);
    if (of === undefined || attempt.id >= oldest) continue;
    const { endedAt: at, startedAt, outcome, status, words } = attempt;
    events.push({ at, actor: "scopeline", auditRow: null, kind: "attempt", ...of, startedAt, outcome, status, words });
  }
  return inOrder(events);
}

/** By time; what happened in the same millisecond in the order in which it was written. */
export function inOrder(events: readonly StoryEvent[]): StoryEvent[] {
  return events.toSorted((a, b) => a.at - b.at || (a.auditRow ?? 0) - (b.auditRow ?? 0));
}

function happening(row: AuditRow, context: EventContext): Happening {
  const { action, detail, subjectKind, subjectId } = row;
  if (subjectKind === "delivery") {
    const of = context.deliveries.get(Number(subjectId));
    return of === undefined ? { kind: "other", action } : ofDelivery(row, of, context);
  }
  switch (action) {
    case "procedure-begun":
      return { kind: "begun", patient: patientIn(detail.patient), resumedFrom: null };
    case "procedure-resumed":
      return { kind: "begun", patient: patientIn(detail.patient), resumedFrom: text(detail.from) };
    case "patient-assigned":
      return { kind: "patient-assigned", from: patientIn(detail.from), to: patientIn(detail.to) };
    case "procedure-completed":
      return { kind: "completed", discontinued: null };
    case "procedure-discontinued":
      return { kind: "completed", discontinued: (detail.reason ?? null) as Code | null };
    case "procedure-released":
      return { kind: "released" };
    case "recording-started":
      return { kind: "recording-started" };
    case "capture-cut":
      return { kind: "cut", number: number(detail.number) };
    case "still-of-clip":
      return { kind: "still-taken", number: number(detail.number) };
    case "marker-set":
    case "marker-removed":
      return { kind: action };
    case "capture-saved":
      return { kind: "saved", sizeBytes: number(detail.sizeBytes), sha256: text(detail.sha256) ?? "" };
    case "capture-failed":
      return { kind: "failed", words: text(detail.message) ?? "" };
    case "capture-deleted":
      return { kind: "deleted", words: text(detail.reason) ?? "" };
    case "capture-removed":
      return { kind: "removed", words: text(detail.reason) };
    case "instance-composed":
      return {
        kind: "composed",
        sopInstanceUid: subjectId,
        sizeBytes: number(detail.sizeBytes),
        sha256: text(detail.sha256) ?? "",
      };
    default:
      return { kind: "other", action };
  }
}

function ofDelivery({ at, action, detail }: AuditRow, of: OfDelivery, context: EventContext): Happening {
  const words = text(detail.words) ?? text(detail.reason) ?? text(detail.because);
  switch (action) {
    case "delivery-attempt": {
      const startedAt = context.attempts.get(Number(detail.attempt))?.startedAt ?? at;
      const status = number(detail.status);
      return { kind: "attempt", ...of, startedAt, outcome: text(detail.outcome) ?? "", status, words };
    }
    case "delivery-stored":
      return { kind: "stored", ...of, warning: text(detail.warning) };
    case "commitment-requested":
      return { kind: "commitment-requested", ...of, transactionUid: text(detail.transaction) };
    case "commitment-expired":
      return { kind: "commitment-expired", ...of, words };
    case "commitment-failed":
      return { kind: "commitment-failed", ...of, words };
    case "delivery-committed":
      return { kind: "committed", ...of, by: detail.verifiedBy === "commitment" ? "commitment" : "query" };
    default:
      return { kind: "delivery", ...of, change: action.replace(/^delivery-/, ""), words };
  }
}

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
const number = (value: unknown): number | null => (typeof value === "number" ? value : null);
const patientIn = (value: unknown): PatientIdentity | null => (value ?? null) as PatientIdentity | null;

import { recordAudit } from "../audit/audit.ts";
import type { Database } from "../store/store.ts";
import type { Transfer } from "./delivery.ts";
import type { Settled } from "./outcome.ts";

export interface AttemptRecord {
  readonly deliveryId: number;
  readonly startedAt: number;
  readonly endedAt: number;
  /** The DIMSE status (or, over DICOMweb, the reason in its place); null: there was no answer. */
  readonly status: number | null;
  readonly peerWords: string | null;
}

export type AttemptOutcome = "stored" | "retry" | "held" | "replaced" | "interrupted";

/** One attempt row and its audit row, which chains it. Call inside the transaction of the change. */
export function recordAttempt(
  database: Database,
  attempt: AttemptRecord,
  outcome: AttemptOutcome,
  words: string | null,
): void {
  const { lastInsertRowid } = database
    .prepare(
      "INSERT INTO attempt (delivery_id, started_at, ended_at, outcome, status, detail) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .run(attempt.deliveryId, attempt.startedAt, attempt.endedAt, outcome, attempt.status, words);
  recordAudit(database, {
    at: attempt.endedAt,
    actor: "scopeline",
    action: "delivery-attempt",
    subjectKind: "delivery",
    subjectId: String(attempt.deliveryId),
    detail: {
      attempt: Number(lastInsertRowid),
      startedAt: attempt.startedAt,
      outcome,
      status: attempt.status,
      words,
    },
  });
}

/** After the attempt. `commitment`: what a stored Instance still needs; left as it is where not given. */
export interface NextAttempt {
  readonly pauseMs: number;
  readonly failuresInARow: number;
  readonly commitment?: "owed" | "not-required";
}

/** Records what an attempt ended in: attempt row, delivery state and audit in one transaction. */
export function recordOutcome(database: Database, attempt: AttemptRecord, outcome: Settled, next: NextAttempt): void {
  const { deliveryId, endedAt } = attempt;
  const isStored = outcome.kind === "stored";
  const held =
    outcome.kind === "held" ||
    (outcome.kind === "retry" && outcome.limit !== null && next.failuresInARow >= outcome.limit);
  const transfer: Transfer = isStored ? "stored" : held ? "held" : "pending";
  const reason = isStored
    ? null
    : held && outcome.kind === "retry"
      ? givenUpWords(outcome.reason, next.failuresInARow)
      : outcome.reason;
  const warning = isStored ? (outcome.warning ?? null) : null;
  const commitment = isStored ? (next.commitment ?? null) : null;
  database.transaction(() => {
    recordAttempt(database, attempt, outcome.kind, attempt.peerWords ?? reason);
    database
      .prepare(
        `UPDATE delivery SET transfer = ?, attempts = attempts + 1, failures_in_a_row = ?, next_attempt_at = ?, reason = ?,
           peer_words = ?, warning = coalesce(?, warning), stored_at = ?, commitment = coalesce(?, commitment) WHERE id = ?`,
      )
      .run(
        transfer,
        isStored ? 0 : next.failuresInARow,
        endedAt + next.pauseMs,
        reason,
        attempt.peerWords,
        warning,
        isStored ? endedAt : null,
        commitment,
        deliveryId,
      );
    if (transfer !== "pending") {
      recordAudit(database, {
        at: endedAt,
        actor: "scopeline",
        action: `delivery-${transfer}`,
        subjectKind: "delivery",
        subjectId: String(deliveryId),
        // What and where to: the check holds the row of a success against it.
        detail: { ...(isStored ? whatAndWhere(database, deliveryId) : {}), status: attempt.status, reason, warning },
      });
    }
  });
}

/** The cause without the promise to go on by itself, and what a person has to do instead. */
export function givenUpWords(reason: string, failures: number): string {
  const cause = reason.replace(
    / (Told|Sent|Sending|Trying|Asked) again( later| by itself)?(; tell its administrator)?\./,
    "",
  );
  return `${cause} Tried ${failures} times: ask its administrator, then press Retry.`;
}

function whatAndWhere(database: Database, deliveryId: number): { node: string; sopInstanceUid: string | null } {
  const row = database.prepare("SELECT node, sop_instance_uid AS uid FROM delivery WHERE id = ?").get(deliveryId);
  return { node: String(row?.node), sopInstanceUid: typeof row?.uid === "string" ? row.uid : null };
}

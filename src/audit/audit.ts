import type { Database } from "../store/store.ts";

/** What was done, by whom, to what. Ids and codes, and patient identity only where the change is one of identity. */
export interface AuditEntry {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** A person's name at the screen once users exist; until then `screen`, or the box itself: `scopeline`. */
  readonly actor: string;
  readonly action: string;
  readonly subjectKind: "procedure" | "capture" | "instance" | "delivery" | "worklist" | "service";
  readonly subjectId: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Writes one audit row. Call it inside the transaction of the change it tells of: both are kept or neither. */
export function recordAudit(database: Database, entry: AuditEntry): void {
  database
    .prepare("INSERT INTO audit (at, actor, action, subject_kind, subject_id, detail) VALUES (?, ?, ?, ?, ?, ?)")
    .run(entry.at, entry.actor, entry.action, entry.subjectKind, entry.subjectId, JSON.stringify(entry.detail ?? {}));
}

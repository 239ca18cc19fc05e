/** Audit rows, each chained to the one before it: the public face of this room. */
import type { Database } from "../store/store.ts";
import { chainHash } from "./chain.ts";

export { type ChainHead, type ChainReport, chainHead, checkChain, findReceipt, type ReceiptFinding } from "./chain.ts";

/** What was done, by whom, to what. Ids and codes, and patient identity only where the change is one of identity. */
export interface AuditEntry {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** The id of the user or of a script's token; `screen` where nobody was signed in, `trigger`, or the box: `scopeline`. */
  readonly actor: string;
  readonly action: string;
  readonly subjectKind: "procedure" | "capture" | "instance" | "delivery" | "worklist" | "service" | "user";
  readonly subjectId: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/**
 * Writes one audit row and its hash. Call it inside the transaction of the change it tells of: both are kept or neither.
 * The row before is read each time, not remembered: it is right after a rollback, too, and costs some microseconds.
 */
export function recordAudit(database: Database, entry: AuditEntry): void {
  database.transaction(() => {
    const last = database.prepare("SELECT hash FROM audit ORDER BY id DESC LIMIT 1").get();
    const row = {
      at: entry.at,
      actor: asStored(entry.actor),
      action: entry.action,
      subjectKind: entry.subjectKind,
      subjectId: asStored(entry.subjectId),
      detail: JSON.stringify(entry.detail ?? {}),
    };
    const hash = chainHash(typeof last?.hash === "string" ? last.hash : null, row);
    database
      .prepare(
        "INSERT INTO audit (at, actor, action, subject_kind, subject_id, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
      )
      .run(row.at, row.actor, row.action, row.subjectKind, row.subjectId, row.detail, hash);
  });
}

/** SQLite keeps UTF-8: what cannot be written in it would not be read back as it was hashed. */
const asStored = (text: string): string => text.toWellFormed();

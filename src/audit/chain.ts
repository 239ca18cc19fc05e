import { hash } from "node:crypto";
import type { CheckFinding, Database } from "../store/store.ts";

/** An audit row as it is chained. */
export interface ChainedRow {
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  /** The JSON text as it stands in the row. */
  readonly detail: string;
}

/** Where the chain has got to: its last row. */
export interface ChainHead {
  /** The row's number. */
  readonly id: number;
  readonly at: number;
  /** SHA-256, 64 hexadecimal digits. */
  readonly hash: string;
}

/** What the first row of a chain follows. */
const beginning = "0".repeat(64);

/** The hash of a row that follows one with the hash `previous`; null: it is the first. SHA-256 over UTF-8 text. */
export function chainHash(previous: string | null, row: ChainedRow): string {
  const { at, actor, action, subjectKind, subjectId, detail } = row;
  // A JSON array: no two rows have the same text, whatever their values hold.
  const canonical = JSON.stringify([at, actor, action, subjectKind, subjectId, detail]);
  return hash("sha256", `${previous ?? beginning}\n${canonical}`);
}

/** The last row of the chain; null when there is none yet. */
export function chainHead(database: Database): ChainHead | null {
  const row = database.prepare("SELECT id, at, hash FROM audit ORDER BY id DESC LIMIT 1").get();
  if (row === undefined || row.hash === null) return null;
  return { id: Number(row.id), at: Number(row.at), hash: String(row.hash) };
}

export interface ChainReport {
  readonly findings: readonly CheckFinding[];
  /** Rows of the chain that were verified. */
  readonly rows: number;
  /** Rows from before the chain, which it says nothing of. */
  readonly unchained: number;
  readonly head: ChainHead | null;
}

const invariant = "the audit is as it was written";
const maxFindings = 1_000;

/**
 * Recomputes every hash of the chain, in order; with `last`, of so many newest rows only. Finds rows that were changed,
 * removed, inserted or put in another order, unless whoever did it wrote all later hashes anew: only a hash that was
 * kept elsewhere (a receipt) shows that.
 */
export function checkChain(database: Database, options: { readonly last?: number } = {}): ChainReport {
  return database.snapshot(() => {
    const findings: CheckFinding[] = [];
    const add = (subject: string, message: string): void => {
      if (findings.length < maxFindings) findings.push({ invariant, subject, message });
    };
    const written = writtenRows(database);
    const from = options.last === undefined ? 0 : Math.max(0, written - options.last);
    const before = database.prepare("SELECT hash FROM audit WHERE id = ?").get(from);
    let previous = before === undefined || before.hash === null ? null : String(before.hash);
    let previousId = from;
    let rows = 0;
    let unchained = 0;
    let head: ChainHead | null = null;
    const all = database.prepare(
      `SELECT id, at, actor, action, subject_kind AS subjectKind, subject_id AS subjectId, detail, hash FROM audit
       WHERE id > ? ORDER BY id`,
    );
    for (const row of all.iterate(from)) {
      const id = Number(row.id);
      if (id !== previousId + 1) add(missing(previousId + 1, id - 1), "The audit has lost these rows.");
      previousId = id;
      if (row.hash === null) {
        unchained += 1;
        if (previous !== null) add(`audit row ${id}`, "It has no hash, although the chain began before it.");
        continue;
      }
      rows += 1;
      const found = String(row.hash);
      if (found !== chainHash(previous, row as unknown as ChainedRow)) {
        const message =
          "Its hash does not fit: it was changed, or what stood before it was changed, removed or inserted.";
        add(`audit row ${id}`, message);
      }
      previous = found;
      head = { id, at: Number(row.at), hash: found };
    }
    // SQLite numbers the rows itself and remembers the last number, also of a row that is gone.
    if (previousId < written) add(missing(previousId + 1, written), "The audit has lost its last rows.");
    return { findings, rows, unchained, head };
  });
}

function writtenRows(database: Database): number {
  return Number(database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'audit'").get()?.seq ?? 0);
}

const missing = (first: number, last: number): string =>
  first === last ? `audit row ${first}` : `audit rows ${first} to ${last}`;

/** What a hash on a receipt says about the chain as it is now. */
export type ReceiptFinding =
  /** No 64 hexadecimal digits. */
  | { readonly kind: "malformed" }
  /** No row has it: the chain was written anew since, it is of another box, or was mistyped. */
  | { readonly kind: "unknown" }
  | { readonly kind: "found"; readonly row: ChainHead; readonly rowsSince: number };

/** Looks for the hash of a receipt in the chain; spaces and capitals do not matter. Together with checkChain it proves
 * that every row up to that one is as it was when the receipt was made. */
export function findReceipt(database: Database, text: string): ReceiptFinding {
  const wanted = text.replaceAll(/\s/g, "").toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(wanted)) return { kind: "malformed" };
  const row = database.prepare("SELECT id, at FROM audit WHERE hash = ? LIMIT 1").get(wanted);
  if (row === undefined) return { kind: "unknown" };
  const id = Number(row.id);
  const since = database.prepare("SELECT count(*) AS n FROM audit WHERE id > ?").get(id);
  return { kind: "found", row: { id, at: Number(row.at), hash: wanted }, rowsSince: Number(since?.n ?? 0) };
}

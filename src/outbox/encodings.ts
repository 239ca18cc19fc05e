import { recordAudit } from "../audit/audit.ts";
import type { Rung } from "../encoding/encoding.ts";
import type { Database } from "../store/store.ts";
import { rungLabel } from "./sending/rungs.ts";

/** What a node was found to need instead of such an original. */
export interface NodeEncoding {
  readonly node: string;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  readonly rung: Rung;
  /** The rung, for people. */
  readonly label: string;
  readonly words: string;
  readonly learnedAt: number;
}

export function nodeEncodings(database: Database): NodeEncoding[] {
  const rows = database
    .prepare(
      `SELECT node, sop_class_uid AS sopClassUid, transfer_syntax_uid AS transferSyntaxUid, rung, words, learned_at AS learnedAt
       FROM node_encoding ORDER BY node, learned_at`,
    )
    .all();
  return rows.map((row) => {
    const rung = String(row.rung).split("@")[0] as Rung;
    return { ...row, label: rungLabel(rung) } as unknown as NodeEncoding;
  });
}

/** From now on the node is sent the originals again; says how many encodings were forgotten. */
export function forgetNodeEncodings(database: Database, node: string, actor: string, at: number): number {
  return database.transaction(() => {
    const forgotten = Number(database.prepare("DELETE FROM node_encoding WHERE node = ?").run(node).changes);
    if (forgotten > 0) {
      recordAudit(database, {
        at,
        actor,
        action: "encodings-forgotten",
        subjectKind: "service",
        subjectId: "outbox",
        detail: { node, forgotten },
      });
    }
    return forgotten;
  });
}

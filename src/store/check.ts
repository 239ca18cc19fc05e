import type { Database } from "./database.ts";
import { fileFindings, strayFiles } from "./files.ts";
import type { CheckFinding } from "./finding.ts";
import { everything, owed, references, rules, unsettled } from "./rules.ts";

export type { CheckFinding } from "./finding.ts";

export interface CheckReport {
  readonly findings: readonly CheckFinding[];
  /** How many of each were looked at. */
  readonly checked: {
    readonly captures: number;
    readonly instances: number;
    readonly deliveries: number;
    readonly bytesHashed: number;
  };
}

export interface CheckOptions {
  /** Reads and hashes every file; without it only sizes are compared. */
  readonly full: boolean;
  readonly now: number;
  readonly hasStorageNodes: boolean;
  /**
   * `unsettled`: only what is not settled or changed lately, some thousands at most, and no stray files: for every
   * start, however much is stored. `all` where it is not given.
   */
  readonly scope?: "all" | "unsettled";
}

const maxFindings = 1_000;

/** Proves the invariants of docs/ARCHITECTURE.md on what is on the disk. May run beside the service. */
export async function checkStore(database: Database, directory: string, options: CheckOptions): Promise<CheckReport> {
  const { full, now, hasStorageNodes, scope = "all" } = options;
  const isAll = scope === "all";
  const scoped = isAll ? everything : unsettled;
  const findings: CheckFinding[] = [];
  const add = (finding: CheckFinding): boolean => findings.length < maxFindings && findings.push(finding) > 0;
  const rulesNow = [...rules, ...(hasStorageNodes ? [owed] : []), ...(isAll ? [references] : [])];
  database.snapshot(() => {
    for (const { invariant, sql, message } of rulesNow) {
      for (const row of database.prepare(`${scoped} ${sql}`).iterate()) {
        if (!add({ invariant, subject: String(row.subject), message })) break;
      }
    }
    if (full) {
      for (const row of database.prepare("PRAGMA integrity_check").iterate()) {
        const message = String(row.integrity_check);
        if (message !== "ok") add({ invariant: "the database is whole", subject: "scopeline.db", message });
      }
    }
  });
  const files = await fileFindings(database, directory, { full, scoped });
  files.findings.forEach(add);
  if (isAll) for (const finding of await strayFiles(database, directory, now)) add(finding);
  const count = database.prepare(`${scoped} SELECT count(*) AS n FROM deliveries`).get();
  return { findings, checked: { ...files.checked, deliveries: Number(count?.n ?? 0) } };
}

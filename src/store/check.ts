import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { hashFile } from "../lib/file-jobs.ts";
import type { Database } from "./database.ts";

/** One way in which the store is not as it must be. `subject` is an id or a file, never a patient. */
export interface CheckFinding {
  readonly invariant: string;
  readonly subject: string;
  readonly message: string;
}

export interface CheckReport {
  readonly findings: readonly CheckFinding[];
  readonly checked: {
    readonly captures: number;
    readonly instances: number;
    readonly deliveries: number;
    readonly bytesHashed: number;
  };
}

/** Things that a service running at the same time may just be writing. */
const settlingMs = 60_000;
const maxFindings = 1_000;

/**
 * Proves the invariants of docs/ARCHITECTURE.md on what is on the disk. `full` reads and hashes every file; without it
 * only sizes are compared. May run beside the service.
 */
export async function checkStore(
  database: Database,
  directory: string,
  options: { full: boolean; now: number; hasStorageNodes: boolean },
): Promise<CheckReport> {
  const findings: CheckFinding[] = [];
  const add = (invariant: string, subject: string, message: string): void => {
    if (findings.length < maxFindings) findings.push({ invariant, subject, message });
  };
  for (const { invariant, sql, message } of [...rules, ...(options.hasStorageNodes ? [owedRule] : [])]) {
    for (const row of database.prepare(sql).all()) add(invariant, String(row.subject), message);
  }
  if (options.full) {
    for (const row of database.prepare("PRAGMA integrity_check").all()) {
      const answer = String(row.integrity_check);
      if (answer !== "ok") add("the database is whole", "scopeline.db", answer);
    }
  }
  const captures = database.prepare("SELECT id, file, size_bytes, sha256 FROM capture WHERE state = 'saved'").all();
  const instances = database
    .prepare("SELECT sop_instance_uid AS id, file, size_bytes, sha256 FROM instance WHERE composed_at IS NOT NULL")
    .all();
  let bytesHashed = 0;
  for (const row of [...captures, ...instances]) {
    const file = String(row.file);
    const size = Number(row.size_bytes);
    const problem = await fileProblem(join(directory, file), size, options.full ? String(row.sha256) : undefined);
    if (problem !== undefined) add("every row has its file, of that size and hash", file, problem);
    else if (options.full) bytesHashed += size;
  }
  for (const file of await strayFiles(database, directory, options.now)) {
    add("every file has a row", file, "No row speaks of this file. It is kept; a restart removes or rescues it.");
  }
  const deliveries = Number(database.prepare("SELECT count(*) AS n FROM delivery").get()?.n ?? 0);
  return { findings, checked: { captures: captures.length, instances: instances.length, deliveries, bytesHashed } };
}

const rules = [
  {
    invariant: "sent is the node's success and nothing else",
    // 0000; B000, B006, B007; 0001, 0107, 0116: success and warnings (PS3.4 B.2.3, PS3.7 C); 0111: it had it already.
    sql: `SELECT id AS subject FROM delivery d WHERE transfer = 'stored'
          AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.delivery_id = d.id AND a.outcome = 'stored'
            AND (a.status IN (0, 1, 0x0107, 0x0111, 0x0116) OR a.status BETWEEN 0xb000 AND 0xbfff))`,
    message: "Shown as sent, but no attempt with the node's success is recorded.",
  },
  {
    invariant: "nothing leaves without a patient",
    sql: `SELECT d.id AS subject FROM delivery d JOIN procedure p ON p.id = d.procedure_id
          WHERE p.state <> 'released' OR trim(CASE WHEN json_valid(p.patient) THEN coalesce(json_extract(p.patient, '$.patientId'), '') ELSE '' END) = ''`,
    message: "Owed to a node, but its procedure has no patient ID or was not released.",
  },
  {
    invariant: "what is released is on its way",
    sql: `SELECT c.id AS subject FROM capture c JOIN procedure p ON p.id = c.procedure_id
          WHERE p.state = 'released' AND c.state = 'saved' AND NOT EXISTS (SELECT 1 FROM instance i WHERE i.capture_id = c.id)`,
    message: "Its procedure was released, but this capture has no Instance.",
  },
  {
    invariant: "a delivery is of a composed instance",
    sql: `SELECT d.id AS subject FROM delivery d JOIN instance i USING (sop_instance_uid) WHERE i.composed_at IS NULL`,
    message: "Owed, but its Instance was never composed.",
  },
  {
    invariant: "what is released is finished",
    sql: `SELECT c.id AS subject FROM capture c JOIN procedure p ON p.id = c.procedure_id
          WHERE c.state = 'recording' AND p.state = 'released'`,
    message: "Still being recorded or rescued, but its procedure was released.",
  },
  ...(
    [
      [["capture-saved"], "capture", "SELECT id FROM capture WHERE state = 'saved'"],
      [["capture-deleted"], "capture", "SELECT id FROM capture WHERE state = 'deleted'"],
      [["procedure-released"], "procedure", "SELECT id FROM procedure WHERE state = 'released'"],
      [["instance-composed"], "instance", "SELECT sop_instance_uid AS id FROM instance WHERE composed_at IS NOT NULL"],
      [["delivery-stored"], "delivery", "SELECT id FROM delivery WHERE transfer = 'stored'"],
      // For the archive's answer, or by hand.
      [["delivery-held", "delivery-hold"], "delivery", "SELECT id FROM delivery WHERE transfer = 'held'"],
      [["delivery-cancel"], "delivery", "SELECT id FROM delivery WHERE transfer = 'cancelled'"],
    ] as const
  ).map(([actions, kind, rows]) => ({
    invariant: "every change has its audit row",
    sql: `SELECT r.id AS subject FROM (${rows}) r WHERE NOT EXISTS (SELECT 1 FROM audit a
          WHERE a.subject_kind = '${kind}' AND a.subject_id = CAST(r.id AS TEXT) AND a.action IN ('${actions.join("', '")}'))`,
    message: `The audit does not tell of it (${actions.join(" or ")}).`,
  })),
  {
    invariant: "references hold",
    sql: `SELECT "table" || ' row ' || rowid AS subject FROM pragma_foreign_key_check`,
    message: "Refers to a row that is not there.",
  },
];

/** Only where a node is set up: without one nothing is owed to anybody. */
const owedRule = {
  invariant: "what is composed is owed to the nodes",
  sql: `SELECT sop_instance_uid AS subject FROM instance i WHERE composed_at IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.sop_instance_uid = i.sop_instance_uid)`,
  message: "Composed, but owed to no node. A restart of the service mends it.",
};

async function fileProblem(path: string, sizeBytes: number, sha256: string | undefined): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return "The file is missing.";
  if (found.size !== sizeBytes) return `The file has ${found.size} bytes, its row says ${sizeBytes}.`;
  if (sha256 === undefined) return undefined;
  const found256 = await hashFile(path, sizeBytes).catch((error: unknown) => `not readable: ${String(error)}`);
  return found256 === sha256 ? undefined : "The file's content is not what was saved.";
}

async function strayFiles(database: Database, directory: string, now: number): Promise<string[]> {
  const known = new Set(
    [
      ...database.prepare("SELECT file FROM capture").all(),
      // Also of one whose file is durable and whose row is not told of it yet.
      ...database.prepare("SELECT 'instances/' || sop_instance_uid || '.dcm' AS file FROM instance").all(),
    ].map((row) => String(row.file)),
  );
  const stray: string[] = [];
  for (const folder of ["media", "instances"]) {
    for (const name of await readdir(join(directory, folder))) {
      const file = join(folder, name.replace(/(\.remux)?\.part$/, ""));
      if (known.has(file)) continue;
      const found = await stat(join(directory, folder, name)).catch(() => undefined);
      if (found !== undefined && now - found.mtimeMs > settlingMs) stray.push(join(folder, name));
    }
  }
  return stray;
}

import { opendir, stat } from "node:fs/promises";
import { join } from "node:path";
import { hashFile } from "../lib/file-jobs.ts";
import type { Database } from "./database.ts";
import type { CheckFinding } from "./finding.ts";

interface FileRow {
  readonly file: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Captures that are saved and Instances that are composed have their file, unless retention removed it. */
const kinds = {
  captures: {
    select: "SELECT id, file, size_bytes AS sizeBytes, sha256 FROM",
    where: "state = 'saved' AND file_removed_at IS NULL",
    table: "capture",
    key: "id",
  },
  instances: {
    select: "SELECT sop_instance_uid AS id, file, size_bytes AS sizeBytes, sha256 FROM",
    where: "composed_at IS NOT NULL AND file_removed_at IS NULL",
    table: "instance",
    key: "sop_instance_uid",
  },
} as const;

/** Files looked at together, without their content: what the file system does at the same time. */
const atOnce = 64;
/** Things that a service running at the same time may just be writing. */
const settlingMs = 60_000;

/** Compares the files with their rows. `scoped`: the `WITH` that says which `captures` and `instances`. */
export async function fileFindings(
  database: Database,
  directory: string,
  { full, scoped }: { readonly full: boolean; readonly scoped: string },
): Promise<{ findings: CheckFinding[]; checked: { captures: number; instances: number; bytesHashed: number } }> {
  const findings: CheckFinding[] = [];
  const checked = { captures: 0, instances: 0, bytesHashed: 0 };
  for (const what of ["captures", "instances"] as const) {
    const { select, where, table, key } = kinds[what];
    const ids = database.prepare(`${scoped} SELECT ${key} AS id FROM ${what} WHERE ${where}`).all();
    const now = database.prepare(`${select} ${table} WHERE ${key} = ? AND ${where}`);
    for (let from = 0; from < ids.length; from += full ? 1 : atOnce) {
      const batch = ids.slice(from, from + (full ? 1 : atOnce)).map(async ({ id }) => {
        const row = now.get(String(id)) as unknown as FileRow | undefined;
        if (row === undefined) return;
        const message = await problemOf(directory, row, full);
        if (message === undefined) {
          checked[what] += 1;
          if (full) checked.bytesHashed += row.sizeBytes;
          return;
        }
        // Retention may have removed it meanwhile: its row said so before.
        if (now.get(String(id)) === undefined) return;
        checked[what] += 1;
        findings.push({ invariant: "every row has its file, of that size and hash", subject: row.file, message });
      });
      await Promise.all(batch);
    }
  }
  return { findings, checked };
}

async function problemOf(directory: string, row: FileRow, full: boolean): Promise<string | undefined> {
  const { file, sizeBytes, sha256 } = row;
  const path = join(directory, file);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return "The file is missing.";
  if (found.size !== sizeBytes) return `The file has ${found.size} bytes, its row says ${sizeBytes}.`;
  if (!full) return undefined;
  const content = await hashFile(path, sizeBytes).catch((error: unknown) => `not readable: ${String(error)}`);
  return content === sha256 ? undefined : "The file's content is not what was saved.";
}

/** Files under `media` and `instances` that no row speaks of, for longer than something may be in the making. */
export async function strayFiles(database: Database, directory: string, now: number): Promise<CheckFinding[]> {
  const byName = {
    media: "SELECT file FROM capture WHERE id = ?",
    // Also of one whose file is durable and whose row is not told of it yet.
    instances: "SELECT 'instances/' || sop_instance_uid || '.dcm' AS file FROM instance WHERE sop_instance_uid = ?",
  } as const;
  const findings: CheckFinding[] = [];
  for (const folder of ["media", "instances"] as const) {
    const row = database.prepare(byName[folder]);
    for await (const { name } of await opendir(join(directory, folder))) {
      const whole = name.replace(/(\.remux)?\.part$/, "");
      const known = row.get(whole.replace(/\.[^.]*$/, ""));
      if (known !== undefined && known.file === join(folder, whole)) continue;
      const found = await stat(join(directory, folder, name)).catch(() => undefined);
      if (found === undefined || now - found.mtimeMs <= settlingMs) continue;
      const message = "No row speaks of this file. It is kept; a restart removes or rescues it.";
      findings.push({ invariant: "every file has a row", subject: join(folder, name), message });
    }
  }
  return findings;
}

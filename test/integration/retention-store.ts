/** A store with captures of any fate, made by hand, for the tests of retention. */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, openDatabase, openLayout } from "../../src/store/store.ts";

export interface RetentionStore extends AsyncDisposable {
  readonly directory: string;
  readonly database: Database;
}

export const mediaBytes = 4_000;
export const instanceBytes = 6_000;

export async function openRetentionStore(directory?: string): Promise<RetentionStore> {
  const folder = directory ?? (await mkdtemp(join(tmpdir(), "scopeline-retention-")));
  const layout = await openLayout(folder);
  const database = openDatabase(layout.databaseFile);
  database
    .prepare(
      `INSERT OR IGNORE INTO procedure (id, kind, state, study_instance_uid, performed_procedure_step_uid, begun_at)
       VALUES ('p', 'scheduled', 'released', '2.25.10', '2.25.11', 0)`,
    )
    .run();
  return {
    directory: folder,
    database,
    async [Symbol.asyncDispose]() {
      database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface Fate {
  readonly savedAt: number;
  readonly transfer?: "pending" | "stored" | "held" | "cancelled";
  readonly commitment?: "not-required" | "owed" | "requested" | "committed" | "failed";
  readonly committedAt?: number;
  /** Written as well; else the rows only. */
  readonly hasFiles?: boolean;
}

/** One still `c<number>` with its Instance and its delivery to PACS. */
export async function addCapture(store: RetentionStore, number: number, fate: Fate): Promise<void> {
  const { savedAt, transfer = "stored", commitment = "committed", committedAt = savedAt + 10, hasFiles = true } = fate;
  const { database, directory } = store;
  const id = `c${number}`;
  const uid = `2.25.1000${number}`;
  const run = (sql: string, ...values: (string | number | null)[]) => database.prepare(sql).run(...values);
  database.transaction(() => {
    run(
      `INSERT INTO capture (id, procedure_id, number, kind, state, source, profile_id, pressed_at, saved_at, file, size_bytes, sha256)
       VALUES (?, 'p', ?, 'still', 'saved', 's', 'x', 0, ?, ?, ?, '')`,
      ...[id, number, savedAt, `media/${id}.jpg`, mediaBytes],
    );
    run(
      "INSERT INTO rendition (capture_id, key, procedure_id, state, wanted_at) VALUES (?, 'original', 'p', 'made', 0)",
      id,
    );
    run(
      `INSERT INTO instance (sop_instance_uid, capture_id, procedure_id, series_instance_uid, instance_number, file, size_bytes,
         sha256, composed_at, is_owed) VALUES (?, ?, 'p', '2.25.12', ?, ?, ?, '', 1, 1)`,
      ...[uid, id, number, `instances/${uid}.dcm`, instanceBytes],
    );
    run(
      `INSERT INTO delivery (node, lane, sop_instance_uid, procedure_id, size_bytes, transfer, commitment, next_attempt_at,
         created_at, stored_at, committed_at) VALUES ('PACS', 'still', ?, 'p', ?, ?, ?, 0, ?, ?, ?)`,
      ...[uid, instanceBytes, transfer, commitment, savedAt],
      transfer === "stored" ? savedAt : null,
      commitment === "committed" ? committedAt : null,
    );
  });
  if (!hasFiles) return;
  await writeFile(join(directory, `media/${id}.jpg`), Buffer.alloc(mediaBytes));
  await writeFile(join(directory, `instances/${uid}.dcm`), Buffer.alloc(instanceBytes));
  await writeFile(join(directory, `thumbnails/${id}.jpg`), "small");
}

/** Ids of the captures that have such a file. */
export async function idsIn(store: RetentionStore, folder: "media" | "instances" | "thumbnails"): Promise<string[]> {
  const names = await readdir(join(store.directory, folder));
  return names.map((name) => name.replace(/\.(jpg|dcm)$/, "").replace("2.25.1000", "c")).sort();
}

/** Ids of the captures whose row says that their files are here. */
export function idsKept(store: RetentionStore): string[] {
  const rows = store.database.prepare("SELECT id FROM capture WHERE file_removed_at IS NULL ORDER BY id").all();
  return rows.map((row) => String(row.id));
}

import type { SQLInputValue } from "node:sqlite";
import type { WorklistItem } from "../dicom/identity.ts";
import type { Database } from "../store/store.ts";
import { foldName, searchableName } from "./fold.ts";

/** How the last query of a node went. Times in milliseconds since the Unix epoch. */
export interface WorklistNodeState {
  readonly node: string;
  readonly lastTriedAt: number | null;
  readonly lastAnsweredAt: number | null;
  /** Why the last try failed and what to do; null when it was answered. */
  readonly error: string | null;
  /** What was asked, in words; reads on after "procedures". */
  readonly query: string;
  /** How many procedures the last whole answer had. */
  readonly matches: number;
  /** What was odd about the last whole answer, for the worklist's administrator; null: nothing. */
  readonly notice: string | null;
}

export interface ListFilter {
  /** The beginning of a patient ID, or parts of a name in any case, accent or kana. */
  readonly search?: string;
  /** Only this day, YYYYMMDD. */
  readonly date?: string;
  readonly modality?: string;
  /** Scheduled Station AE Title. */
  readonly station?: string;
}

export function nodeStates(database: Database, nodes: readonly string[]): WorklistNodeState[] {
  return nodes.map((node) => {
    const row = database.prepare("SELECT * FROM worklist_node WHERE node = ?").get(node);
    const time = (value: unknown): number | null => (typeof value === "number" ? value : null);
    const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
    return {
      node,
      lastTriedAt: time(row?.last_tried_at),
      lastAnsweredAt: time(row?.last_answered_at),
      error: text(row?.error),
      query: text(row?.query) ?? "",
      matches: time(row?.matches) ?? 0,
      notice: text(row?.notice),
    };
  });
}

/** Notes that a query failed; the list and the time of the last answer stay as they are. */
export function noteFailure(database: Database, node: string, at: number, query: string, error: string): void {
  database
    .prepare(
      `INSERT INTO worklist_node (node, last_tried_at, error, query) VALUES (?, ?, ?, ?)
       ON CONFLICT (node) DO UPDATE SET last_tried_at = excluded.last_tried_at, error = excluded.error, query = excluded.query`,
    )
    .run(node, at, error, query);
}

/** Notes that the node answered a question other than that for its whole list. */
export function noteReached(database: Database, node: string, at: number): void {
  database
    .prepare(
      `INSERT INTO worklist_node (node, last_tried_at) VALUES (?, ?)
       ON CONFLICT (node) DO UPDATE SET last_tried_at = excluded.last_tried_at, error = NULL`,
    )
    .run(node, at);
}

export function noteAnswer(
  database: Database,
  node: string,
  at: number,
  answer: { readonly query: string; readonly matches: number; readonly notice: string | null },
): void {
  database
    .prepare(
      `INSERT INTO worklist_node (node, last_tried_at, last_answered_at, error, query, matches, notice)
       VALUES (?, ?, ?, NULL, ?, ?, ?)
       ON CONFLICT (node) DO UPDATE SET last_tried_at = excluded.last_tried_at, query = excluded.query, error = NULL,
         last_answered_at = excluded.last_answered_at, matches = excluded.matches, notice = excluded.notice`,
    )
    .run(node, at, at, answer.query, answer.matches, answer.notice);
}

/** Puts a whole answer in the place of the node's list. Items a person had looked up stay until they are old. */
export function replaceItems(database: Database, node: string, items: readonly WorklistItem[], at: number): void {
  database.prepare("DELETE FROM worklist_item WHERE node = ? AND looked_up = 0").run(node);
  putItems(database, items, at, false);
}

export function putItems(database: Database, items: readonly WorklistItem[], at: number, lookedUp: boolean): void {
  const put = database.prepare(
    `INSERT INTO worklist_item (id, node, patient_name_folded, patient_id, start_date, start_time, modality,
       station_ae_title, performing_physician_name, looked_up, item, seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET patient_name_folded = excluded.patient_name_folded, start_date = excluded.start_date,
       start_time = excluded.start_time, modality = excluded.modality, station_ae_title = excluded.station_ae_title,
       performing_physician_name = excluded.performing_physician_name, item = excluded.item, seen_at = excluded.seen_at,
       looked_up = MIN(looked_up, excluded.looked_up)`,
  );
  for (const item of items) {
    const { id, node, patient, step } = item;
    const name = searchableName(patient.patientName);
    const when = [step.startDate, step.startTime, step.modality, step.scheduledStationAeTitle] as const;
    const flag = lookedUp ? 1 : 0;
    put.run(id, node, name, patient.patientId, ...when, step.performingPhysicianName, flag, JSON.stringify(item), at);
  }
}

/** Removes the lists that are older than `before` and the nodes no longer in the settings. True when rows went. */
export function expire(database: Database, nodes: readonly string[], before: number): boolean {
  const others = `node NOT IN (SELECT value FROM json_each(?))`;
  const gone = database.prepare(`DELETE FROM worklist_node WHERE ${others}`).run(JSON.stringify(nodes));
  const old = database
    .prepare(
      `DELETE FROM worklist_item WHERE (looked_up = 1 AND seen_at < ?) OR (looked_up = 0 AND node IN
         (SELECT node FROM worklist_node WHERE last_answered_at < ?))`,
    )
    .run(before, before);
  return Number(gone.changes) + Number(old.changes) > 0;
}

interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/** `from`: days before it are hidden, unless a day is asked for. Items without a date are always there. */
function condition(filter: ListFilter, from: string): Condition {
  const parts: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (sql: string, ...more: SQLInputValue[]): void => {
    parts.push(sql);
    values.push(...more);
  };
  if (filter.date === undefined) add("(start_date = '' OR start_date >= ?)", from);
  else add("start_date = ?", filter.date);
  if (filter.modality !== undefined) add("modality = ?", filter.modality);
  if (filter.station !== undefined) add("station_ae_title = ?", filter.station);
  const search = filter.search?.trim().slice(0, 100) ?? "";
  if (search !== "") {
    const words = foldName(search).split(" ").slice(0, 8);
    const everyWord = words.map(() => "instr(patient_name_folded, ?) > 0").join(" AND ");
    const idBegins = "substr(upper(patient_id), 1, length(?)) = upper(?)";
    // A search of nothing but marks, such as `%`, folds to nothing, which is in every name.
    if (words[0] === "") add(idBegins, search, search);
    else add(`(${idBegins} OR (${everyWord}))`, search, search, ...words);
  }
  return { sql: parts.join(" AND "), values };
}

export function countItems(database: Database, filter: ListFilter, from: string): number {
  const { sql, values } = condition(filter, from);
  const row = database.prepare(`SELECT COUNT(*) AS total FROM worklist_item WHERE ${sql}`).get(...values);
  return Number(row?.total ?? 0);
}

/** By time, those without a date first. */
export function listItems(
  database: Database,
  filter: ListFilter,
  from: string,
  page: { readonly limit: number; readonly offset: number },
): WorklistItem[] {
  const { sql, values } = condition(filter, from);
  return database
    .prepare(`SELECT item FROM worklist_item WHERE ${sql} ORDER BY start_date, start_time, id LIMIT ? OFFSET ?`)
    .all(...values, page.limit, page.offset)
    .map((row) => itemOf(row.item));
}

export function findItem(database: Database, id: string): WorklistItem | undefined {
  const row = database.prepare("SELECT item FROM worklist_item WHERE id = ?").get(id);
  return row === undefined ? undefined : itemOf(row.item);
}

export function physiciansSeen(database: Database, limit: number): string[] {
  return database
    .prepare(
      `SELECT DISTINCT performing_physician_name AS name FROM worklist_item WHERE performing_physician_name <> ''
       ORDER BY name LIMIT ?`,
    )
    .all(limit)
    .map((row) => String(row.name));
}

/** Only this room writes the column, as JSON of exactly this type. */
function itemOf(json: unknown): WorklistItem {
  return JSON.parse(String(json)) as WorklistItem;
}

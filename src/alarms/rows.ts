import type { Database } from "../store/store.ts";
import type { AlarmArea, AlarmLevel } from "./alarm.ts";
import type { Told } from "./told.ts";

/** Which alarms were on at the last look, also of a process before this one, and since when. */
export function readRaised(database: Database): Map<string, number> {
  const rows = database.prepare("SELECT id, raised_at FROM alarm").all();
  return new Map(rows.map((row) => [String(row.id), Number(row.raised_at)]));
}

/** Writes down what came and what went. */
export function writeRaised(database: Database, came: ReadonlyMap<string, number>, went: readonly string[]): void {
  if (came.size + went.length === 0) return;
  database.transaction(() => {
    const insert = database.prepare("INSERT OR IGNORE INTO alarm (id, raised_at) VALUES (?, ?)");
    for (const [id, at] of came) insert.run(id, at);
    for (const id of went) database.prepare("DELETE FROM alarm WHERE id = ?").run(id);
  });
}

export function readTold(database: Database, channel: string): Map<string, Told> {
  const rows = database
    .prepare("SELECT id, area, level, message, since, told_at FROM alarm_told WHERE channel = ?")
    .all(channel);
  return new Map(
    rows.map((row) => [
      String(row.id),
      {
        id: String(row.id),
        area: String(row.area) as AlarmArea,
        level: String(row.level) as AlarmLevel,
        message: String(row.message),
        since: Number(row.since),
        toldAt: Number(row.told_at),
      },
    ]),
  );
}

/** Writes down what a channel was told, all of it. */
export function writeTold(database: Database, channel: string, told: ReadonlyMap<string, Told>): void {
  database.transaction(() => {
    database.prepare("DELETE FROM alarm_told WHERE channel = ?").run(channel);
    const insert = database.prepare(
      "INSERT INTO alarm_told (channel, id, area, level, message, since, told_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
    );
    for (const { id, area, level, message, since, toldAt } of told.values()) {
      insert.run(channel, id, area, level, message, since, toldAt);
    }
  });
}

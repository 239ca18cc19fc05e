import { afterEach, beforeEach, expect, it } from "vitest";
import { type Database, openDatabase } from "../store/store.ts";
import { markRemoved } from "./remove.ts";

let database: Database;
beforeEach(() => {
  database = openDatabase(":memory:");
  const columns = "id, kind, state, study_instance_uid, performed_procedure_step_uid, begun_at";
  database.prepare(`INSERT INTO procedure (${columns}) VALUES ('p', 'unassigned', 'released', '1.2', '1.3', 0)`).run();
});
afterEach(() => database.close());

function removedOf(id: string, kind: "still" | "clip"): string[] {
  const file = `media/${id}.${kind === "still" ? "jpg" : "mp4"}`;
  database
    .prepare(
      `INSERT INTO capture (id, procedure_id, number, kind, state, source, profile_id, pressed_at, file)
       VALUES (?, 'p', 1, ?, 'saved', 's', 'x', 0, ?)`,
    )
    .run(id, kind, file);
  const files = [file, "instances/2.25.1.dcm"];
  const capture = { captureId: id, procedureId: "p", kind, savedAt: 1, files, settledAt: 1, sizeBytes: 9 };
  database.transaction(() => markRemoved(database, [capture], "age", 5));
  return database
    .prepare("SELECT file FROM file_to_remove ORDER BY file")
    .all()
    .map((row) => String(row.file));
}

it("what goes of a clip are its files, its small picture and the copy that was made to play it", () => {
  const files = ["instances/2.25.1.dcm", "media/c.mp4", "thumbnails/c.jpg", "thumbnails/c.mp4"];
  expect(removedOf("c", "clip")).toEqual(files);
});

it("of a still there is no such copy", () => {
  expect(removedOf("s", "still")).toEqual(["instances/2.25.1.dcm", "media/s.jpg", "thumbnails/s.jpg"]);
});

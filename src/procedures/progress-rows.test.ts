import { expect, it } from "vitest";
import { openDatabase } from "../store/store.ts";
import { deliveriesByCapture, progressOf } from "./progress.ts";

const saved = { state: "saved", composeFailure: null } as const;

it("is read from rows: a form that is still to be made counts, and key frames are not the clip", () => {
  using database = openDatabase(":memory:");
  const run = (sql: string): void => void database.prepare(sql).run();
  run(`INSERT INTO procedure (id, kind, state, study_instance_uid, performed_procedure_step_uid, begun_at)
       VALUES ('p', 'emergency', 'released', '1.2', '1.3', 0)`);
  const capture = (id: string, number: number): void =>
    run(`INSERT INTO capture (id, procedure_id, number, kind, state, source, profile_id, pressed_at, file)
         VALUES ('${id}', 'p', ${number}, 'clip', 'saved', 's', 'x', 0, 'f')`);
  const committed = (id: string, rendition: string): void => {
    run(
      `INSERT INTO rendition (capture_id, key, procedure_id, state, wanted_at) VALUES ('${id}', '${rendition}', 'p', 'made', 0)`,
    );
    run(`INSERT INTO instance (sop_instance_uid, capture_id, procedure_id, series_instance_uid, rendition, instance_number)
         VALUES ('1.${id.length}.${rendition.length}', '${id}', 'p', '1.4', '${rendition}', 1)`);
    run(`INSERT INTO delivery (node, lane, sop_instance_uid, procedure_id, size_bytes, transfer, commitment, next_attempt_at, created_at)
         VALUES ('A', 'clip', '1.${id.length}.${rendition.length}', 'p', 1, 'stored', 'committed', 0, 0)`);
  };
  const progress = (id: string) => progressOf(saved, deliveriesByCapture(database, "p").get(id) ?? []);
  capture("c", 1);
  committed("c", "original");
  expect(progress("c")).toBe("safe");
  run(
    "INSERT INTO rendition (capture_id, key, procedure_id, state, wanted_at) VALUES ('c', 'videoEndoscopic', 'p', 'wanted', 0)",
  );
  run("INSERT INTO rendition_node (capture_id, key, node, importance) VALUES ('c', 'videoEndoscopic', 'B', 'primary')");
  expect(progress("c")).toBe("saved");
  capture("kk", 2);
  committed("kk", "keyFrames");
  expect(progress("kk")).toBe("sent");
});

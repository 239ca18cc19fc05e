import { newUid } from "../dicom/dicom.ts";
import type { Database } from "../store/store.ts";
import type { Procedure } from "./procedure.ts";
import { findProcedure } from "./rows.ts";

export interface SeriesPlace {
  readonly seriesInstanceUid: string;
  readonly seriesNumber: number;
}

/**
 * One series for each source, kind and rung of a procedure: a series has one Modality (PS3.3 C.7.3.1). Numbers go on over
 * the procedures of one study. Inside the caller's transaction.
 */
export function seriesOf(
  database: Database,
  procedure: Pick<Procedure, "id" | "studyInstanceUid">,
  of: { readonly source: string; readonly kind: string; readonly rung: string },
  uidRoot: string | undefined,
): SeriesPlace {
  const known = database
    .prepare(
      `SELECT series_instance_uid AS seriesInstanceUid, series_number AS seriesNumber FROM series
       WHERE procedure_id = ? AND source = ? AND kind = ? AND rung = ?`,
    )
    .get(procedure.id, of.source, of.kind, of.rung);
  if (known !== undefined) return known as unknown as SeriesPlace;
  const highest = database
    .prepare(
      "SELECT max(series_number) AS n FROM series WHERE procedure_id IN (SELECT id FROM procedure WHERE study_instance_uid = ?)",
    )
    .get(procedure.studyInstanceUid);
  const seriesInstanceUid = newUid(uidRoot);
  const seriesNumber = Number(highest?.n ?? 0) + 1;
  database
    .prepare(
      "INSERT INTO series (series_instance_uid, procedure_id, source, kind, rung, series_number) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .run(seriesInstanceUid, procedure.id, of.source, of.kind, of.rung, seriesNumber);
  return { seriesInstanceUid, seriesNumber };
}

/** Where a study was resumed, all of it keeps the date, time and ID of its first procedure. */
export function studyBeginOf(database: Database, procedure: Procedure): Procedure {
  let first = procedure;
  for (let steps = 0; first.resumedFrom !== null && steps < 100; steps += 1) {
    const before = findProcedure(database, first.resumedFrom);
    if (before?.studyInstanceUid !== procedure.studyInstanceUid) break;
    first = before;
  }
  return first;
}

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { recordAudit } from "../audit/audit.ts";
import type { DeviceProfile } from "../devices/devices.ts";
import { DicomError, newUid, readPart10Meta, writePart10 } from "../dicom/dicom.ts";
import type { Clock } from "../lib/clock.ts";
import { renameDurable } from "../lib/durable-file.ts";
import type { Log } from "../lib/log.ts";
import type { NewsFeed } from "../lib/news.ts";
import { Wakeup } from "../lib/wakeup.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { Database } from "../store/store.ts";
import { CannotCompose, type ComposePlace, composeCapture, mediaFile, type Station } from "./compose.ts";
import { ProcedureError } from "./errors.ts";
import { isSendable } from "./patient.ts";
import type { Capture, Procedure } from "./procedure.ts";
import { findCapture, findProcedure, updateProcedure } from "./rows.ts";
import { releaseProcedure } from "./rules.ts";

export interface ReleasesOptions {
  readonly database: Database;
  readonly storageDirectory: string;
  readonly outbox: Outbox;
  readonly profileOf: (profileId: string) => DeviceProfile | undefined;
  readonly station: Station;
  readonly uidRoot: string | undefined;
  readonly holdWindowMs: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly news: NewsFeed;
}

/** A failed composition (a full disk, say) is tried again this often. */
const composeAgainMs = 60_000;

/** Release: UIDs are reserved with the decision, then each Instance is composed, and owed in the same transaction. */
export class Releases {
  readonly #options: ReleasesOptions;
  readonly #isSettled: (procedureId: string) => boolean;
  readonly #wakeup = new Wakeup();
  /** By the monotonic clock, for procedures completed by this process: a clock that steps ahead cuts no hold window short. */
  readonly #heldUntil = new Map<string, number>();

  /** `isSettled`: no press of the procedure is under way and none of its clips unfinished. */
  constructor(options: ReleasesOptions, isSettled: (procedureId: string) => boolean) {
    this.#options = options;
    this.#isSettled = isSettled;
  }

  /** The hold window of a procedure begins now. */
  hold(procedureId: string): void {
    this.#heldUntil.set(procedureId, performance.now() + this.#options.holdWindowMs);
  }

  /** Releases what is due and composes what is released, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    let composeAgainAt = 0;
    let isFirst = true;
    while (!signal.aborted) {
      try {
        if (isFirst) this.#reserveLate();
        isFirst = false;
        this.#releaseDue();
        if (performance.now() >= composeAgainAt) this.#forgetPassingFailures();
        if ((await this.#composeAll(signal)) > 0) composeAgainAt = performance.now() + composeAgainMs;
      } catch (error) {
        // A database that takes nothing now (a full disk): look again, and keep the picture and everything else going.
        log.error({ error: String(error) }, "releasing failed and is tried again");
      }
      const due = this.#nextReleaseAt() ?? Number.POSITIVE_INFINITY;
      // A procedure that is due but not settled is looked at again soon.
      await this.#wakeup.wait(Math.max(Math.min(due - clock(), composeAgainMs), 500), signal);
    }
  }

  wake(): void {
    this.#wakeup.wake();
  }

  /** Decides the release: the procedure's state and a SOP Instance UID for each saved capture, in one transaction. */
  release(procedure: Procedure, actor: string): Procedure {
    const { database, clock, news } = this.#options;
    const now = clock();
    const released = releaseProcedure(procedure, now);
    if (!this.#isSettled(procedure.id)) {
      throw new ProcedureError(
        "still-recording",
        "A capture of this procedure is not finished yet. Try again in a moment.",
      );
    }
    database.transaction(() => {
      this.#forgetFailures(procedure.id);
      const instances = this.#reserve(released);
      if (procedure.state === "released" && instances === 0) return;
      updateProcedure(database, released);
      const detail = { instances };
      recordAudit(database, {
        at: now,
        actor,
        action: "procedure-released",
        subjectKind: "procedure",
        subjectId: procedure.id,
        detail,
      });
    });
    this.#heldUntil.delete(procedure.id);
    news.tell({ topic: "procedure", id: procedure.id });
    this.wake();
    return released;
  }

  /** Gives a SOP Instance UID to each saved capture that has none. Inside the caller's transaction; says how many. */
  #reserve(procedure: Procedure): number {
    const { database, uidRoot } = this.#options;
    const captures = database
      .prepare(
        `SELECT id, source, kind, number FROM capture c WHERE procedure_id = ? AND state = 'saved'
         AND NOT EXISTS (SELECT 1 FROM instance i WHERE i.capture_id = c.id) ORDER BY number`,
      )
      .all(procedure.id);
    const insert = database.prepare(
      "INSERT INTO instance (sop_instance_uid, capture_id, procedure_id, series_instance_uid, instance_number) VALUES (?, ?, ?, ?, ?)",
    );
    for (const row of captures) {
      const series = this.#seriesOf(procedure, String(row.source), String(row.kind));
      insert.run(newUid(uidRoot), String(row.id), procedure.id, series, Number(row.number));
    }
    return captures.length;
  }

  /** Captures that became saved after their procedure's release, as a clip rescued later does, are sent too. */
  #reserveLate(): void {
    const { database } = this.#options;
    const late = database
      .prepare(
        `SELECT DISTINCT c.procedure_id AS id FROM capture c JOIN procedure p ON p.id = c.procedure_id
         WHERE p.state = 'released' AND c.state = 'saved' AND NOT EXISTS (SELECT 1 FROM instance i WHERE i.capture_id = c.id)`,
      )
      .all();
    for (const { id } of late) {
      const procedure = findProcedure(database, String(id));
      if (procedure !== undefined) database.transaction(() => this.#reserve(procedure));
    }
  }

  /** A capture of a procedure that may be released already became saved. */
  savedLate(procedureId: string): void {
    const procedure = findProcedure(this.#options.database, procedureId);
    if (procedure?.state === "released") this.#options.database.transaction(() => this.#reserve(procedure));
    this.wake();
  }

  #releaseDue(): void {
    const { database, clock, holdWindowMs } = this.#options;
    const now = clock();
    // A clock that was set back would keep them for as long as it was ahead.
    database
      .prepare("UPDATE procedure SET release_at = ? WHERE state = 'completed' AND release_at > ?")
      .run(now + holdWindowMs, now + holdWindowMs);
    const due = database
      .prepare("SELECT id FROM procedure WHERE state = 'completed' AND release_at <= ? ORDER BY release_at")
      .all(now);
    for (const row of due) {
      const procedure = findProcedure(database, String(row.id));
      if (procedure === undefined || !this.#isSettled(procedure.id)) continue;
      if ((this.#heldUntil.get(procedure.id) ?? 0) > performance.now()) continue;
      // Waits for a person to mend the identity; the screen says so.
      if (procedure.patient === null || !isSendable(procedure.patient)) continue;
      this.release(procedure, "scopeline");
    }
  }

  #nextReleaseAt(): number | undefined {
    const row = this.#options.database
      .prepare("SELECT min(release_at) AS at FROM procedure WHERE state = 'completed' AND release_at IS NOT NULL")
      .get();
    return row === undefined || row.at === null ? undefined : Number(row.at);
  }

  async #composeAll(signal: AbortSignal): Promise<number> {
    const { database } = this.#options;
    const rows = database
      .prepare(
        `SELECT i.capture_id AS id FROM instance i JOIN procedure p ON p.id = i.procedure_id
         WHERE i.composed_at IS NULL AND i.failure IS NULL ORDER BY p.released_at, i.instance_number`,
      )
      .all();
    for (const row of rows) {
      if (signal.aborted) return rows.length;
      const capture = findCapture(database, String(row.id));
      const procedure = capture && findProcedure(database, capture.procedureId);
      if (capture === undefined || procedure === undefined) continue;
      await this.#compose(procedure, capture, signal).catch((error: unknown) => {
        if (!signal.aborted) this.#composeFailed(capture, error);
      });
    }
    return rows.length;
  }

  /** Step 6 of the flow: the file is durable first, then one transaction makes it an Instance that is owed. */
  async #compose(procedure: Procedure, capture: Capture, signal: AbortSignal): Promise<void> {
    const { database, storageDirectory, profileOf, station, outbox, clock, news } = this.#options;
    const place = this.#placeOf(capture);
    const profile = profileOf(capture.profileId);
    if (profile === undefined) {
      throw new CannotCompose(
        `The device profile ${capture.profileId} is missing. Put it back, then press Send again.`,
      );
    }
    const composition = composeCapture(procedure, capture, profile, station, place, this.#studyBegin(procedure));
    const { sopClassUid, transferSyntaxUid, dataSet } = composition;
    const { sopInstanceUid } = place;
    const file = join("instances", `${sopInstanceUid}.dcm`);
    const target = join(storageDirectory, file);
    const part = `${target}.part`;
    await rm(part, { force: true });
    const pixelData = {
      kind: "encapsulated",
      path: mediaFile(storageDirectory, capture),
      sizeBytes: capture.sizeBytes ?? 0,
    } as const;
    const written = await writePart10(
      part,
      { sopClassUid, sopInstanceUid, transferSyntaxUid, dataSet, pixelData },
      signal,
    );
    const { dataSetOffset } = await readPart10Meta(part);
    await renameDurable(part, target);
    const at = clock();
    database.transaction(() => {
      database
        .prepare(
          `UPDATE instance SET sop_class_uid = ?, transfer_syntax_uid = ?, file = ?, data_set_offset = ?, size_bytes = ?,
             sha256 = ?, composed_at = ?, failure = NULL WHERE sop_instance_uid = ?`,
        )
        .run(
          sopClassUid,
          transferSyntaxUid,
          file,
          dataSetOffset,
          written.sizeBytes,
          written.sha256,
          at,
          sopInstanceUid,
        );
      outbox.owe({ sopInstanceUid, procedureId: procedure.id, sizeBytes: written.sizeBytes });
      const detail = { captureId: capture.id, sopClassUid, transferSyntaxUid, sha256: written.sha256 };
      recordAudit(database, {
        at,
        actor: "scopeline",
        action: "instance-composed",
        subjectKind: "instance",
        subjectId: sopInstanceUid,
        detail,
      });
    });
    outbox.wake();
    news.tell({ topic: "capture", id: capture.id });
  }

  #composeFailed(capture: Capture, error: unknown): void {
    const { database, log, news } = this.#options;
    const lasting = error instanceof CannotCompose || error instanceof DicomError;
    const message = lasting
      ? error.message
      : "This box could not write the DICOM file. Check the free space; it is tried again by itself.";
    log.error({ capture: capture.id, error: String(error) }, "cannot compose an instance");
    database
      .prepare("UPDATE instance SET failure = ? WHERE capture_id = ?")
      .run(`${lasting ? "" : passing}${message}`, capture.id);
    news.tell({ topic: "capture", id: capture.id });
  }

  #forgetPassingFailures(): void {
    this.#options.database
      .prepare("UPDATE instance SET failure = NULL WHERE composed_at IS NULL AND failure LIKE ?")
      .run(`${passing}%`);
  }

  #forgetFailures(procedureId: string): void {
    this.#options.database
      .prepare("UPDATE instance SET failure = NULL WHERE composed_at IS NULL AND procedure_id = ?")
      .run(procedureId);
  }

  /** One series for each source and kind in a procedure; numbers go on over the procedures of one study. */
  #seriesOf(procedure: Procedure, source: string, kind: string): string {
    const { database, uidRoot } = this.#options;
    const known = database
      .prepare("SELECT series_instance_uid AS uid FROM series WHERE procedure_id = ? AND source = ? AND kind = ?")
      .get(procedure.id, source, kind);
    if (known !== undefined) return String(known.uid);
    const highest = database
      .prepare(
        `SELECT max(s.series_number) AS n FROM series s JOIN procedure p ON p.id = s.procedure_id WHERE p.study_instance_uid = ?`,
      )
      .get(procedure.studyInstanceUid);
    const uid = newUid(uidRoot);
    database
      .prepare(
        "INSERT INTO series (series_instance_uid, procedure_id, source, kind, series_number) VALUES (?, ?, ?, ?, ?)",
      )
      .run(uid, procedure.id, source, kind, Number(highest?.n ?? 0) + 1);
    return uid;
  }

  /** Where a study was resumed, all of it keeps the date, time and ID of its first procedure. */
  #studyBegin(procedure: Procedure): Procedure {
    let first = procedure;
    for (let steps = 0; first.resumedFrom !== null && steps < 100; steps += 1) {
      const before = findProcedure(this.#options.database, first.resumedFrom);
      if (before?.studyInstanceUid !== procedure.studyInstanceUid) break;
      first = before;
    }
    return first;
  }

  #placeOf(capture: Capture): ComposePlace {
    const row = this.#options.database
      .prepare(
        `SELECT i.sop_instance_uid AS sopInstanceUid, s.series_instance_uid AS seriesInstanceUid, s.series_number AS seriesNumber
         FROM instance i JOIN series s USING (series_instance_uid) WHERE i.capture_id = ?`,
      )
      .get(capture.id);
    if (row === undefined) throw new CannotCompose("This capture has no SOP Instance UID. Run `scopeline check`.");
    return row as unknown as ComposePlace;
  }
}

/** Marks, in the row, a failure that may pass by itself. */
const passing = "(tried again) ";

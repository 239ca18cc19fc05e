import { recordAudit } from "../audit/audit.ts";
import type { DeviceProfile } from "../devices/devices.ts";
import { DicomError, newUid } from "../dicom/dicom.ts";
import { EncodingError } from "../encoding/encoding.ts";
import { type Clock, monotonicMs } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { NewsFeed } from "../lib/news.ts";
import { Wakeup } from "../lib/wakeup.ts";
import type { Outbox, PerformedStep } from "../outbox/outbox.ts";
import type { Database } from "../store/store.ts";
import { CannotCompose, type Station } from "./compose.ts";
import { Composer } from "./composer.ts";
import { ProcedureError } from "./errors.ts";
import { isSendable } from "./patient.ts";
import { performedStepOf } from "./performed-step.ts";
import type { Capture, Procedure } from "./procedure.ts";
import { originalEncodingOf, routeFactsOf } from "./release-plan.ts";
import { findCapture, findProcedure, updateProcedure } from "./rows.ts";
import { releaseProcedure } from "./rules.ts";
import { seriesOf, studyBeginOf } from "./series.ts";

export interface ReleasesOptions {
  readonly database: Database;
  readonly storageDirectory: string;
  readonly outbox: Outbox;
  readonly profileOf: (profileId: string) => DeviceProfile | undefined;
  readonly station: Station;
  /** For renditions that are made of pictures: splitting, transcoding. */
  readonly ffmpegPath: string;
  /** What the first source takes: the Modality of a procedure without an order. */
  readonly modality: string;
  /** Whether a node is told of performed procedure steps; then the Instances refer to theirs. */
  readonly tellsSteps: boolean;
  /** The attribute of an order that names another recipient (a rule of routing). */
  readonly recipientAttribute: string;
  readonly uidRoot: string | undefined;
  readonly holdWindowMs: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly news: NewsFeed;
}

/** A failed composition (a full disk, say) is tried again this often. */
const composeAgainMs = 60_000;

/** So many stills are composed before it is looked whether something more urgent came. */
const composedInARow = 50;

/** Whether a rendition is the capture's own file within a data set, or work for an encoder. */
type Making = "copied" | "encoded";

const made: Readonly<Record<Making, string>> = {
  copied: "(c.kind = 'still' OR r.key = 'original')",
  encoded: "NOT (c.kind = 'still' OR r.key = 'original')",
};

/** Release: UIDs are reserved with the decision, then each Instance is composed, and owed in the same transaction. */
export class Releases {
  readonly #options: ReleasesOptions;
  readonly #isSettled: (procedureId: string) => boolean;
  readonly #composer: Composer;
  readonly #wakeup = new Wakeup();
  readonly #encoderWakeup = new Wakeup();
  /** When what failed for a passing reason is tried again, by the monotonic clock. */
  readonly #againAt: Record<Making, number> = { copied: 0, encoded: 0 };
  /** Procedures that could not be released, and until when they wait; and steps that could not be ended. */
  readonly #failedUntil = new Map<string, number>();
  /** Released procedures whose step was told of and has not ended. */
  readonly #unended = new Set<string>();
  /** Procedures with a capture that became saved late: what it is released as is still to be decided. */
  readonly #owedLate = new Set<string>();
  /** By the monotonic clock, for procedures completed by this process: a clock that steps ahead cuts no hold window short. */
  readonly #heldUntil = new Map<string, number>();

  /** `isSettled`: no press of the procedure is under way and none of its clips unfinished. */
  constructor(options: ReleasesOptions, isSettled: (procedureId: string) => boolean) {
    this.#options = options;
    this.#isSettled = isSettled;
    this.#composer = new Composer(options);
  }

  /** The step as MPPS tells it; null without a patient. */
  performedStep(procedure: Procedure): PerformedStep | null {
    const { database, modality } = this.#options;
    return performedStepOf(procedure, studyBeginOf(database, procedure), modality);
  }

  /** The hold window of a procedure begins now. */
  hold(procedureId: string): void {
    this.#heldUntil.set(procedureId, monotonicMs() + this.#options.holdWindowMs);
  }

  /** Releases what is due and composes what is released, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#runReleases(signal), this.#runEncoder(signal)]);
  }

  async #runReleases(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    let isFirst = true;
    while (!signal.aborted) {
      try {
        if (isFirst) {
          this.#reserveLate();
          this.#findUnendedSteps();
        }
        isFirst = false;
        for (const id of this.#owedLate) this.#reserveLateOf(id);
        this.#releaseDue();
        await this.#composeAll("copied", signal);
        if (!signal.aborted) this.#endSteps();
      } catch (error) {
        // A database that takes nothing now (a full disk): look again, and keep the picture and everything else going.
        log.error({ error: String(error) }, "releasing failed and is tried again");
      }
      const due = this.#nextReleaseAtOrSoon();
      // A procedure that is due but not settled is looked at again soon.
      await this.#wakeup.wait(Math.max(Math.min(due - clock(), composeAgainMs), 500), signal);
    }
  }

  /** Encoding a clip anew may take longer than it lasted: nothing that needs no encoder waits for that. */
  async #runEncoder(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        // What ends a step may have been waiting for this.
        if (await this.#composeAll("encoded", signal)) this.#wakeup.wake();
      } catch (error) {
        this.#options.log.error({ error: String(error) }, "composing failed and is tried again");
      }
      await this.#encoderWakeup.wait(composeAgainMs, signal);
    }
  }

  wake(): void {
    this.#wakeup.wake();
    this.#encoderWakeup.wake();
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
    this.#unended.add(procedure.id);
    news.tell({ topic: "procedure", id: procedure.id });
    this.wake();
    return released;
  }

  /**
   * Gives a SOP Instance UID to each saved capture that has none, and decides which nodes get it in which form. Inside the
   * caller's transaction; says how many.
   */
  #reserve(procedure: Procedure): number {
    const { database, uidRoot, outbox, profileOf, recipientAttribute } = this.#options;
    const rows = database
      .prepare(
        `SELECT id FROM capture c WHERE procedure_id = ? AND state = 'saved'
         AND NOT EXISTS (SELECT 1 FROM instance i WHERE i.capture_id = c.id) ORDER BY number`,
      )
      .all(procedure.id);
    const insert = database.prepare(
      "INSERT INTO instance (sop_instance_uid, capture_id, procedure_id, series_instance_uid, rendition, instance_number) VALUES (?, ?, ?, ?, ?, ?)",
    );
    for (const row of rows) {
      const capture = findCapture(database, String(row.id));
      if (capture === undefined) continue;
      const { id: captureId, source, kind, number, sizeBytes } = capture;
      const profile = profileOf(capture.profileId);
      const original = originalEncodingOf(capture, profile);
      const facts = routeFactsOf(procedure, capture, profile, recipientAttribute);
      outbox.planRenditions({ captureId, procedureId: procedure.id, original, sizeBytes: sizeBytes ?? 0 }, facts);
      const planned = database
        .prepare("SELECT key FROM rendition WHERE capture_id = ? AND (key = 'original' OR key LIKE 'original/%')")
        .get(captureId);
      const { seriesInstanceUid } = seriesOf(database, procedure, { source, kind, rung: "original" }, uidRoot);
      const key = planned === undefined ? "original" : String(planned.key);
      insert.run(newUid(uidRoot), captureId, procedure.id, seriesInstanceUid, key, number);
    }
    return rows.length;
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
      this.#owedLate.add(String(id));
      this.#reserveLateOf(String(id));
    }
  }

  /** A capture of a procedure that may be released already became saved. Never throws: it is saved, and sent later. */
  savedLate(procedureId: string): void {
    this.#owedLate.add(procedureId);
    // Whatever failed before: this is another capture.
    this.#failedUntil.delete(procedureId);
    this.#reserveLateOf(procedureId);
    this.wake();
  }

  /** Tried again until the database has taken it. */
  #reserveLateOf(procedureId: string): void {
    const { database } = this.#options;
    this.#apart(procedureId, () => {
      const procedure = findProcedure(database, procedureId);
      if (procedure?.state === "released") database.transaction(() => this.#reserve(procedure));
      this.#owedLate.delete(procedureId);
    });
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
    for (const { id } of due) {
      this.#apart(String(id), () => {
        const procedure = findProcedure(database, String(id));
        if (procedure === undefined || !this.#isSettled(procedure.id)) return;
        if ((this.#heldUntil.get(procedure.id) ?? 0) > monotonicMs()) return;
        // Waits for a person to mend the identity; the screen says so.
        if (procedure.patient === null || !isSendable(procedure.patient)) return;
        this.release(procedure, "scopeline");
      });
    }
  }

  /** What goes wrong with one procedure holds up no other one; it is tried again after a pause. */
  #apart(procedureId: string, work: () => void): void {
    if ((this.#failedUntil.get(procedureId) ?? 0) > monotonicMs()) return;
    try {
      work();
      this.#failedUntil.delete(procedureId);
    } catch (error) {
      this.#failedUntil.set(procedureId, monotonicMs() + composeAgainMs);
      this.#options.log.error(
        { procedure: procedureId, error: String(error) },
        "a procedure could not be released or ended; it is tried again",
      );
    }
  }

  /** A database that cannot be read now is looked at again. */
  #nextReleaseAtOrSoon(): number {
    try {
      return this.#nextReleaseAt() ?? Number.POSITIVE_INFINITY;
    } catch (error) {
      this.#options.log.error({ error: String(error) }, "the next release cannot be read");
      return Number.NEGATIVE_INFINITY;
    }
  }

  #nextReleaseAt(): number | undefined {
    const row = this.#options.database
      .prepare("SELECT min(release_at) AS at FROM procedure WHERE state = 'completed' AND release_at IS NOT NULL")
      .get();
    return row === undefined || row.at === null ? undefined : Number(row.at);
  }

  /** Composes what is wanted, stills first; whether there was anything. What is released meanwhile has its turn too. */
  async #composeAll(making: Making, signal: AbortSignal): Promise<boolean> {
    const { database } = this.#options;
    if (monotonicMs() >= this.#againAt[making]) this.#forgetPassingFailures(making);
    const wanted = database.prepare(
      `SELECT r.capture_id AS id, r.key FROM rendition r JOIN procedure p ON p.id = r.procedure_id JOIN capture c ON c.id = r.capture_id
       WHERE r.state = 'wanted' AND r.failure IS NULL AND ${made[making]}
       ORDER BY c.kind DESC, p.released_at, c.number LIMIT ?`,
    );
    let hasWorked = false;
    for (;;) {
      const rows = wanted.all(composedInARow);
      if (rows.length === 0 || signal.aborted) break;
      hasWorked = true;
      for (const row of rows) {
        const capture = findCapture(database, String(row.id));
        const procedure = capture && findProcedure(database, capture.procedureId);
        if (capture === undefined || procedure === undefined) throw new Error(`capture ${row.id} has no row`);
        const key = String(row.key);
        await this.#composer.compose(procedure, capture, key, signal).catch((error: unknown) => {
          if (!signal.aborted) this.#composeFailed(capture, key, error);
        });
        if (signal.aborted) return hasWorked;
        // It may have taken long.
        if (capture.kind === "clip") break;
      }
      if (making === "copied") this.#releaseDue();
    }
    if (hasWorked) this.#againAt[making] = monotonicMs() + composeAgainMs;
    return hasWorked;
  }

  /** Looked for once: reading all steps there ever were takes long after some years. */
  #findUnendedSteps(): void {
    const unended = this.#options.database
      .prepare(
        `SELECT p.id FROM mpps_message c JOIN procedure p ON p.performed_procedure_step_uid = c.performed_procedure_step_uid
         WHERE c.kind = 'create' AND p.state = 'released'
         AND NOT EXISTS (SELECT 1 FROM mpps_message e WHERE e.performed_procedure_step_uid = c.performed_procedure_step_uid AND e.kind <> 'create')`,
      )
      .all();
    for (const { id } of unended) this.#unended.add(String(id));
  }

  /** MPPS: a released step ends when all that it made is known: nothing of it is still to be composed, or tried again. */
  #endSteps(): void {
    const { database, outbox } = this.#options;
    const isUnfinished = database.prepare(
      "SELECT 1 FROM rendition WHERE procedure_id = ? AND state = 'wanted' AND (failure IS NULL OR failure LIKE ?) LIMIT 1",
    );
    let hasEnded = false;
    for (const id of this.#unended) {
      if (isUnfinished.get(id, `${passing}%`) !== undefined) continue;
      this.#apart(id, () => {
        const procedure = findProcedure(database, id);
        const step = procedure === undefined ? null : this.performedStep(procedure);
        if (procedure !== undefined && step !== null) {
          const at = procedure.completedAt ?? procedure.releasedAt ?? procedure.begunAt;
          database.transaction(() => outbox.stepEnded(step, { at, discontinued: procedure.discontinued }));
          hasEnded = true;
        }
        this.#unended.delete(id);
      });
    }
    if (hasEnded) outbox.wake();
  }

  #composeFailed(capture: Capture, key: string, error: unknown): void {
    const { database, log, news, outbox } = this.#options;
    const lasting =
      error instanceof CannotCompose ||
      error instanceof DicomError ||
      (error instanceof EncodingError && error.code !== "disk");
    const message = lasting
      ? error.message
      : "This box could not write the DICOM file. Check the free space; it is tried again by itself.";
    log.error({ capture: capture.id, rendition: key, error: String(error) }, "cannot compose an instance");
    // What passes is tried again here; what lasts holds what waited for it.
    if (lasting) database.transaction(() => outbox.renditionFailed(capture.id, key, message));
    else {
      database
        .prepare("UPDATE rendition SET failure = ? WHERE capture_id = ? AND key = ?")
        .run(`${passing}${message}`, capture.id, key);
    }
    news.tell({ topic: "capture", id: capture.id });
  }

  #forgetPassingFailures(making: Making): void {
    this.#options.database
      .prepare(
        `UPDATE rendition AS r SET failure = NULL WHERE state = 'wanted' AND failure LIKE ?
         AND EXISTS (SELECT 1 FROM capture c WHERE c.id = r.capture_id AND ${made[making]})`,
      )
      .run(`${passing}%`);
  }

  #forgetFailures(procedureId: string): void {
    this.#options.database
      .prepare("UPDATE rendition SET failure = NULL WHERE state = 'wanted' AND procedure_id = ?")
      .run(procedureId);
  }
}

/** Marks, in the row, a failure that may pass by itself. */
const passing = "(tried again) ";

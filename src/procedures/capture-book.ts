import { basename } from "node:path";
import { recordAudit } from "../audit/audit.ts";
import { CaptureError, discardPart, type FinishedClip, type KeptStill, type StartedClip } from "../capture/capture.ts";
import { ProcedureError } from "./errors.ts";
import { type CapturesOptions, joined, type Press } from "./press.ts";
import type { Capture, ClipFacts } from "./procedure.ts";
import { findCapture, insertCapture } from "./rows.ts";

export interface NewCapture {
  readonly id: string;
  readonly number: number;
  readonly pressedAt: number;
  /** Relative to the storage directory. */
  readonly file: string;
}

/** What is said of a clip besides what recording it reports. */
export interface SavedAside {
  readonly notice: string | null;
  /** A start found it growing on the disk: at most so much after its last picture was lost. */
  readonly rescuedMissingMs?: number;
}

/** What a clip's notice says instead of something that it said before. */
export interface Reworded {
  /** null: besides what it said. */
  readonly before: string | null;
  readonly after: string;
  /** What the audit calls it; else that somebody stopped the recording in a gap. */
  readonly action?: string;
}

/** Writes down what becomes of captures: each step with its audit, then told to the screens. */
export class CaptureBook {
  readonly #options: CapturesOptions;

  constructor(options: CapturesOptions) {
    this.#options = options;
  }

  /** A still that is on the disk. */
  addStill(press: Press, { id, number, pressedAt, file }: NewCapture, kept: KeptStill): Capture {
    const { database, clock } = this.#options;
    const savedAt = clock();
    const { epoch, seq, frameExact, frameDistance, sizeBytes, sha256 } = kept;
    const { encoding, width, height, subsampling, sourceWasLossy, lossyBefore, frameAtMs } = kept;
    database.transaction(() => {
      insertCapture(
        database,
        {
          ...ofPress(press),
          ...{ id, number, pressedAt, file, savedAt, sizeBytes, sha256, epoch, seq, frameExact, frameDistance },
          ...{ kind: "still", state: "saved", notice: joined(press.notice, kept.notice) },
          facts: {
            ...{ kind: "still", encoding, width, height, subsampling, sourceWasLossy, frameAtMs },
            ...(lossyBefore && { lossyBefore }),
          },
        },
        press.key,
      );
      const procedureId = press.procedure.id;
      const detail = { kind: "still", procedureId, number, pressedAt, sizeBytes, sha256 };
      this.#audit(id, savedAt, press.actor, "capture-saved", detail);
    });
    return this.told(id);
  }

  /** Before a clip's first byte: whatever reaches the disk from then on is known to belong to this procedure. */
  addClip(press: Press, { id, number, pressedAt, file }: NewCapture): Capture {
    const { database } = this.#options;
    const { frame, lookBackMs, key, actor } = press;
    return database.transaction(() => {
      insertCapture(
        database,
        {
          ...ofPress(press),
          ...{ id, number, pressedAt, file, kind: "clip", state: "recording", frameExact: true },
          ...{ epoch: frame?.epoch ?? null, seq: frame?.seq ?? null, notice: press.notice ?? null },
          ...{ savedAt: null, sizeBytes: null, sha256: null, facts: null },
        },
        key,
      );
      this.#audit(id, pressedAt, actor, "recording-started", {
        number,
        ...(lookBackMs !== undefined && { lookBackMs }),
      });
      return this.#find(id);
    });
  }

  /** The frame that its press meant, which a rescue tells the clip's first picture by. */
  clipBegan(id: string, { epoch, pressedSeq }: StartedClip): void {
    const { database } = this.#options;
    database.prepare("UPDATE capture SET epoch = ?, seq = ? WHERE id = ?").run(epoch, pressedSeq, id);
  }

  /** A clip whose finished file is on the disk. One that is not being recorded any more stays as it is. */
  saveClip(id: string, clip: FinishedClip, actor: string, aside: SavedAside): Capture {
    const { database, clock, log } = this.#options;
    const before = this.#find(id);
    if (before.state !== "recording") return before;
    const savedAt = clock();
    const facts = clipFacts(before, clip);
    const notice = joined(before.notice, clip.notice, aside.notice);
    const { frames, sizeBytes, sha256, lostFrames } = clip;
    const missingMs = aside.rescuedMissingMs ?? null;
    database.transaction(() => {
      database
        .prepare(
          `UPDATE capture SET state = 'saved', saved_at = ?, size_bytes = ?, sha256 = ?, facts = ?, notice = ?,
             lost_frames = ?, rescued_missing_ms = ? WHERE id = ?`,
        )
        .run(savedAt, sizeBytes, sha256, JSON.stringify(facts), notice, lostFrames, missingMs, id);
      const { procedureId, number, pressedAt } = before;
      const detail = { kind: "clip", procedureId, number, pressedAt, frames, sizeBytes, sha256, notice: clip.notice };
      this.#audit(id, savedAt, actor, "capture-saved", { ...detail, ...(lostFrames ? { lostFrames } : {}) });
    });
    // Only now is the growing file not the only copy any more.
    void discardPart(`${clip.file}.part`).catch((error: unknown) =>
      log.warn(
        { file: basename(clip.file), error: String(error) },
        "cannot remove the growing file of a finished clip",
      ),
    );
    return this.told(id);
  }

  /** A clip that failed is being saved after all: its growing file was still there. */
  reopenClip(id: string): void {
    const { database } = this.#options;
    database.prepare("UPDATE capture SET state = 'recording' WHERE id = ? AND state = 'failed'").run(id);
  }

  failClip(id: string, error: unknown): void {
    const { database, clock } = this.#options;
    const message = error instanceof CaptureError ? error.message : "The clip could not be saved.";
    const at = clock();
    database.transaction(() => {
      const changed = database
        .prepare("UPDATE capture SET state = 'failed', notice = ? WHERE id = ? AND state = 'recording'")
        .run(message, id);
      if (changed.changes > 0) this.#audit(id, at, "scopeline", "capture-failed", { message });
    });
    this.#options.news.tell({ topic: "capture", id });
  }

  /** Says something else of a clip than was said before: somebody stopped what would have gone on by itself. */
  reword(id: string, actor: string, { before, after, action = "recording-stopped-in-gap" }: Reworded): void {
    const { database, clock, news } = this.#options;
    database.transaction(() => {
      const changed = database
        .prepare(
          `UPDATE capture SET notice = CASE WHEN ?1 IS NULL THEN concat_ws(' ', notice, ?2) ELSE replace(notice, ?1, ?2) END
           WHERE id = ?3 AND (?1 IS NULL OR instr(notice, ?1) > 0)`,
        )
        .run(before, after, id);
      if (changed.changes > 0) this.#audit(id, clock(), actor, action, { notice: after });
    });
    news.tell({ topic: "capture", id });
  }

  /** Marks a capture as deleted. Its file goes after some days (`housekeeping`), so that a slip can be mended by hand. */
  delete(capture: Capture, reason: string, actor: string): Capture {
    const { database, clock } = this.#options;
    if (capture.state === "recording")
      throw new ProcedureError("still-recording", "Stop the recording first, then delete it.");
    if (capture.state === "deleted") return capture;
    const at = clock();
    database.transaction(() => {
      database
        .prepare("UPDATE capture SET state = 'deleted', deleted_at = ?, delete_reason = ? WHERE id = ?")
        .run(at, reason, capture.id);
      this.#audit(capture.id, at, actor, "capture-deleted", { reason });
    });
    return this.told(capture.id);
  }

  /** Tells the screens, and gives the capture as it is now. */
  told(id: string): Capture {
    this.#options.news.tell({ topic: "capture", id });
    return this.#find(id);
  }

  #find(id: string): Capture {
    const capture = findCapture(this.#options.database, id);
    if (capture === undefined) throw new ProcedureError("unknown-capture", "There is no such capture on this box.");
    return capture;
  }

  #audit(id: string, at: number, actor: string, action: string, detail: Record<string, unknown>): void {
    recordAudit(this.#options.database, { at, actor, action, subjectKind: "capture", subjectId: id, detail });
  }
}

function ofPress({ procedure, source: { source, profileId } }: Press) {
  return { procedureId: procedure.id, source: source.id, profileId };
}

/** A clip that was rescued does not know when it began: the frame of its press does, to within the way to the screen. */
function clipFacts(row: Capture, clip: FinishedClip): ClipFacts {
  const { width, height, frames, durationMs, fpsNum, fpsDen, firstSeq, video } = clip;
  const pressedSeq = clip.pressedSeq ?? row.seq ?? firstSeq;
  const beginsBeforeMs = Math.round((Math.max(0, pressedSeq - firstSeq) * 1000 * fpsDen) / fpsNum);
  const startedAtMs = Math.round(clip.startedAtMs ?? row.pressedAt - beginsBeforeMs);
  return {
    ...{
      kind: "clip",
      width,
      height,
      frames,
      durationMs,
      fpsNum,
      fpsDen,
      startedAtMs,
      beginsBeforeMs,
      firstSeq,
      video,
    },
  };
}

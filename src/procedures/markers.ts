import { randomUUID } from "node:crypto";
import { recordAudit } from "../audit/audit.ts";
import type { FrameRef } from "../capture/capture.ts";
import type { Clock } from "../lib/clock.ts";
import type { NewsFeed } from "../lib/news.ts";
import type { Database } from "../store/store.ts";
import type { Captures } from "./captures.ts";
import { ProcedureError } from "./errors.ts";
import type { Outcomes } from "./outcomes.ts";
import type { Capture, Marker } from "./procedure.ts";
import { findCapture } from "./rows.ts";

export interface MarkersOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly news: NewsFeed;
  readonly captures: Captures;
  readonly outcomes: Outcomes;
}

/** What a finger or a pedal brings: the frame on the screen (absent: the one painted last, else the newest) and a word. */
export interface MarkerRequest {
  readonly frame?: FrameRef & { readonly source: string };
  readonly label?: string;
}

const mostOfAClip = 500;

/** Moments of a clip that are marked while it is recorded. */
export class Markers {
  readonly #options: MarkersOptions;

  constructor(options: MarkersOptions) {
    this.#options = options;
  }

  /** Marks the frame. Throws ProcedureError "not-recording", "outside-clip", "bad-request" beyond 500 of a clip. */
  set(clipId: string, request: MarkerRequest, actor: string): Capture {
    return this.#options.outcomes.now({ kind: "marked", actor }, () => this.#set(clipId, request, actor));
  }

  #set(clipId: string, { frame, label = "" }: MarkerRequest, actor: string): Capture {
    const { captures, database, clock } = this.#options;
    const clip = this.#capture(clipId);
    const recording = captures.recordingOf(clipId);
    if (clip.state !== "recording" || recording === undefined) {
      throw new ProcedureError("not-recording", "This clip is not being recorded: only a running clip can be marked.");
    }
    const { source, began } = recording;
    const newest = source.newestFrame();
    const at = frame ?? source.lastPainted() ?? newest;
    const isOther = frame !== undefined && frame.source !== clip.source;
    const isAhead = newest !== null && newest.epoch === at?.epoch && at.seq > newest.seq;
    if (at === null || isOther || isAhead || at.epoch !== began.epoch || at.seq < began.seq) {
      throw new ProcedureError("outside-clip", "That picture is not in this clip. Mark again.");
    }
    if (clip.markers.length >= mostOfAClip) {
      throw new ProcedureError("bad-request", `This clip has ${mostOfAClip} markers: it takes no more.`);
    }
    const marker = { id: randomUUID(), seq: at.seq, label, at: clock() };
    database.transaction(() => {
      database
        .prepare("INSERT INTO marker (id, capture_id, seq, label, actor, created_at) VALUES (?, ?, ?, ?, ?, ?)")
        .run(marker.id, clipId, marker.seq, label, actor, marker.at);
      this.#audit(clipId, marker.at, actor, "marker-set", { marker: marker.id, frame: at.seq - began.seq });
    });
    return this.#told(clipId);
  }

  /** Takes it away again. One that is not there any more was asked twice, and that is no fault. */
  remove(clipId: string, markerId: string, actor: string): Capture {
    const { database, clock } = this.#options;
    const marker = this.#capture(clipId).markers.find(({ id }) => id === markerId);
    if (marker === undefined) return this.#capture(clipId);
    database.transaction(() => {
      database.prepare("DELETE FROM marker WHERE id = ?").run(markerId);
      this.#audit(clipId, clock(), actor, "marker-removed", { marker: markerId });
    });
    return this.#told(clipId);
  }

  #audit(clipId: string, at: number, actor: string, action: string, detail: Record<string, unknown>): void {
    recordAudit(this.#options.database, { at, actor, action, subjectKind: "capture", subjectId: clipId, detail });
  }

  #told(clipId: string): Capture {
    this.#options.news.tell({ topic: "capture", id: clipId });
    return this.#capture(clipId);
  }

  #capture(id: string): Capture {
    const capture = findCapture(this.#options.database, id);
    if (capture === undefined) throw new ProcedureError("unknown-capture", "There is no such capture on this box.");
    return capture;
  }
}

/**
 * Gives a capture that was cut out of a clip the clip's own markers: the same frames of the source, words, persons and
 * times. In the caller's transaction.
 */
export function carryMarkers(database: Database, markers: readonly Marker[], to: string): void {
  const carry = database.prepare(
    `INSERT INTO marker (id, capture_id, seq, label, actor, created_at)
     SELECT ?, ?, seq, label, actor, created_at FROM marker WHERE id = ?`,
  );
  for (const { id } of markers) carry.run(randomUUID(), to, id);
}

/** When a marker plays in its clip, ms from the begin; null while that is not known (it is still being recorded). */
export function markerOffsetMs({ facts }: Capture, seq: number): number | null {
  if (facts?.kind !== "clip" || facts.firstSeq === undefined) return null;
  return Math.round(((seq - facts.firstSeq) * 1000 * facts.fpsDen) / facts.fpsNum);
}

import { randomUUID } from "node:crypto";
import { access, mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { recordAudit } from "../audit/audit.ts";
import { CaptureError } from "../capture/capture.ts";
import { cutClip, EncodingError, frameOfClip, playingSeconds } from "../encoding/encoding.ts";
import type { Clock } from "../lib/clock.ts";
import { renameDurable } from "../lib/durable-file.ts";
import { hashFile } from "../lib/file-jobs.ts";
import type { NewsFeed } from "../lib/news.ts";
import type { Database } from "../store/store.ts";
import type { Captures } from "./captures.ts";
import { clockOf, cutNotice, lostWords } from "./clip-notices.ts";
import { factsOfCut, markersOfCut } from "./cut-facts.ts";
import { ProcedureError } from "./errors.ts";
import { carryMarkers } from "./markers.ts";
import type { Capture, CaptureDerivation, ClipFacts, Marker, Procedure, StillFacts } from "./procedure.ts";
import { clipTransferSyntax } from "./release-plan.ts";
import { findCapture, findProcedure, insertCapture } from "./rows.ts";

export interface ClipToolsOptions {
  readonly database: Database;
  readonly storageDirectory: string;
  readonly ffmpegPath: string;
  readonly clock: Clock;
  readonly news: NewsFeed;
  readonly freeBytes: () => Promise<number>;
  readonly minimumFreeBytes: number;
  readonly captures: Captures;
  /** A capture of a procedure that may be released already became saved. */
  readonly savedLate: (procedureId: string) => void;
}

/** Who asks, and the key under which the same request told twice is one capture. */
export interface Asked {
  readonly actor: string;
  readonly key?: string;
}

/** A moment of a clip: of its playing time, or a frame of it from 0. */
export type MomentOfClip = { readonly atMs: number } | { readonly frame: number };

interface Made {
  readonly file: string;
  readonly sizeBytes: number;
  readonly facts: StillFacts | ClipFacts;
  readonly derivation: CaptureDerivation;
  readonly notice: string;
  /** Of the clip, which it has as well. */
  readonly markers: readonly Marker[];
}

interface Making {
  readonly clip: Capture;
  readonly facts: ClipFacts;
  readonly media: string;
  /** In a folder that is emptied at each start. */
  readonly to: string;
}

/** They share two cores with what is being recorded. */
const mostAtOnce = 2;

/**
 * Makes new captures of a finished clip, which itself stays as it is: a stretch of it, or one of its pictures. Both are
 * captures like any other: on the disk, then in the database, then saved; sent with their procedure, or after it.
 * Nothing is ever joined.
 */
export class ClipTools {
  readonly #options: ClipToolsOptions;
  readonly #stop = new AbortController();
  #running = 0;

  constructor(options: ClipToolsOptions) {
    this.#options = options;
  }

  /** Ends what is being made; nothing of it is kept. */
  stop(): void {
    this.#stop.abort(new CaptureError("stopped", "The box was stopped before this was done. Nothing of it was kept."));
  }

  /**
   * Cuts from the key frame at or before `fromMs` to the one at or after `toMs`, without re-encoding. Throws
   * ProcedureError "not-a-clip", "still-recording", "file-removed", "outside-clip"; CaptureError "busy", "disk", "encoder".
   */
  cut(clipId: string, { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }, asked: Asked) {
    return this.#make(clipId, "clip", asked, (facts, playsMs) => {
      if (fromMs >= toMs) throw outside("The end of the cut has to be behind its begin. Choose again.");
      if (fromMs >= playsMs) throw beyond(playsMs);
      return async ({ clip, media, to }): Promise<Made> => {
        const { ffmpegPath } = this.#options;
        const seconds = { fromSeconds: fromMs / 1000, toSeconds: toMs / 1000 };
        const cut = await cutClip({ media, facts, ...seconds, to, ffmpegPath, signal: this.#stop.signal });
        const [startMs, endMs] = [cut.startsAtSeconds * 1000, cut.endsAtSeconds * 1000];
        const told = cutNotice(clip.number, { fromMs, toMs: Math.min(toMs, playsMs) }, { startMs, endMs });
        return {
          file: to,
          sizeBytes: cut.sizeBytes,
          facts: factsOfCut(facts, cut),
          derivation: { kind: "cut", firstFrame: cut.range.from, lastFrame: cut.range.to - 1 },
          notice: [told, lostWords(clip)].filter(Boolean).join(" "),
          markers: markersOfCut(clip.markers, facts, cut),
        };
      };
    });
  }

  /** Takes exactly that picture out of the clip. Throws as `cut`. */
  still(clipId: string, at: MomentOfClip, asked: Asked) {
    return this.#make(clipId, "still", asked, (facts, playsMs) => {
      if ("frame" in at ? at.frame >= facts.frames : at.atMs > playsMs) throw beyond(playsMs);
      const moment = "frame" in at ? at : { seconds: at.atMs / 1000 };
      return async ({ clip, media, to }): Promise<Made> => {
        const chosen = clipTransferSyntax(facts);
        const transferSyntaxUid = "uid" in chosen ? chosen.uid : "";
        const taken = await frameOfClip({
          ...{ media, facts: { ...facts, transferSyntaxUid }, at: moment, to },
          ...{ ffmpegPath: this.#options.ffmpegPath, signal: this.#stop.signal },
        });
        return {
          file: to,
          sizeBytes: taken.sizeBytes,
          facts: {
            ...{ kind: "still", width: facts.width, height: facts.height, subsampling: "4:2:2" },
            ...{ sourceWasLossy: true, lossyBefore: taken.lossyBefore },
            frameAtMs: Math.round(facts.startedAtMs + taken.seconds * 1000),
          },
          derivation: { kind: "frame", frame: taken.frame },
          notice: `From clip ${clip.number}, ${clockOf(taken.seconds * 1000)}`,
          markers: [],
        };
      };
    });
  }

  async #make(
    clipId: string,
    kind: Capture["kind"],
    { actor, key }: Asked,
    plan: (facts: ClipFacts, playsMs: number) => (making: Making) => Promise<Made>,
  ): Promise<Capture> {
    const { captures, database, storageDirectory, freeBytes, minimumFreeBytes } = this.#options;
    const free = await freeBytes();
    const playing = await this.#playingMs(clipId);
    // From here to `adding` nothing is waited for: the same key asked twice at once is one capture.
    const known = captures.known(key, kind);
    if (known !== undefined) return ofClip(await known, clipId);
    const { clip, facts, procedure } = this.#finished(clipId);
    const make = plan(facts, playing ?? facts.durationMs);
    if (this.#stop.signal.aborted) throw new CaptureError("stopped", "The box is being stopped.");
    if (this.#running >= mostAtOnce) {
      throw new CaptureError("busy", "Other clips are being worked on. Try again in a moment.");
    }
    if (free < minimumFreeBytes + (kind === "clip" ? (clip.sizeBytes ?? 0) : 0)) {
      throw new CaptureError("disk", "There is no room for this on the box's disk. Call your technician to make room.");
    }
    this.#running += 1;
    try {
      const saved = await captures.adding(procedure, key, async (number) => {
        const id = randomUUID();
        const media = join(storageDirectory, clip.file);
        await access(media).catch((error: unknown) => {
          throw new CaptureError(
            "encoder",
            "This clip's file is missing on this box's disk. Call your technician: `scopeline check` says more.",
            error,
          );
        });
        const folder = join(storageDirectory, "work", `tool-${id}`);
        await mkdir(folder, { recursive: true, mode: 0o700 });
        try {
          const to = join(folder, kind === "clip" ? "cut.mp4" : "still.jpg");
          const made = await make({ clip, facts, media, to });
          return await this.#save(made, { id, number, clip, kind, actor, key });
        } catch (error) {
          throw asCaptureError(error);
        } finally {
          await rm(folder, { recursive: true, force: true });
        }
      });
      this.#options.savedLate(procedure.id);
      return findCapture(database, saved.id) ?? saved;
    } finally {
      this.#running -= 1;
    }
  }

  /** How long a clip plays, the gaps in it included, which its count of frames does not have; null: nobody knows. */
  async #playingMs(clipId: string): Promise<number | null> {
    const clip = findCapture(this.#options.database, clipId);
    if (clip?.state !== "saved" || clip.facts?.kind !== "clip") return null;
    // A file that cannot be read is told of where it is worked on.
    const seconds = await playingSeconds(join(this.#options.storageDirectory, clip.file), clip.facts).catch(() => null);
    return seconds === null ? null : Math.round(seconds * 1000);
  }

  #finished(clipId: string): { clip: Capture; facts: ClipFacts; procedure: Procedure } {
    const { database } = this.#options;
    const clip = findCapture(database, clipId);
    const procedure = clip && findProcedure(database, clip.procedureId);
    if (clip === undefined || procedure === undefined) {
      throw new ProcedureError("unknown-capture", "There is no such capture on this box.");
    }
    if (clip.kind !== "clip") throw new ProcedureError("not-a-clip", "This is a still. Choose a clip.");
    if (clip.state === "recording") {
      throw new ProcedureError("still-recording", "This clip is still being recorded. Stop it first.");
    }
    if (clip.state !== "saved" || clip.facts?.kind !== "clip") {
      const why = clip.state === "deleted" ? "This clip was deleted" : "This clip could not be saved";
      throw new ProcedureError("not-a-clip", `${why}: nothing can be made of it. Choose another.`);
    }
    if (clip.fileRemovedAt !== null) {
      throw new ProcedureError(
        "file-removed",
        "This clip is safe in the archive and was removed from this box: nothing can be made of it here any more.",
      );
    }
    return { clip, facts: clip.facts, procedure };
  }

  /** The file first, then the row and its audit: as every capture. */
  async #save(
    { file: from, sizeBytes, facts, derivation, notice, markers }: Made,
    of: {
      readonly id: string;
      readonly number: number;
      readonly clip: Capture;
      readonly kind: Capture["kind"];
      readonly actor: string;
      readonly key: string | undefined;
    },
  ): Promise<Capture> {
    const { database, storageDirectory, clock, news } = this.#options;
    const { id, number, clip, kind, actor, key } = of;
    const sha256 = await hashFile(from, (await stat(from)).size);
    const file = join("media", `${id}.${kind === "clip" ? "mp4" : "jpg"}`);
    await renameDurable(from, join(storageDirectory, file));
    const at = clock();
    const { procedureId, source, profileId } = clip;
    database.transaction(() => {
      insertCapture(
        database,
        {
          ...{ id, procedureId, number, kind, state: "saved", source, profileId, epoch: null, seq: null },
          ...{ frameExact: true, notice, pressedAt: at, savedAt: at, file, sizeBytes, sha256, facts },
          ...{ derivedFrom: clip.id, derivation },
        },
        key,
      );
      carryMarkers(database, markers, id);
      const tell = (action: string, subjectId: string, detail: Record<string, unknown>): void =>
        recordAudit(database, { at, actor, action, subjectKind: "capture", subjectId, detail });
      tell("capture-saved", id, {
        ...{ kind, procedureId, number, pressedAt: at, sizeBytes, sha256, notice },
        ...{ derivedFrom: clip.id, derivation, ...(facts.kind === "clip" && { frames: facts.frames }) },
        ...(markers.length > 0 && { markers: markers.length }),
      });
      tell(kind === "clip" ? "capture-cut" : "still-of-clip", clip.id, { captureId: id, number, derivation });
    });
    news.tell({ topic: "capture", id });
    const saved = findCapture(database, id);
    if (saved === undefined) throw new ProcedureError("unknown-capture", "There is no such capture on this box.");
    return saved;
  }
}

const outside = (message: string): ProcedureError => new ProcedureError("outside-clip", message);

function beyond(playsMs: number): ProcedureError {
  return outside(`The clip is only ${clockOf(playsMs)} long. Choose a moment within it.`);
}

function asCaptureError(error: unknown): unknown {
  if (error instanceof EncodingError) {
    return new CaptureError(error.code === "disk" ? "disk" : "encoder", error.message, error);
  }
  if (error instanceof Error && "code" in error && /^(ENOSPC|EDQUOT|EIO|EROFS)$/.test(String(error.code))) {
    return new CaptureError("disk", "The disk did not take it: nothing was made. Call your technician.", error);
  }
  return error;
}

function ofClip(made: Capture, clipId: string): Capture {
  if (made.derivedFrom === clipId) return made;
  throw new ProcedureError("bad-request", "This key was used for something else. Ask again with a key of its own.");
}

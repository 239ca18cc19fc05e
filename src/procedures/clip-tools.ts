import { randomUUID } from "node:crypto";
import { access, mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { recordAudit } from "../audit/audit.ts";
import { CaptureError } from "../capture/capture.ts";
import { cutClip, EncodingError, frameOfClip } from "../encoding/encoding.ts";
import type { Clock } from "../lib/clock.ts";
import { renameDurable } from "../lib/durable-file.ts";
import { hashFile } from "../lib/file-jobs.ts";
import type { NewsFeed } from "../lib/news.ts";
import type { Database } from "../store/store.ts";
import type { Captures } from "./captures.ts";
import { ProcedureError } from "./errors.ts";
import type { Capture, CaptureDerivation, ClipFacts, Procedure, StillFacts } from "./procedure.ts";
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
    return this.#make(clipId, "clip", asked, (facts) => {
      if (fromMs >= toMs) throw outside("The end of the cut has to be behind its begin. Choose again.");
      if (fromMs >= facts.durationMs) throw beyond(facts);
      return async ({ clip, media, to }): Promise<Made> => {
        const { ffmpegPath } = this.#options;
        const seconds = { fromSeconds: fromMs / 1000, toSeconds: toMs / 1000 };
        const cut = await cutClip({ media, facts, ...seconds, to, ffmpegPath, signal: this.#stop.signal });
        const frames = cut.range.to - cut.range.from;
        const [startMs, endMs] = [cut.startsAtSeconds * 1000, cut.endsAtSeconds * 1000];
        const told = cutNotice(clip.number, { fromMs, toMs: Math.min(toMs, facts.durationMs) }, { startMs, endMs });
        // Said of the press that began the clip, not of this one.
        const { beginsBeforeMs: _ofThePress, ...lasting } = facts;
        return {
          file: to,
          sizeBytes: cut.sizeBytes,
          facts: {
            ...lasting,
            frames,
            durationMs: Math.round((frames * 1000 * facts.fpsDen) / facts.fpsNum),
            startedAtMs: Math.round(facts.startedAtMs + startMs),
            ...(facts.firstSeq !== undefined && { firstSeq: facts.firstSeq + cut.range.from }),
          },
          derivation: { kind: "cut", firstFrame: cut.range.from, lastFrame: cut.range.to - 1 },
          notice: [told, lostWords(clip)].filter(Boolean).join(" "),
        };
      };
    });
  }

  /** Takes exactly that picture out of the clip. Throws as `cut`. */
  still(clipId: string, at: MomentOfClip, asked: Asked) {
    return this.#make(clipId, "still", asked, (facts) => {
      if ("frame" in at ? at.frame >= facts.frames : at.atMs > facts.durationMs) throw beyond(facts);
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
        };
      };
    });
  }

  async #make(
    clipId: string,
    kind: Capture["kind"],
    { actor, key }: Asked,
    plan: (facts: ClipFacts) => (making: Making) => Promise<Made>,
  ): Promise<Capture> {
    const { captures, database, storageDirectory, freeBytes, minimumFreeBytes } = this.#options;
    const free = await freeBytes();
    // From here to `adding` nothing is waited for: the same key asked twice at once is one capture.
    const known = captures.known(key, kind);
    if (known !== undefined) return ofClip(await known, clipId);
    const { clip, facts, procedure } = this.#finished(clipId);
    const make = plan(facts);
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
    { file: from, sizeBytes, facts, derivation, notice }: Made,
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
      const tell = (action: string, subjectId: string, detail: Record<string, unknown>): void =>
        recordAudit(database, { at, actor, action, subjectKind: "capture", subjectId, detail });
      tell("capture-saved", id, {
        ...{ kind, procedureId, number, pressedAt: at, sizeBytes, sha256, notice },
        ...{ derivedFrom: clip.id, derivation, ...(facts.kind === "clip" && { frames: facts.frames }) },
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

function beyond({ durationMs }: ClipFacts): ProcedureError {
  return outside(`The clip is only ${clockOf(durationMs)} long. Choose a moment within it.`);
}

/** `0:12`, `1:02:05`: as the player shows it. */
function clockOf(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = String(seconds % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** Where in a clip its losses are is not kept: what is cut out of it may have some of them, or none. */
export function lostWords({ number, lostFrames }: Pick<Capture, "number" | "lostFrames">): string {
  if (!lostFrames) return "";
  return `In clip ${number}, ${lostFrames === 1 ? "1 frame" : `${lostFrames} frames`} of the source ${lostFrames === 1 ? "is" : "are"} missing; maybe here.`;
}

/** Below this nobody sees the difference; a tenth of a second is what is said. */
const worthSayingMs = 50;

/** What was cut, and how much more than was asked for it is. */
export function cutNotice(
  clipNumber: number,
  asked: { readonly fromMs: number; readonly toMs: number },
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): string {
  const cut = `Cut from clip ${clipNumber}, ${clockOf(asked.fromMs)} to ${clockOf(asked.toMs)}`;
  const early = asked.fromMs - startMs;
  const late = endMs - asked.toMs;
  const more = [
    early >= worthSayingMs ? `begins ${(early / 1000).toFixed(1)} s earlier` : "",
    late >= worthSayingMs ? `ends ${(late / 1000).toFixed(1)} s later` : "",
  ].filter(Boolean);
  return more.length === 0 ? `${cut}.` : `${cut}; at key frames, so it ${more.join(" and ")}.`;
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

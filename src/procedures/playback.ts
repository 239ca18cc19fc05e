import { readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { CaptureError } from "../capture/capture.ts";
import { makePlaybackCopy } from "../encoding/encoding.ts";
import { monotonicMs } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Database } from "../store/store.ts";
import { ProcedureError } from "./errors.ts";
import type { Capture, ClipFacts } from "./procedure.ts";
import { findCapture } from "./rows.ts";

export interface PlaybackOptions {
  readonly database: Database;
  readonly storageDirectory: string;
  readonly ffmpegPath: string;
  readonly freeBytes: () => Promise<number>;
  readonly minimumFreeBytes: number;
  readonly log: Log;
  /** Makes one copy; for tests without ffmpeg. */
  readonly make?: typeof makePlaybackCopy;
  /** A screen asks again every second or two; nobody waits for what was not asked for in so long. Default: 30 s. */
  readonly forgottenAfterMs?: number;
}

/** How far the copy of a clip is that any screen plays; `original`: the clip itself is one. */
export interface PlaybackState {
  readonly state: "original" | "ready" | "making" | "waiting" | "failed";
  /** Why there is none, for the person at the screen. */
  readonly message: string | null;
}

/** All copies together; the one that was looked at longest ago goes first. */
const mostBytes = 2_000_000_000;
const mostWaiting = 5;
const forgottenAfterMs = 30_000;

interface Wanted {
  readonly capture: Capture;
  readonly facts: ClipFacts;
  askedAt: number;
}

/**
 * Copies of HEVC clips to look at, for screens that do not play HEVC: made when one is asked for, one at a time, behind all
 * that is live, kept among the files that may be thrown away at any time, and gone with their clip.
 */
export class PlaybackCopies {
  readonly #options: PlaybackOptions;
  readonly #forgottenAfterMs: number;
  readonly #wanted = new Map<string, Wanted>();
  readonly #failures = new Map<string, string>();
  #current: { readonly id: string; readonly abort: AbortController } | null = null;
  #working: Promise<void> | null = null;
  #isStopped = false;

  constructor(options: PlaybackOptions) {
    this.#options = options;
    this.#forgottenAfterMs = options.forgottenAfterMs ?? forgottenAfterMs;
  }

  /** Asks for a copy and says how far it is. Throws ProcedureError "not-a-clip", "unknown-capture", "file-removed". */
  async ask(id: string): Promise<PlaybackState> {
    const { capture, facts } = this.#clip(id);
    if (facts.video.codec === "h264") return { state: "original", message: null };
    if (await isThere(this.#fileOf(id))) return { state: "ready", message: null };
    const failure = this.#failures.get(id);
    // Said once: whoever asks again wants it tried again.
    if (failure !== undefined && this.#failures.delete(id)) return { state: "failed", message: failure };
    const known = this.#wanted.get(id);
    if (known !== undefined) known.askedAt = monotonicMs();
    else if (this.#isStopped || this.#wanted.size > mostWaiting) {
      return { state: "failed", message: "Too many clips are being made ready at once. Try again in a moment." };
    } else this.#wanted.set(id, { capture, facts, askedAt: monotonicMs() });
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
    });
    return { state: this.#current?.id === id ? "making" : "waiting", message: null };
  }

  /** The file that plays: a copy, or the clip itself. Throws as `ask`, and CaptureError "busy" where it is not ready. */
  async file(id: string): Promise<string> {
    const { capture, facts } = this.#clip(id);
    if (facts.video.codec === "h264") return join(this.#options.storageDirectory, capture.file);
    const file = this.#fileOf(id);
    if (!(await isThere(file)))
      throw new CaptureError("busy", "This clip is not ready to be played yet. Wait a moment.");
    const now = new Date();
    await utimes(file, now, now).catch(() => {});
    return file;
  }

  /** Ends what is being made; nothing of it is kept. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#current?.abort.abort(new Error("the box was stopped"));
    await this.#working;
  }

  async #work(): Promise<void> {
    const watch = setInterval(() => this.#forget(), this.#forgottenAfterMs / 10);
    try {
      for (;;) {
        this.#forget();
        const [next] = this.#wanted.values();
        if (next === undefined || this.#isStopped) return;
        await this.#makeOne(next);
        this.#wanted.delete(next.capture.id);
      }
    } finally {
      clearInterval(watch);
      this.#wanted.clear();
    }
  }

  /** What no screen asks for any more is not made, and not made to its end. */
  #forget(): void {
    for (const [id, { askedAt }] of this.#wanted) {
      if (monotonicMs() - askedAt < this.#forgottenAfterMs) continue;
      if (this.#current?.id === id) this.#current.abort.abort(new Error("nobody waits for it any more"));
      else this.#wanted.delete(id);
    }
  }

  async #makeOne({ capture, facts }: Wanted): Promise<void> {
    const { storageDirectory, ffmpegPath, freeBytes, minimumFreeBytes, log } = this.#options;
    const make = this.#options.make ?? makePlaybackCopy;
    const file = this.#fileOf(capture.id);
    const abort = new AbortController();
    this.#current = { id: capture.id, abort };
    try {
      if ((await freeBytes()) < minimumFreeBytes + (capture.sizeBytes ?? 0)) {
        throw new CaptureError("disk", "The disk has no room for a copy of this clip that this screen can play.");
      }
      const media = join(storageDirectory, capture.file);
      await make({ media, facts, to: `${file}.part`, ffmpegPath, signal: abort.signal });
      await rename(`${file}.part`, file);
      await this.#dropOld(file);
      // The clip may have gone meanwhile: its copy goes with it.
      const now = findCapture(this.#options.database, capture.id);
      if (now?.state !== "saved" || now.fileRemovedAt !== null) await rm(file, { force: true });
    } catch (error) {
      await rm(`${file}.part`, { force: true });
      if (abort.signal.aborted) return;
      log.warn({ capture: capture.id, error: String(error) }, "no copy of a clip to play");
      const told =
        error instanceof CaptureError ? error.message : "This clip could not be made ready to be played here.";
      this.#failures.set(capture.id, told);
    } finally {
      this.#current = null;
    }
  }

  async #dropOld(newest: string): Promise<void> {
    const folder = join(this.#options.storageDirectory, "thumbnails");
    const names = (await readdir(folder)).filter((name) => name.endsWith(".mp4"));
    const copies: { file: string; size: number; mtimeMs: number }[] = [];
    for (const name of names) {
      const file = join(folder, name);
      const found = await stat(file).catch(() => null);
      if (found !== null) copies.push({ file, size: found.size, mtimeMs: found.mtimeMs });
    }
    let total = 0;
    for (const { file, size } of copies.toSorted((a, b) => b.mtimeMs - a.mtimeMs)) {
      total += size;
      if (total > mostBytes && file !== newest) await rm(file, { force: true });
    }
  }

  #clip(id: string): { readonly capture: Capture; readonly facts: ClipFacts } {
    const capture = findCapture(this.#options.database, id);
    if (capture === undefined) throw new ProcedureError("unknown-capture", "There is no such capture on this box.");
    if (capture.kind !== "clip") throw new ProcedureError("not-a-clip", "This is a picture and not a clip.");
    if (capture.state !== "saved" || capture.facts?.kind !== "clip") {
      throw new ProcedureError("unknown-capture", `There is no finished file of a capture that is ${capture.state}.`);
    }
    if (capture.fileRemovedAt !== null) {
      throw new ProcedureError("file-removed", "This capture is safe in the archive and was removed from this box.");
    }
    return { capture, facts: capture.facts };
  }

  #fileOf(id: string): string {
    return join(this.#options.storageDirectory, "thumbnails", `${id}.mp4`);
  }
}

async function isThere(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  return found !== null && found.size > 0;
}

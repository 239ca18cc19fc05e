import { randomUUID } from "node:crypto";
import { readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { CaptureError, type KeptMedia, writePicture, writeThumbnail } from "../capture/capture.ts";
import { ProcedureError } from "./errors.ts";
import type { Capture } from "./procedure.ts";

const atOnce = 2;
const mostWaiting = 500;

/** Small pictures of captures: made once, kept as files that may be thrown away at any time. */
export class Thumbnails {
  readonly #storageDirectory: string;
  readonly #ffmpegPath: string;
  readonly #writeThumbnail: typeof writeThumbnail;
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #underway = new Map<string, Promise<Buffer>>();

  /** `write` makes one small picture. */
  constructor(storageDirectory: string, ffmpegPath: string, write: typeof writeThumbnail = writeThumbnail) {
    this.#storageDirectory = storageDirectory;
    this.#ffmpegPath = ffmpegPath;
    this.#writeThumbnail = write;
  }

  /** A still in its full size as JPEG bytes, made now, for one that is stored in a form which no browser shows. */
  async picture(capture: Capture): Promise<Buffer> {
    checkFile(capture);
    const file = join(this.#storageDirectory, "thumbnails", `${capture.id}.${randomUUID()}.part`);
    return this.#inTurn(async () => {
      try {
        await writePicture(this.#mediaOf(capture), file, this.#ffmpegPath);
        return await readFile(file);
      } finally {
        await rm(file, { force: true });
      }
    });
  }

  /** JPEG bytes, at most 480 pixels wide. Throws "unknown-capture" when there is no picture yet, or no more. */
  async of(capture: Capture): Promise<Buffer> {
    checkFile(capture);
    const underway = this.#underway.get(capture.id);
    if (underway !== undefined) return underway;
    const making = this.#make(capture).finally(() => this.#underway.delete(capture.id));
    this.#underway.set(capture.id, making);
    return making;
  }

  async #make(capture: Capture): Promise<Buffer> {
    const file = join(this.#storageDirectory, "thumbnails", `${capture.id}.jpg`);
    const known = await readFile(file).catch(() => undefined);
    // A power cut may leave the name without the content.
    if (known !== undefined && known.length > 0) return known;
    return this.#inTurn(() => this.#write(capture, file));
  }

  #mediaOf({ kind, file, facts }: Capture): KeptMedia {
    return { kind, file: join(this.#storageDirectory, file), width: facts?.width ?? 0, height: facts?.height ?? 0 };
  }

  async #write(capture: Capture, file: string): Promise<Buffer> {
    const media = this.#mediaOf(capture);
    await this.#writeThumbnail(media, `${file}.part`, this.#ffmpegPath);
    await rename(`${file}.part`, file);
    return readFile(file);
  }

  /** The live picture comes first: a few small pictures at a time, and a limit to how many wait. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < atOnce) this.#running += 1;
    else {
      if (this.#waiting.length >= mostWaiting)
        throw new CaptureError("busy", "Too many small pictures at once. Try again in a moment.");
      await new Promise<void>((turn) => this.#waiting.push(turn));
    }
    try {
      return await work();
    } finally {
      // A turn is handed on and not given back: nobody can slip in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

function checkFile(capture: Capture): void {
  if (capture.state !== "saved") {
    throw new ProcedureError("unknown-capture", `There is no picture of a capture that is ${capture.state}.`);
  }
  if (capture.fileRemovedAt !== null) {
    throw new ProcedureError("file-removed", "This capture is safe in the archive and was removed from this box.");
  }
}

import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { writeThumbnail } from "../capture/capture.ts";
import { ProcedureError } from "./errors.ts";
import type { Capture } from "./procedure.ts";

/** Small pictures of captures: made once, kept as files that may be thrown away at any time. */
export class Thumbnails {
  readonly #storageDirectory: string;
  readonly #ffmpegPath: string;
  readonly #underway = new Map<string, Promise<Buffer>>();

  constructor(storageDirectory: string, ffmpegPath: string) {
    this.#storageDirectory = storageDirectory;
    this.#ffmpegPath = ffmpegPath;
  }

  /** JPEG bytes, at most 480 pixels wide. Throws "unknown-capture" when there is no picture yet, or no more. */
  async of(capture: Capture): Promise<Buffer> {
    if (capture.state !== "saved") {
      throw new ProcedureError("unknown-capture", `There is no picture of a capture that is ${capture.state}.`);
    }
    const underway = this.#underway.get(capture.id);
    if (underway !== undefined) return underway;
    const making = this.#make(capture).finally(() => this.#underway.delete(capture.id));
    this.#underway.set(capture.id, making);
    return making;
  }

  async #make(capture: Capture): Promise<Buffer> {
    const file = join(this.#storageDirectory, "thumbnails", `${capture.id}.jpg`);
    const known = await readFile(file).catch(() => undefined);
    if (known !== undefined) return known;
    await writeThumbnail(capture.kind, join(this.#storageDirectory, capture.file), `${file}.part`, this.#ffmpegPath);
    await rename(`${file}.part`, file);
    return readFile(file);
  }
}

import { setTimeout as sleep } from "node:timers/promises";
import type { Settings } from "./config/config.ts";
import { type Acceptor, listen } from "./dimse/dimse.ts";
import type { Log } from "./lib/log.ts";

const againMs = 10_000;

/** Answers C-ECHO for as long as the box runs. A port that is taken costs the hospital's test, never the picture. */
export class DicomPort implements AsyncDisposable {
  readonly #settings: Settings;
  readonly #log: Log;
  readonly #ending = new AbortController();
  #acceptor: Acceptor | undefined;
  #problem: string | null = null;

  constructor(settings: Settings, log: Log) {
    this.#settings = settings;
    this.#log = log;
  }

  get port(): number | null {
    return this.#acceptor?.port ?? null;
  }

  /** Why nobody is answered, and what to do; null: all is well, or it is switched off. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Opens the port, once at once and then again and again in the background until it is had. */
  async open(): Promise<void> {
    const { enabled, host, port } = this.#settings.listener;
    if (!enabled || this.#ending.signal.aborted) return;
    try {
      this.#acceptor = await listen({ host, port, aeTitle: this.#settings.station.aeTitle, callers: "any" });
      this.#problem = null;
    } catch (error) {
      const cure = "The hospital cannot test the connection to this box. Free the port, or set another listener.port.";
      this.#problem = `DICOM port ${port} of this box cannot be opened. ${cure}`;
      this.#log.warn({ port, error: String(error) }, "the DICOM port cannot be opened; tried again");
      void this.#later();
    }
  }

  async #later(): Promise<void> {
    await sleep(againMs, undefined, { signal: this.#ending.signal }).catch(() => {});
    await this.open();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#acceptor?.close();
  }
}

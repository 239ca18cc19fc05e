import { setTimeout as sleep } from "node:timers/promises";
import type { Settings } from "./config/config.ts";
import { type Acceptor, listen } from "./dimse/dimse.ts";
import type { Log } from "./lib/log.ts";

/** Answers C-ECHO for as long as the box runs. A port that is taken costs the hospital's test, never the picture. */
export class DicomPort implements AsyncDisposable {
  readonly #settings: Pick<Settings, "listener" | "station">;
  readonly #log: Log;
  readonly #againMs: number;
  readonly #ending = new AbortController();
  #acceptor: Acceptor | undefined;
  #problem: string | null = null;
  #trying: Promise<void> | undefined;

  /** `againMs`: how soon a port that could not be had is tried again. */
  constructor(settings: Pick<Settings, "listener" | "station">, log: Log, againMs = 10_000) {
    this.#settings = settings;
    this.#log = log;
    this.#againMs = againMs;
  }

  get port(): number | null {
    return this.#acceptor?.port ?? null;
  }

  /** Why nobody is answered, and what to do; null: all is well, or it is switched off. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Opens the port, or says why not and goes on trying in the background until it is had. Never throws. */
  async open(): Promise<void> {
    if (!this.#settings.listener.enabled || (await this.#isOpened())) return;
    this.#trying = this.#keepTrying();
  }

  async #keepTrying(): Promise<void> {
    do {
      await sleep(this.#againMs, undefined, { signal: this.#ending.signal }).catch(() => {});
    } while (!this.#ending.signal.aborted && !(await this.#isOpened()));
  }

  async #isOpened(): Promise<boolean> {
    const { host, port } = this.#settings.listener;
    try {
      this.#acceptor = await listen({ host, port, aeTitle: this.#settings.station.aeTitle, callers: "any" });
      if (this.#problem !== null) this.#log.info({ port }, "the DICOM port is open now");
      this.#problem = null;
      return true;
    } catch (error) {
      // Once, and not every ten seconds.
      if (this.#problem === null)
        this.#log.warn({ port, error: String(error) }, "the DICOM port cannot be opened; it is tried again");
      const cure = "The hospital cannot test the connection to this box. Free the port, or set another listener.port.";
      this.#problem = `DICOM port ${port} of this box cannot be opened. ${cure}`;
      return false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    // A port that is had just now is let go of too.
    await this.#trying;
    await this.#acceptor?.close();
  }
}

import { setTimeout as sleep } from "node:timers/promises";
import type { Settings } from "./config/config.ts";
import { type Acceptor, type EventReport, eventReportService, type ListenOptions, listen } from "./dimse/dimse.ts";
import type { Log } from "./lib/log.ts";
import type { TlsFiles } from "./lib/tls-files.ts";

export interface DicomPortOptions {
  readonly settings: Pick<Settings, "listener" | "station">;
  /** For the second port, where one is set. */
  readonly tls: TlsFiles | undefined;
  /** A report of storage commitment; the status to answer. */
  readonly onEventReport: (report: EventReport) => Promise<number>;
  readonly log: Log;
  /** How soon a port that could not be had is tried again. */
  readonly againMs?: number;
}

/**
 * Answers C-ECHO and takes reports of storage commitment for as long as the box runs, plain and over TLS. A port that is
 * taken costs the hospital's test and the proof, never the picture.
 */
export class DicomPort implements AsyncDisposable {
  readonly #plain: OnePort | undefined;
  readonly #secure: OnePort | undefined;

  constructor(options: DicomPortOptions) {
    const { settings, tls } = options;
    const { enabled, port, tls: secure } = settings.listener;
    if (!enabled) return;
    if (secure !== undefined && tls !== undefined) {
      const { requireClientCertificate } = secure;
      const more = { tls: () => tls.serverIdentity(requireClientCertificate) };
      this.#secure = new OnePort(options, secure.port, "DICOM TLS port", more);
    }
    if (secure?.only !== true) this.#plain = new OnePort(options, port, "DICOM port", {});
  }

  /** Null: switched off, not had yet, or only TLS. */
  get port(): number | null {
    return this.#plain?.port ?? null;
  }

  get tlsPort(): number | null {
    return this.#secure?.port ?? null;
  }

  /** Why nobody is answered on a port, and what to do. */
  get problems(): readonly string[] {
    return this.#all().flatMap(({ problem }) => (problem === null ? [] : [problem]));
  }

  /** Opens the ports, or says why not and goes on trying in the background until they are had. Never throws. */
  async open(): Promise<void> {
    await Promise.all(this.#all().map((port) => port.open()));
  }

  #all(): OnePort[] {
    return [this.#plain, this.#secure].filter((port) => port !== undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#all().map((port) => port.close()));
  }
}

class OnePort {
  readonly #options: DicomPortOptions;
  readonly #port: number;
  readonly #name: string;
  readonly #more: Pick<ListenOptions, "tls">;
  readonly #ending = new AbortController();
  #acceptor: Acceptor | undefined;
  #problem: string | null = null;
  #trying: Promise<void> | undefined;

  constructor(options: DicomPortOptions, port: number, name: string, more: Pick<ListenOptions, "tls">) {
    this.#options = options;
    this.#port = port;
    this.#name = name;
    this.#more = more;
  }

  get port(): number | null {
    return this.#acceptor?.port ?? null;
  }

  get problem(): string | null {
    return this.#problem;
  }

  async open(): Promise<void> {
    if (!(await this.#isOpened())) this.#trying = this.#keepTrying();
  }

  async close(): Promise<void> {
    this.#ending.abort();
    // A port that is had just now is let go of too.
    await this.#trying;
    await this.#acceptor?.close();
  }

  async #keepTrying(): Promise<void> {
    do {
      await sleep(this.#options.againMs ?? 10_000, undefined, { signal: this.#ending.signal }).catch(() => {});
    } while (!this.#ending.signal.aborted && !(await this.#isOpened()));
  }

  async #isOpened(): Promise<boolean> {
    const { settings, log, onEventReport } = this.#options;
    const port = this.#port;
    try {
      this.#acceptor = await listen({
        ...this.#more,
        host: settings.listener.host,
        port,
        aeTitle: settings.station.aeTitle,
        callers: "any",
        services: [eventReportService(onEventReport)],
        onError: (error, { remoteAddress }) =>
          log.debug({ port, remoteAddress, error: error.message }, "a caller failed"),
      });
      if (this.#problem !== null) log.info({ port }, `the ${this.#name} is open now`);
      this.#problem = null;
      return true;
    } catch (error) {
      // Once, and not every ten seconds.
      if (this.#problem === null)
        log.warn({ port, error: String(error) }, `the ${this.#name} cannot be opened; it is tried again`);
      const cure = "The hospital cannot test the connection to this box. Free the port, or set another in listener.";
      this.#problem = `${this.#name} ${port} of this box cannot be opened. ${cure}`;
      return false;
    }
  }
}

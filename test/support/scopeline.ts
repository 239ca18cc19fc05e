import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { endsWithUs } from "../../src/lib/ends-with-us.ts";

const root = resolve(import.meta.dirname, "../..");

export interface BoxNode {
  readonly name: string;
  readonly aeTitle: string;
  readonly port: number;
  readonly roles: readonly ("worklist" | "storage" | "mpps" | "commitment" | "query")[];
  /** Anything else the settings know of a node. */
  readonly more?: Readonly<Record<string, unknown>>;
}

export interface BoxOptions {
  /** Its storage and settings lie here; a second start goes on with what is there. */
  readonly directory: string;
  /** The device profile of its only source. */
  readonly profile?: string;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly sources?: readonly Readonly<Record<string, unknown>>[];
  readonly nodes?: readonly BoxNode[];
  readonly holdWindowMinutes?: number;
  /** Further sections of the settings, instead of the ones above where they have the same name. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** How long the service may take to answer; 90 s where nothing is said. */
  readonly readyWithinMs?: number;
}

export type Json = Record<string, unknown>;

export class HttpProblem extends Error {
  readonly status: number;
  readonly problem: Json;
  constructor(status: number, problem: Json) {
    super(`${status} ${String(problem.code)}: ${String(problem.detail)}`);
    this.status = status;
    this.problem = problem;
  }
}

/** A running Scopeline of its own process group, as a person would start it; it ends with this process at the latest. */
export class Box implements AsyncDisposable {
  readonly url: string;
  readonly directory: string;
  readonly settingsFile: string;
  readonly #child: ChildProcess;
  readonly #words: () => string;
  #cookie: Promise<string> | undefined;

  constructor(url: string, directory: string, settingsFile: string, child: ChildProcess, words: () => string) {
    this.url = url;
    this.directory = directory;
    this.settingsFile = settingsFile;
    this.#child = child;
    this.#words = words;
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** The port on which it answers C-ECHO and takes the reports of storage commitment. */
  get dicomPort(): number {
    return Number(/"dicomPort":(\d+)/.exec(this.#words())?.[1] ?? 0);
  }

  /** Everything the service logged so far. */
  get log(): string {
    return this.#words();
  }

  async get<T = Json>(path: string): Promise<T> {
    return this.#ask<T>(path, {});
  }

  async post<T = Json>(path: string, body?: object, headers: Record<string, string> = {}): Promise<T> {
    const type = body === undefined ? {} : { "content-type": "application/json" };
    const init = { method: "POST", headers: { ...type, ...headers }, ...(body && { body: JSON.stringify(body) }) };
    return this.#ask<T>(path, init);
  }

  async delete<T = Json>(path: string, body: object): Promise<T> {
    const headers = { "content-type": "application/json" };
    return this.#ask<T>(path, { method: "DELETE", headers, body: JSON.stringify(body) });
  }

  /** Signs a user of every role in, the first time sets them as administrator; resolves with the cookie to send. */
  async signIn(): Promise<string> {
    const asked = async (path: string, body: object): Promise<Response> => {
      const headers = { "content-type": "application/json" };
      return fetch(`${this.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    };
    const { people } = await answer<{ people: Json[] }>(await fetch(`${this.url}/api/people`));
    const known = people.find(({ displayName }) => displayName === everybody.displayName);
    const response =
      known === undefined
        ? await asked("/api/setup/administrator", everybody)
        : await asked("/api/session", { userId: known.id, pin: everybody.pin });
    await answer(response);
    return (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  }

  /** As somebody at the box; where that is not enough, as somebody who has signed in. */
  async #ask<T>(path: string, init: RequestInit & { headers?: Record<string, string> }): Promise<T> {
    const ask = async (): Promise<Response> => {
      const cookie = this.#cookie === undefined ? {} : { cookie: await this.#cookie };
      return fetch(`${this.url}${path}`, { ...init, headers: { ...init.headers, ...cookie } });
    };
    const used = this.#cookie;
    const response = await ask();
    if (response.status !== 401 && response.status !== 403) return answer<T>(response);
    const { code } = (await response.clone().json()) as Json;
    if (code !== "not-signed-in" && code !== "administrator-needed") return answer<T>(response);
    await response.body?.cancel();
    // A session ends by idleness, where the box's clock runs fast within a test.
    if (this.#cookie === used) this.#cookie = this.signIn();
    return answer<T>(await ask());
  }

  /** Waits until the (first) source shows a live picture. */
  async live(): Promise<void> {
    await until("a live picture", async () => {
      const [source] = await this.get<Json[]>("/api/sources");
      return source?.state === "live";
    });
  }

  /** SIGKILL to the service and everything it started: the plug is pulled. */
  async kill(): Promise<void> {
    const ended = this.#ended();
    process.kill(-this.pid, "SIGKILL");
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = this.#ended();
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => process.kill(-this.pid, "SIGKILL"), 20_000);
    await ended;
    clearTimeout(timer);
  }

  #ended(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return Promise.resolve();
    return new Promise((done) => this.#child.once("exit", () => done()));
  }
}

/** Whom the tests sign in where a route needs it. */
const everybody = {
  displayName: "Everybody",
  physicianName: "Body^Every",
  roles: ["operator", "surgeon", "biomed", "auditor"],
  pin: "271828",
};

async function answer<T>(response: Response): Promise<T> {
  const text = await response.text();
  const value: unknown = text === "" ? {} : JSON.parse(text);
  if (!response.ok) throw new HttpProblem(response.status, value as Json);
  return value as T;
}

/** Writes the settings and starts the service; resolves when it answers. */
export async function startScopeline(options: BoxOptions): Promise<Box> {
  const { directory, environment = {}, readyWithinMs = 90_000 } = options;
  await mkdir(directory, { recursive: true });
  const settingsFile = join(directory, "scopeline.yaml");
  await writeFile(settingsFile, stringify(settingsOf(options), { aliasDuplicateObjects: false }));
  // A box whose test was killed would record on for ever.
  const serve = [join(root, "src/main.ts"), "serve", "--config", settingsFile];
  const [command, args] = endsWithUs(process.execPath, serve);
  const child = spawn(command, args, {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  let words = "";
  const note = (chunk: Buffer): void => {
    words = (words + chunk.toString()).slice(-200_000);
  };
  child.stdout.on("data", note);
  child.stderr.on("data", note);
  const deadline = Date.now() + readyWithinMs;
  for (;;) {
    const ready = /"url":"([^"]+)".*Scopeline is ready/.exec(words);
    if (ready?.[1] !== undefined) return new Box(ready[1], directory, settingsFile, child, () => words);
    const ended = child.exitCode ?? child.signalCode;
    if (ended !== null) throw new Error(`Scopeline ended with ${ended}:\n${words}`);
    if (Date.now() > deadline) {
      process.kill(-(child.pid ?? 0), "SIGKILL");
      throw new Error(`Scopeline did not get ready:\n${words}`);
    }
    await sleep(20);
  }
}

function settingsOf(options: BoxOptions): Json {
  const source = {
    id: "scope",
    profile: options.profile ?? "simulated-microscope",
    ...(options.input && { input: options.input }),
  };
  return {
    station: { aeTitle: "SCOPELINE", stationName: "TEST-OR" },
    server: { port: 0 },
    storage: { directory: "storage", minimumFreeBytes: 100_000_000 },
    listener: { port: 0 },
    nodes: (options.nodes ?? []).map(({ name, aeTitle, port, roles, more }) => ({
      name,
      aeTitle,
      host: "127.0.0.1",
      port,
      roles,
      retry: { firstS: 1, maxS: 2 },
      ...more,
    })),
    sources: options.sources ?? [source],
    procedures: { holdWindowMinutes: options.holdWindowMinutes ?? 10 },
    log: { level: "info" },
    ...options.settings,
  };
}

/** Asks again and again until it is so; throws with the question after a generous while. */
export async function until(what: string, isSo: () => Promise<boolean> | boolean, timeoutMs = 60_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      if (await isSo()) return;
    } catch (error) {
      last = error;
    }
    await sleep(50);
  }
  throw new Error(`Waited ${timeoutMs} ms for ${what}`, { cause: last });
}

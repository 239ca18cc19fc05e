import { Worker } from "node:worker_threads";

/** What is sent to a thread. `target` null: hash only. */
export interface FileJob {
  readonly id: number;
  readonly source: string;
  readonly sizeBytes: number;
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  readonly target: string | null;
  /** Another value than 0 asks the thread to stop. */
  readonly stop: Int32Array<SharedArrayBuffer>;
}

export interface FileJobAnswer {
  readonly id: number;
  readonly sha256?: string;
  readonly error?: string;
  readonly code?: string;
}

/** The parts of a file around the content of another. */
export interface Wrapped {
  readonly source: string;
  /** The source has to be exactly so long. */
  readonly sizeBytes: number;
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
}

const nothing = new Uint8Array(0);

/** One thread that does one kind of job, started when it is first needed, then kept: warm and idle it costs some MB. */
class FileThread {
  #worker: Worker | undefined;
  #nextId = 1;
  readonly #pending = new Map<number, PromiseWithResolvers<FileJobAnswer>>();

  async do(wrapped: Wrapped, target: string | null, signal: AbortSignal | undefined): Promise<FileJobAnswer> {
    signal?.throwIfAborted();
    const worker = this.#worker ?? this.#start();
    const id = this.#nextId++;
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const askToStop = (): void => void Atomics.store(stop, 0, 1);
    signal?.addEventListener("abort", askToStop, { once: true });
    const pending = Promise.withResolvers<FileJobAnswer>();
    this.#pending.set(id, pending);
    worker.ref();
    worker.postMessage({ ...wrapped, id, target, stop } satisfies FileJob);
    try {
      const answer = await pending.promise;
      signal?.throwIfAborted();
      if (answer.error !== undefined) throw failure(answer);
      return answer;
    } finally {
      signal?.removeEventListener("abort", askToStop);
      if (this.#pending.size === 0) worker.unref();
    }
  }

  #start(): Worker {
    const worker = new Worker(new URL("./file-worker.ts", import.meta.url));
    const gone = (reason: unknown): void => {
      if (this.#worker === worker) this.#worker = undefined;
      for (const [id, pending] of this.#pending) {
        this.#pending.delete(id);
        pending.reject(reason instanceof Error ? reason : new Error("The file thread ended."));
      }
    };
    worker.on("message", (answer: FileJobAnswer) => {
      this.#pending.get(answer.id)?.resolve(answer);
      this.#pending.delete(answer.id);
    });
    worker.on("error", gone);
    worker.on("exit", () => gone(undefined));
    this.#worker = worker;
    return worker;
  }
}

function failure({ error = "", code }: FileJobAnswer): Error {
  return Object.assign(new Error(error), code === undefined ? {} : { code });
}

const copying = new FileThread();
const hashing = new FileThread();

/**
 * SHA-256, lower case hexadecimal, of a file in a thread of its own. Rejects with the system's error, or with
 * "size-mismatch: …" where the file is not `sizeBytes` long.
 */
export async function hashFile(source: string, sizeBytes: number, signal?: AbortSignal): Promise<string> {
  const { sha256 = "" } = await hashing.do({ source, sizeBytes, head: nothing, tail: nothing }, null, signal);
  return sha256;
}

/**
 * Writes head, the content of `source`, and tail to `target`, and hashes the same bytes meanwhile, in a thread each.
 * Durable when it resolves; gives the SHA-256. What fails may leave a half written target to the caller.
 */
export async function copyWrapped(wrapped: Wrapped, target: string, signal?: AbortSignal): Promise<string> {
  const both = await Promise.allSettled([copying.do(wrapped, target, signal), hashing.do(wrapped, null, signal)]);
  for (const one of both) if (one.status === "rejected") throw one.reason;
  return both[1].status === "fulfilled" ? (both[1].value.sha256 ?? "") : "";
}

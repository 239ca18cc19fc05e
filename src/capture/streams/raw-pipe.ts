import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import type { RawSplitter } from "./raw-splitter.ts";

const openMs = 5_000;

/**
 * A stream from a child into the buffers of frames: the kernel writes each byte where it stays. A child's own pipe makes a
 * buffer of every 64 KB; of raw video that is so much garbage that collecting it costs more than all else.
 */
export class RawPipe {
  /** To be the child's standard output: of any other the child would find that it does not wait when it is full. */
  readonly writeEnd: Socket;
  /** Resolves when the child has closed its end and all is read. */
  readonly over: Promise<void>;
  readonly #target: Target;

  constructor(writeEnd: Socket, readEnd: Socket, target: Target) {
    this.writeEnd = writeEnd;
    this.#target = target;
    this.over = new Promise((resolve) => readEnd.once("close", () => resolve()));
  }

  /** Before the child begins. What `splitter` throws is handed to `onError`; what comes after that goes nowhere. */
  readInto(splitter: RawSplitter, onError: (error: unknown) => void): void {
    this.#target.begin(splitter, onError);
  }
}

/** Two ends of a socket that is connected to nobody else. */
export async function openRawPipe(): Promise<RawPipe> {
  const signal = AbortSignal.timeout(openMs);
  const target = new Target();
  const server = createServer();
  let [readEnd, writeEnd]: (Socket | null)[] = [null, null];
  try {
    // Of no folder: a full disk must not cost the picture. Any process may connect to it: the one that knows the word is us.
    const path = `\0scopeline-${randomUUID()}`;
    const word = randomBytes(32);
    server.listen(path);
    await once(server, "listening", { signal });
    const connected = once(server, "connection", { signal });
    const onread = { buffer: () => target.space(), callback: (count: number) => target.filled(count) };
    readEnd = connect({ path, onread });
    readEnd.on("error", () => {});
    readEnd.write(word);
    [writeEnd] = (await connected) as [Socket];
    writeEnd.on("error", () => {});
    const [said] = (await once(writeEnd, "data", { signal })) as [Buffer];
    writeEnd.pause();
    if (!word.equals(said)) throw new Error("another process reaches for the picture");
    return new RawPipe(writeEnd, readEnd, target);
  } catch (error) {
    readEnd?.destroy();
    writeEnd?.destroy();
    throw new Error("no way for the picture could be opened", { cause: error });
  } finally {
    server.close();
  }
}

/** Where the bytes go that come next. */
class Target {
  readonly #before = Buffer.alloc(1);
  #splitter: RawSplitter | null = null;
  #onError: (error: unknown) => void = () => {};
  #isBroken = false;
  #space: Buffer = this.#before;

  begin(splitter: RawSplitter, onError: (error: unknown) => void): void {
    this.#splitter = splitter;
    this.#onError = onError;
  }

  space(): Buffer {
    this.#space = this.#splitter?.space() ?? this.#before;
    return this.#space;
  }

  /** True: go on reading, also when all is lost, or the child would never end. */
  filled(count: number): boolean {
    if (this.#isBroken) return true;
    try {
      // The very first byte was asked for before there was a splitter.
      if (this.#space === this.#before) this.#splitter?.push(this.#before.subarray(0, count));
      else this.#splitter?.filled(count);
    } catch (error) {
      this.#isBroken = true;
      this.#onError(error);
    }
    return true;
  }
}

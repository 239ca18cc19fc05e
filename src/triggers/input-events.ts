/** What the kernel's evdev says of a key (`struct input_event` of linux/input.h on a 64-bit kernel). */
export interface KeyEvent {
  readonly code: number;
  /** "repeat": the kernel's own, while a key is held. */
  readonly edge: "down" | "up" | "repeat";
  /** The kernel's time stamp; wall clock. */
  readonly atMs: number;
}

/** "lost": the kernel dropped events (SYN_DROPPED): what is held is not known any more. */
export type InputEvent = KeyEvent | "lost";

/** Seconds (i64), microseconds (i64), type (u16), code (u16), value (i32). */
export const eventBytes = 24;

const [evSyn, evKey, synReport, synDropped] = [0, 1, 0, 3];
const edges = new Map<number, KeyEvent["edge"]>([
  [0, "up"],
  [1, "down"],
  [2, "repeat"],
]);

/** Cuts a stream of bytes into events; a read may end in the middle of one. */
export class EventDecoder {
  #rest: Buffer = Buffer.alloc(0);
  #isDropping = false;

  /** The events of keys that are complete with these bytes, in their order. */
  push(chunk: Buffer): InputEvent[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const whole = bytes.length - (bytes.length % eventBytes);
    const events: InputEvent[] = [];
    for (let at = 0; at < whole; at += eventBytes) this.#take(bytes, at, events);
    this.#rest = Buffer.from(bytes.subarray(whole));
    return events;
  }

  #take(bytes: Buffer, at: number, events: InputEvent[]): void {
    const type = bytes.readUInt16LE(at + 16);
    const code = bytes.readUInt16LE(at + 18);
    if (type === evSyn && code === synDropped) {
      this.#isDropping = true;
      events.push("lost");
      return;
    }
    if (this.#isDropping) {
      // What comes before the next report belongs to what was dropped.
      if (type === evSyn && code === synReport) this.#isDropping = false;
      return;
    }
    const edge = type === evKey ? edges.get(bytes.readInt32LE(at + 20)) : undefined;
    if (edge === undefined) return;
    const atMs = Number(bytes.readBigInt64LE(at)) * 1000 + Number(bytes.readBigInt64LE(at + 8)) / 1000;
    events.push({ code, edge, atMs });
  }
}

/** MPEG transport stream (ITU-T H.222.0), as far as one H.264 stream in the form our own ffmpeg writes it needs it. */

/** What was read is no such stream: nothing that follows it can be believed. */
export class TsError extends Error {}

/** One packetised elementary stream packet: of our own receiver, one access unit. */
export interface Pes {
  /** Presentation time stamp, 90 kHz, 33 bits; null: it has none. */
  readonly pts: number | null;
  readonly bytes: Buffer;
}

const packetBytes = 188;
const syncByte = 0x47;
const h264StreamType = 0x1b;
/** After so many packets without a program there is none. */
const packetsWithoutProgram = 2000;

/** Cuts a transport stream into the packets of its first H.264 stream, however its chunks fall. */
export class TsReader {
  readonly #limitBytes: number;
  readonly #onPes: (pes: Pes) => void;
  #rest: Buffer = Buffer.alloc(0);
  #packets = 0;
  #programPid: number | null = null;
  #videoPid: number | null = null;
  #counter: number | null = null;
  #parts: Buffer[] = [];
  #size = 0;
  /** Of the packet that is being collected: its whole length; 0: it does not say; null: none is. */
  #wanted: number | null = null;

  /** `limitBytes`: of one packet. */
  constructor(limitBytes: number, onPes: (pes: Pes) => void) {
    this.#limitBytes = limitBytes;
    this.#onPes = onPes;
  }

  /** Throws TsError where it is no transport stream, has a gap, holds no H.264 or a packet is over the limit. */
  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (; at + packetBytes <= bytes.length; at += packetBytes) this.#packet(bytes.subarray(at, at + packetBytes));
    this.#rest = Buffer.from(bytes.subarray(at));
  }

  #packet(packet: Buffer): void {
    if (packet.readUInt8(0) !== syncByte) throw new TsError("the stream is out of step");
    const pid = packet.readUInt16BE(1) & 0x1fff;
    const isStart = (packet.readUInt8(1) & 0x40) !== 0;
    const control = packet.readUInt8(3);
    const hasAdaptation = (control & 0x20) !== 0;
    const from = hasAdaptation ? 5 + packet.readUInt8(4) : 4;
    const payload = (control & 0x10) === 0 ? null : packet.subarray(Math.min(from, packetBytes));
    if (this.#videoPid === null) {
      this.#packets += 1;
      if (this.#packets > packetsWithoutProgram) throw new TsError("the stream holds no H.264");
    }
    if (payload === null || payload.length === 0) return;
    if (pid === 0 && isStart) this.#programPid = readPat(payload) ?? this.#programPid;
    else if (pid === this.#programPid && isStart) this.#program(payload);
    else if (pid === this.#videoPid) {
      this.#continues(control & 0xf);
      this.#video(payload, isStart, hasAdaptation);
    }
  }

  #program(payload: Buffer): void {
    const pid = readPmt(payload);
    if (pid === null) throw new TsError("the stream holds no H.264");
    if (this.#videoPid !== null && pid !== this.#videoPid) throw new TsError("the program changed");
    this.#videoPid = pid;
  }

  /** Nothing is lost between our own ffmpeg and us: a gap means that we do not understand what we read. */
  #continues(counter: number): void {
    if (this.#counter !== null && counter !== ((this.#counter + 1) & 0xf)) throw new TsError("the stream has a gap");
    this.#counter = counter;
  }

  #video(payload: Buffer, isStart: boolean, hasAdaptation: boolean): void {
    if (isStart) {
      if (this.#wanted !== null) this.#finish();
      this.#wanted = pesLength(payload);
    } else if (this.#wanted === null) throw new TsError("there are bytes between two packets");
    this.#parts.push(payload);
    this.#size += payload.length;
    if (this.#size > this.#limitBytes) throw new TsError(`a picture is larger than ${this.#limitBytes} bytes`);
    // Of a long packet that does not say its length only the last part is filled up.
    const isFilledUp = this.#wanted === 0 && hasAdaptation && !isStart;
    if (isFilledUp || (this.#wanted !== 0 && this.#size >= (this.#wanted ?? 0))) this.#finish();
  }

  #finish(): void {
    const whole = Buffer.concat(this.#parts, this.#size);
    const bytes = this.#wanted ? whole.subarray(0, this.#wanted) : whole;
    this.#parts = [];
    this.#size = 0;
    this.#wanted = null;
    this.#onPes(readPes(bytes));
  }
}

/** The PID of the first program's map (2.4.4.3); null: not in this section. */
function readPat(payload: Buffer): number | null {
  const section = sectionOf(payload, 0x00);
  for (let at = 8; section !== null && at + 4 <= section.length - 4; at += 4) {
    if (section.readUInt16BE(at) !== 0) return section.readUInt16BE(at + 2) & 0x1fff;
  }
  return null;
}

/** The PID of the first H.264 stream of a program (2.4.4.8); null: it has none. */
function readPmt(payload: Buffer): number | null {
  const section = sectionOf(payload, 0x02);
  if (section === null || section.length < 16) return null;
  let at = 12 + (section.readUInt16BE(10) & 0xfff);
  while (at + 5 <= section.length - 4) {
    if (section.readUInt8(at) === h264StreamType) return section.readUInt16BE(at + 1) & 0x1fff;
    at += 5 + (section.readUInt16BE(at + 3) & 0xfff);
  }
  return null;
}

/** A section that begins and ends in this payload; null: another table, or longer than that. */
function sectionOf(payload: Buffer, tableId: number): Buffer | null {
  const from = 1 + payload.readUInt8(0);
  if (from + 3 > payload.length || payload.readUInt8(from) !== tableId) return null;
  const length = 3 + (payload.readUInt16BE(from + 1) & 0xfff);
  return from + length > payload.length ? null : payload.subarray(from, from + length);
}

/** Of the whole packet; 0: it does not say (2.4.3.7). */
function pesLength(payload: Buffer): number {
  if (payload.length < 9 || payload.readUIntBE(0, 3) !== 1 || (payload.readUInt8(3) & 0xf0) !== 0xe0) {
    throw new TsError("a packet of the video has no header");
  }
  const length = payload.readUInt16BE(4);
  return length === 0 ? 0 : 6 + length;
}

function readPes(bytes: Buffer): Pes {
  const header = bytes.length < 9 ? 0 : 9 + bytes.readUInt8(8);
  if (header === 0 || header > bytes.length) throw new TsError("a packet of the video is cut off");
  const hasPts = (bytes.readUInt8(7) & 0x80) !== 0 && header >= 14;
  return { pts: hasPts ? readPts(bytes, 9) : null, bytes: bytes.subarray(header) };
}

/** 33 bits in five bytes, each part with a marker bit behind it. */
function readPts(bytes: Buffer, at: number): number {
  const high = (bytes.readUInt8(at) >> 1) & 0x7;
  const middle = bytes.readUInt16BE(at + 1) >> 1;
  const low = bytes.readUInt16BE(at + 3) >> 1;
  return high * 2 ** 30 + middle * 2 ** 15 + low;
}

import { describe, expect, test } from "vitest";
import { type Pes, TsError, TsReader } from "./ts-reader.ts";

const [programPid, videoPid] = [0x1000, 0x100];

/** One packet of 188 bytes; `payload` shorter than that is filled up by an adaptation field. */
function packet(pid: number, counter: number, isStart: boolean, payload: Buffer): Buffer {
  const head = Buffer.from([0x47, (isStart ? 0x40 : 0) | (pid >> 8), pid & 0xff, 0x10 | (counter & 0xf)]);
  const missing = 184 - payload.length;
  if (missing === 0) return Buffer.concat([head, payload]);
  head.writeUInt8(0x30 | (counter & 0xf), 3);
  const field = Buffer.alloc(missing, 0xff);
  field.writeUInt8(missing - 1, 0);
  if (missing > 1) field.writeUInt8(0, 1);
  return Buffer.concat([head, field, payload]);
}

function section(tableId: number, body: readonly number[]): Buffer {
  const bytes = Buffer.from([0, tableId, 0xb0, body.length + 9, 0, 1, 0xc1, 0, 0, ...body, 0, 0, 0, 0]);
  return Buffer.concat([bytes, Buffer.alloc(184 - bytes.length, 0xff)]);
}
const pat = packet(0, 0, true, section(0, [0, 1, 0xe0 | (programPid >> 8), programPid & 0xff]));
const pmt = (type: number): Buffer =>
  packet(programPid, 0, true, section(2, [0xe1, 0, 0xf0, 0, type, 0xe0 | (videoPid >> 8), videoPid & 0xff, 0xf0, 0]));
const program = Buffer.concat([pat, pmt(0x1b)]);

function pesOf(body: Buffer, pts: number | null, saysLength: boolean): Buffer {
  const stamp = pts === null ? [] : [0x21 | (Math.floor(pts / 2 ** 30) << 1), ...two(pts / 2 ** 15), ...two(pts)];
  const rest = Buffer.from([0x80, pts === null ? 0 : 0x80, stamp.length, ...stamp]);
  const length = saysLength ? rest.length + body.length : 0;
  return Buffer.concat([Buffer.from([0, 0, 1, 0xe0, length >> 8, length & 0xff]), rest, body]);
}
/** 15 bits with their marker. */
function two(value: number): number[] {
  const bits = Math.floor(value) % 2 ** 15;
  return [bits >> 7, ((bits << 1) & 0xff) | 1];
}

function packetsOf(pes: Buffer, from = 0): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < pes.length; at += 184) {
    parts.push(packet(videoPid, from + parts.length, at === 0, pes.subarray(at, at + 184)));
  }
  return Buffer.concat(parts);
}

function read(bytes: Buffer, step = bytes.length, limit = 100_000): Pes[] {
  const found: Pes[] = [];
  const reader = new TsReader(limit, (pes) => found.push(pes));
  for (let at = 0; at < bytes.length; at += step) reader.push(bytes.subarray(at, at + step));
  return found;
}

const body = Buffer.from(Array.from({ length: 1000 }, (_unused, at) => at % 251));

describe("a transport stream", () => {
  test.each([1, 187, 188, 189, 5000])("is cut into its packets however its bytes fall: %i at a time", (step) => {
    const bytes = Buffer.concat([program, packetsOf(pesOf(body, 5, true)), packetsOf(pesOf(body, 6, true), 6)]);
    expect(read(bytes, step)).toEqual([
      { pts: 5, bytes: body },
      { pts: 6, bytes: body },
    ]);
  });

  test("gives a packet that does not say its length when its last part has come", () => {
    expect(read(Buffer.concat([program, packetsOf(pesOf(body, 7, false))]))).toEqual([{ pts: 7, bytes: body }]);
    // Exactly full: only the next one tells.
    const full = Buffer.alloc(2 * 184 - 14, 9);
    const next = packetsOf(pesOf(body, 9, true), 2);
    expect(read(Buffer.concat([program, packetsOf(pesOf(full, 8, false))]))).toEqual([]);
    expect(read(Buffer.concat([program, packetsOf(pesOf(full, 8, false)), next])).map(({ pts }) => pts)).toEqual([
      8, 9,
    ]);
  });

  test("has time stamps of 33 bits, or none", () => {
    const last = 2 ** 33 - 1;
    expect(read(Buffer.concat([program, packetsOf(pesOf(body, last, true))]))[0]?.pts).toBe(last);
    expect(read(Buffer.concat([program, packetsOf(pesOf(body, null, true))]))[0]?.pts).toBeNull();
  });

  test("without a program, without H.264, out of step, with a gap or too large is refused", () => {
    const video = packetsOf(pesOf(body, 1, true));
    expect(() =>
      read(Buffer.concat(Array.from({ length: 2001 }, () => packet(99, 0, true, body.subarray(0, 184))))),
    ).toThrow(TsError);
    expect(() => read(Buffer.concat([pat, pmt(0x24), video]))).toThrow(/no H.264/);
    expect(() => read(Buffer.concat([program, Buffer.alloc(1), video]))).toThrow(/out of step/);
    expect(() => read(Buffer.concat([program, video, packetsOf(pesOf(body, 2, true), 9)]))).toThrow(/gap/);
    expect(() => read(Buffer.concat([program, packetsOf(pesOf(body, 1, false))]), 188, 500)).toThrow(/larger/);
    expect(() => read(Buffer.concat([program, packetsOf(Buffer.alloc(400, 3))]))).toThrow(/no header/);
    expect(() => read(Buffer.concat([program, packet(videoPid, 0, false, body.subarray(0, 184))]))).toThrow(/between/);
  });

  test("of any bytes never throws anything else", () => {
    let seed = 1;
    const random = (): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed / 2 ** 31;
    };
    const good = Buffer.concat([program, packetsOf(pesOf(body, 5, true)), packetsOf(pesOf(body, 6, false), 6)]);
    for (let run = 0; run < 400; run += 1) {
      const bytes = Buffer.from(good);
      for (let flip = 0; flip < 4; flip += 1) {
        const at = Math.floor(random() * bytes.length);
        // The first byte of a packet alone would always be refused.
        if (at % 188 !== 0) bytes.writeUInt8(Math.floor(random() * 256), at);
      }
      try {
        read(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(TsError);
      }
    }
  });
});

import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { inTlsPieces, isTlsSocket, withoutGather } from "./tls-writing.ts";

describe("what is written over TLS", () => {
  test.each([0, 1, 65_535, 65_536, 65_537, 200_000])("%i bytes are the same bytes, at most 64 KB at a time", (size) => {
    const head = Buffer.from("head");
    const body = Buffer.alloc(size, 7);
    const pieces = inTlsPieces([head, body]);
    expect(Buffer.concat(pieces).equals(Buffer.concat([head, body]))).toBe(true);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(65_536);
    expect(pieces.every(({ length }) => length > 0)).toBe(true);
  });

  test("waits in the stream piece by piece: Node gathers nothing", async () => {
    const seen: number[] = [];
    const stream = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        seen.push(chunk.length);
        setImmediate(done);
      },
      writev: (chunks, done) => {
        seen.push(-chunks.length);
        done();
      },
    });
    withoutGather(stream);
    for (const length of [1, 2, 3]) stream.write(Buffer.alloc(length));
    await new Promise<void>((resolve) => stream.end(resolve));
    expect(seen).toEqual([1, 2, 3]);
  });

  test("is told from what is written in the open", () => {
    const stream = new Writable();
    expect(isTlsSocket(stream)).toBe(false);
    expect(isTlsSocket(Object.assign(stream, { encrypted: true }))).toBe(true);
  });
});

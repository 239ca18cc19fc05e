import { expect, test } from "vitest";
import { paintedMessage, parsePreviewFrame } from "./frame-header.ts";

function message(version: number, flags: number): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(26));
  view.setUint8(0, version);
  view.setUint8(1, flags);
  view.setUint16(2, 960);
  view.setUint16(4, 540);
  view.setUint16(6, 2);
  view.setUint32(8, 4_000_000_000);
  view.setUint32(12, 7);
  view.setFloat64(16, 1_795_000_000_123.5);
  view.setUint16(24, 0xffd8);
  return view.buffer;
}

test("a frame's header is read as the box writes it", () => {
  expect(parsePreviewFrame(message(1, 0b1101))).toEqual({
    signal: true,
    recording: false,
    frozen: true,
    reduced: true,
    width: 960,
    height: 540,
    sourceIndex: 2,
    seq: 4_000_000_000,
    epoch: 7,
    capturedAt: 1_795_000_000_123.5,
    jpeg: new Uint8Array([0xff, 0xd8]),
  });
});

test("another version, or half a header, is no frame", () => {
  expect(parsePreviewFrame(message(2, 1))).toBeNull();
  expect(parsePreviewFrame(new ArrayBuffer(23))).toBeNull();
});

test("the answer for a painted frame is its epoch, then its sequence", () => {
  const view = new DataView(paintedMessage({ epoch: 7, seq: 4_000_000_000 }));
  expect([view.byteLength, view.getUint32(0), view.getUint32(4)]).toEqual([8, 7, 4_000_000_000]);
});

import { PassThrough as Sink } from "node:stream";
import { expect, test } from "vitest";
import { CopiedStream } from "./copied-stream.ts";

const track = {
  ...{ width: 640, height: 360, fpsNum: 30, fpsDen: 1 },
  ...{ sps: Buffer.from("6764001eacb405017fcb80", "hex"), pps: [Buffer.from("68ce0fcb", "hex")] },
};
const picture = (timeTicks: number, isKey = false) => ({
  ...{ kind: "picture" as const, isKey, timeTicks, nals: [Buffer.from([0x65, 1])] },
});

function feeding() {
  const to = new Sink();
  const told = { fragments: 0, skipped: 0, ended: 0 };
  const end = async (): Promise<void> => {
    told.ended += 1;
  };
  const stream = new CopiedStream({ track, tail: () => ["last words"], end });
  stream.take(picture(90_000, true));
  stream.feed(to, 7, {
    onInit: () => {},
    onFragment: () => {
      told.fragments += 1;
    },
    onSkipped: () => {
      told.skipped += 1;
    },
  });
  return { to, told, stream };
}

test("what came before the child was there goes first, and the source's own time comes back with the number", () => {
  const { to, told, stream } = feeding();
  stream.take(picture(93_000));
  stream.take({ kind: "skipped" });
  expect([stream.counted(0, 0), stream.counted(1, 33_000)]).toEqual([1_000_000, 1_033_333]);
  stream.flush();
  expect(told).toEqual({ fragments: 1, skipped: 1, ended: 0 });
  expect(to.readableLength).toBeGreaterThan(100);
  expect(stream.end).toBeNull();
});

test.each([
  ["a stream that may not be kept", (one: CopiedStream) => one.take({ kind: "unfit", because: "x" }), "unfit"],
  ["a stream that changed", (one: CopiedStream) => one.take({ kind: "changed" }), "changed"],
  [
    "a decoder that conceals an error",
    (one: CopiedStream) => one.heard("[h264 @ 0x55] [error] concealing 240 DC, 240 AC, 240 MV errors in P frame"),
    "flawed",
  ],
])("%s ends what the child reads, once, with the reason", (_what, act, kind) => {
  const { to, stream } = feeding();
  stream.heard("[h264 @ 0x55] [info] Reinit context to 640x368, pix_fmt: yuv420p");
  expect([stream.end, to.writableEnded]).toEqual([null, false]);
  act(stream);
  stream.take({ kind: "changed" });
  expect([stream.end?.kind, to.writableEnded]).toEqual([kind, true]);
});

test("with a flaw nothing goes into the recording any more: not what waits, not what the decoder still has", () => {
  const { told, stream } = feeding();
  for (let at = 1; at < 10; at += 1) stream.take(picture(90_000 + at * 3000));
  stream.counted(0, 0);
  stream.heard("[h264 @ 0x55] [info] concealing 440 DC, 440 AC, 440 MV errors in P frame");
  expect(() => stream.counted(1, 33_000)).toThrow("found a flaw");
  stream.flush();
  expect([told.fragments, stream.end?.kind]).toEqual([0, "flawed"]);
});

test("a decoder that does not keep up is given nothing from two seconds behind on, until it has caught up and a key frame comes", () => {
  const { told, stream } = feeding();
  stream.counted(0, 0);
  for (let at = 1; at < 300; at += 1) stream.take(picture(90_000 + at * 3000, at % 30 === 0));
  expect([stream.part(), stream.end, told.skipped]).toEqual([60, null, 0]);
  for (let seq = 1; seq <= 60; seq += 1) stream.counted(seq, Math.round((seq * 1000) / 30) * 1000);
  stream.take(picture(990_000));
  // Now it is the stream that is waited for.
  expect([stream.part(), told.skipped]).toEqual([60, 1]);
  stream.take(picture(993_000, true));
  stream.take(picture(996_000));
  expect(stream.part()).toBe(62);
  expect(stream.counted(61, 2_033_000)).toBe(11_033_333);
});

test("a decoder that only starts has more time", () => {
  const { stream } = feeding();
  for (let at = 1; at < 200; at += 1) stream.take(picture(90_000 + at * 3000, at % 30 === 0));
  stream.counted(0, 0);
  for (let at = 200; at < 300; at += 1) stream.take(picture(90_000 + at * 3000, at % 30 === 0));
  expect([stream.part(), stream.end]).toEqual([256, null]);
});

test("what was received before the child is there goes to nobody when the patient changes", () => {
  const stream = new CopiedStream({ track, tail: () => [], end: async () => {} });
  stream.take(picture(90_000, true));
  stream.take(picture(93_000));
  expect(stream.part()).toBeNull();
  stream.take(picture(96_000));
  const to = new Sink();
  stream.feed(to, 7, { onInit: () => {}, onFragment: () => {}, onSkipped: () => {} });
  expect(stream.part()).toBeNull();
  stream.take(picture(99_000));
  stream.take(picture(102_000, true));
  expect(stream.part()).toBe(0);
  expect(stream.isUnanswered).toBe(true);
  expect(stream.counted(0, 0)).toBe(1_133_333);
  expect(stream.isUnanswered).toBe(false);
});

test("a flaw in what the decoder shows after the end is no less one", () => {
  const { told, stream } = feeding();
  stream.over({ kind: "gone" });
  stream.heard("[h264 @ 0x55] [error] error while decoding MB 3 4, bytestream -5");
  expect(() => stream.counted(0, 0)).toThrow("found a flaw");
  expect(told.fragments).toBe(0);
});

test("a number that is another picture's is thrown at whoever reads it, and ends the stream", async () => {
  const { told, stream } = feeding();
  expect(() => stream.counted(0, 33_000)).toThrow("picture 0 of the stream was expected");
  expect(stream.end?.kind).toBe("unnumbered");
  await stream.stop();
  expect([stream.end?.kind, told.ended]).toEqual(["unnumbered", 1]);
});

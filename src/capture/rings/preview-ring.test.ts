import { expect, test } from "vitest";
import { PreviewRing } from "./preview-ring.ts";

const ring = (bytes = 1000): PreviewRing => new PreviewRing({ frames: 3, bytes, older: { everyNth: 4, reach: 12 } });
const come = (to: PreviewRing, first: number, last: number, epoch = 5): void => {
  for (let seq = first; seq <= last; seq += 1) to.push({ epoch, seq, jpeg: Buffer.alloc(10, 1) });
};
const seqsOf = (of: PreviewRing, epoch = 5): number[] => of.since(epoch, 0).map(({ seq }) => seq);

test("the newest are all there, of the older ones some, as far back as it reaches", () => {
  const shown = ring();
  come(shown, 0, 20);
  expect(seqsOf(shown)).toEqual([8, 12, 16, 18, 19, 20]);
  expect([shown.bytes, shown.find({ epoch: 5, seq: 12 })?.seq, shown.find({ epoch: 5, seq: 13 })]).toEqual([
    60,
    12,
    null,
  ]);
});

test("over its bytes the oldest go first", () => {
  const shown = ring(40);
  come(shown, 0, 20);
  expect(seqsOf(shown)).toEqual([16, 18, 19, 20]);
  const tiny = ring(20);
  come(tiny, 0, 20);
  expect(seqsOf(tiny)).toEqual([19, 20]);
});

test("another start of the input, which nothing older can be kept of, takes the place of the one before", () => {
  const shown = ring();
  come(shown, 0, 20);
  come(shown, 0, 8, 6);
  expect([seqsOf(shown), seqsOf(shown, 6)]).toEqual([[], [0, 4, 6, 7, 8]]);
});

test("emptied, it is blank and begins anew", () => {
  const shown = ring();
  come(shown, 0, 20);
  const old = shown.find({ epoch: 5, seq: 8 })?.jpeg;
  shown.empty();
  expect([shown.bytes, old?.every((byte) => byte === 0), shown.newest()]).toEqual([0, true, null]);
  come(shown, 21, 25);
  expect(seqsOf(shown)).toEqual([21, 23, 24, 25]);
});

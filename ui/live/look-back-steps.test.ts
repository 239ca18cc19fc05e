import { expect, it } from "vitest";
import { isRecorded, remembersPictures, secondsBefore, seqBeside, seqNear } from "./look-back-steps.ts";

const held = { seqs: [100, 103, 106, 110, 111, 112], exactFromSeq: 110 };

it("every place on the slider is a picture that the box has", () => {
  expect([99, 101, 102, 108, 109, 500].map((place) => seqNear(held, place))).toEqual([100, 100, 103, 106, 110, 112]);
  expect(seqNear({ seqs: [7], exactFromSeq: null }, 3)).toBe(7);
});

it("a step is the next picture there is, and none leads out of them", () => {
  expect([seqBeside(held, 106, 1), seqBeside(held, 106, -1)]).toEqual([110, 103]);
  expect([seqBeside(held, 100, -1), seqBeside(held, 112, 1)]).toEqual([100, 112]);
});

it("says how long before the newest, and what comes from the recording", () => {
  expect([secondsBefore(held, 100, 6), secondsBefore(held, 112, 6)]).toEqual(["2.0", "0.0"]);
  expect(held.seqs.filter((seq) => isRecorded(held, seq))).toEqual([100, 103, 106]);
  expect(isRecorded({ seqs: [7], exactFromSeq: null }, 7)).toBe(true);
});

it("is offered only where the box says that it remembers something", () => {
  expect(remembersPictures({ lookBackS: { stills: 2.5, clips: 30 } })).toBe(true);
  expect(remembersPictures({ lookBackS: { stills: 0, clips: 30 } })).toBe(false);
  expect(remembersPictures({})).toBe(false);
  expect(remembersPictures(undefined)).toBe(false);
});

import { expect, it } from "vitest";
import { remembersPictures, secondsBefore, seqAt, stepsOf } from "./look-back-steps.ts";

const every = { firstSeq: 100, lastSeq: 160, everyNth: 1 };
const second = { firstSeq: 100, lastSeq: 161, everyNth: 2 };

it("every step is a picture that the box has", () => {
  expect(stepsOf(every)).toBe(60);
  expect([seqAt(every, 0), seqAt(every, 60)]).toEqual([100, 160]);
  expect(stepsOf(second)).toBe(30);
  expect([seqAt(second, 1), seqAt(second, 30)]).toEqual([102, 160]);
});

it("no step leads out of what there is", () => {
  expect(seqAt(second, -5)).toBe(100);
  expect(seqAt(second, 99)).toBe(160);
  expect(seqAt({ firstSeq: 7, lastSeq: 7, everyNth: 3 }, 4)).toBe(7);
});

it("says how long before the newest", () => {
  expect(secondsBefore(every, 100, 30)).toBe("2.0");
  expect(secondsBefore(second, 160, 30)).toBe("0.0");
});

it("is offered only where the box says that it remembers something", () => {
  expect(remembersPictures({ lookBackS: { stills: 2.5, clips: 30 } })).toBe(true);
  expect(remembersPictures({ lookBackS: { stills: 0, clips: 30 } })).toBe(false);
  expect(remembersPictures({})).toBe(false);
  expect(remembersPictures(undefined)).toBe(false);
});

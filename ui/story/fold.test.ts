import { expect, test } from "vitest";
import { fold } from "./fold.ts";

const event = (at: number, what: string, words: string, detail: string | null = null) => ({ at, what, words, detail });

test("the same try again and again is one line, with how often and until when", () => {
  const lines = fold([
    event(1, "saved", "Saved"),
    event(2, "attempt", "Archive does not answer"),
    event(3, "attempt", "Archive does not answer"),
    event(4, "attempt", "Archive does not answer"),
    event(5, "attempt", "Archive took it"),
  ]);
  expect(lines.map(({ event: { words }, times, lastAt }) => [words, times, lastAt])).toEqual([
    ["Saved", 1, 1],
    ["Archive does not answer", 3, 4],
    ["Archive took it", 1, 5],
  ]);
});

test("tries that the peer answered in other words stay apart", () => {
  const lines = fold([event(1, "attempt", "Refused", "A700"), event(2, "attempt", "Refused", "A900")]);
  expect(lines).toHaveLength(2);
});

import { describe, expect, it } from "vitest";
import type { Alarm } from "./alarm.ts";
import { dayMs, now } from "./facts.fixture.ts";
import { subjectOf, textOf } from "./text.ts";
import { messageFor, type Told } from "./told.ts";

const alarm = (id: string, level: Alarm["level"] = "caution"): Alarm => ({
  ...{ id, level, area: "delivery", message: `${id} is wrong.` },
  detail: "DOE^JOHN",
  since: now - 60_000,
});
const told = (id: string, level: Alarm["level"] = "caution", toldAt = now): [string, Told] => {
  const { detail: _, ...rest } = alarm(id, level);
  return [id, { ...rest, toldAt }];
};
const message = (on: Alarm[], known: [string, Told][] = [], over: string[] = []) =>
  messageFor(on, new Map(known), { station: "OR 3", at: now, isOver: (id) => over.includes(id) });
const ids = (result: ReturnType<typeof message>) =>
  result && [result.raised, result.reminded, result.cleared].map((list) => list.map(({ id }) => id));

describe("a channel is told", () => {
  it("what is new, all in one message", () => {
    expect(ids(message([alarm("a"), alarm("b", "failure")]))).toEqual([["a", "b"], [], []]);
  });

  it("nothing that it was told, and no notices", () => {
    expect(message([alarm("a"), alarm("b", "notice")], [told("a")])).toBeNull();
  });

  it("what got worse, not what got better", () => {
    expect(ids(message([alarm("a", "failure")], [told("a")]))).toEqual([["a"], [], []]);
    expect(message([alarm("a")], [told("a", "failure")])).toBeNull();
  });

  it.each([dayMs, -dayMs])("again after a day, by a clock that was set, too", (ms) => {
    expect(ids(message([alarm("a")], [told("a", "caution", now - ms)]))).toEqual([[], ["a"], []]);
    expect(message([alarm("a")], [told("a", "caution", now - ms + Math.sign(ms))])).toBeNull();
  });

  it("what is over, once it is over for good", () => {
    expect(message([], [told("a")])).toBeNull();
    expect(ids(message([], [told("a")], ["a"]))).toEqual([[], [], ["a"]]);
    expect(message([], [], ["a"])).toBeNull();
  });
});

describe("an e-mail", () => {
  const whole = messageFor([alarm("a", "failure"), alarm("b")], new Map([told("b", "caution", 0), told("c")]), {
    station: "OR 3",
    at: now,
    isOver: (id) => id === "c",
  });

  it("says which box and how bad in its subject", () => {
    expect(whole && subjectOf(whole)).toBe("[Scopeline OR 3] FAILURE, alarms: 1 new, 1 still on, 1 over");
  });

  it("says all in plain text, and nothing that another said", () => {
    expect(whole && textOf(whole)).toBe(
      `Scopeline OR 3, 2027-01-15 12:00 UTC

New:
- failure: a is wrong. (since 2027-01-15 11:59 UTC)

Still on:
- caution: b is wrong. (since 2027-01-15 11:59 UTC)

Over:
- caution: c is wrong. (since 2027-01-15 11:59 UTC)

Wrong at this moment: 2. The screen of the box shows all.
`,
    );
  });
});

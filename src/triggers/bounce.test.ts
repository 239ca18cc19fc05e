import { expect, it } from "vitest";
import { BounceFilter } from "./bounce.ts";

/** Which of the contacts of one key, [down, up] in ms, count as presses. */
function presses(...contacts: readonly (readonly [down: number, up: number])[]): number[] {
  const filter = new BounceFilter();
  return contacts.flatMap(([down, up]) => {
    const isPress = filter.down("b", down);
    filter.up("b", up);
    return isPress ? [down] : [];
  });
}

it("a contact that bounces within 80 ms is one press", () => {
  expect(presses([0, 2], [5, 9], [40, 45], [79, 300])).toEqual([0]);
});

it("two presses 150 ms apart are two, also when the foot hardly lifts", () => {
  expect(presses([0, 60], [150, 210])).toEqual([0, 150]);
  expect(presses([0, 110], [150, 260])).toEqual([0, 150]);
});

it("a contact that bounces as it opens is no second press", () => {
  expect(presses([0, 500], [505, 507], [520, 522])).toEqual([0]);
  expect(presses([0, 500], [531, 600])).toEqual([0, 531]);
});

it("keys do not filter each other", () => {
  const filter = new BounceFilter();
  expect([filter.down("a", 0), filter.down("b", 10), filter.down("a", 20)]).toEqual([true, true, false]);
});

it("a clock that was set back costs no press", () => {
  expect(presses([1_000_000, 1_000_050], [5_000, 5_050])).toEqual([1_000_000, 5_000]);
});

it("a release is settled when it can be no bounce any more", () => {
  const filter = new BounceFilter();
  filter.down("b", 0);
  expect(filter.up("b", 10)).toEqual({ heldMs: 10, settleMs: 70 });
  expect(filter.up("b", 11)).toBeUndefined();
  filter.down("b", 200);
  expect(filter.up("b", 700)).toEqual({ heldMs: 500, settleMs: 30 });
});

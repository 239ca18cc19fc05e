import { describe, expect, test } from "vitest";
import { Painted } from "./painted.ts";

const at = (seq: number, epoch = 7) => ({ epoch, seq });

describe("what was painted last", () => {
  test("is the kiosk's frame, whatever another screen says later", () => {
    const painted = new Painted();
    painted.note(at(10), true, 1_000);
    painted.note(at(3), false, 1_050);
    expect(painted.last(7, 1_100)).toEqual(at(10));
  });

  test("is another screen's where no kiosk paints any more", () => {
    const painted = new Painted();
    painted.note(at(10), true, 1_000);
    painted.note(at(40), false, 2_000);
    expect(painted.last(7, 2_000)).toEqual(at(40));
  });

  test("is nothing once half a second has passed, or the input was started again, or all was forgotten", () => {
    const painted = new Painted();
    painted.note(at(10), true, 1_000);
    expect([painted.last(7, 1_500), painted.last(7, 1_501), painted.last(8, 1_000)]).toEqual([at(10), null, null]);
    painted.forget();
    expect(painted.last(7, 1_000)).toBeNull();
  });
});

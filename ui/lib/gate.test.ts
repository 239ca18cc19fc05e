import { expect, test } from "vitest";
import { Gate } from "./gate.ts";

test("only so many are inside at once, and the first to come is the next to enter", () => {
  const gate = new Gate(2);
  const entered: string[] = [];
  const enter = (name: string) => gate.enter(() => entered.push(name));
  const [leaveA, , leaveC, leaveD] = [enter("a"), enter("b"), enter("c"), enter("d")];
  expect(entered).toEqual(["a", "b"]);
  leaveC();
  leaveA();
  expect(entered).toEqual(["a", "b", "d"]);
  // Leaving twice is leaving once.
  leaveA();
  enter("e");
  expect(entered).toEqual(["a", "b", "d"]);
  leaveD();
  expect(entered).toEqual(["a", "b", "d", "e"]);
});

import { expect, it } from "vitest";
import { FaultBoard } from "./faults.ts";

it("a fault with a number strikes that often, one without always", () => {
  const board = new FaultBoard();
  board.set([{ kind: "success-keeps-nothing", times: 2 }, { kind: "worklist-empty" }]);
  expect([1, 2, 3].map(() => board.take("success-keeps-nothing") !== undefined)).toEqual([true, true, false]);
  expect([1, 2, 3].map(() => board.take("worklist-empty") !== undefined)).toEqual([true, true, true]);
  expect(board.list()).toEqual([{ kind: "worklist-empty" }]);
});

it("a fault that does not apply is not used up", () => {
  const board = new FaultBoard();
  board.set([{ kind: "refuse-context", sopClassUid: "1.2", times: 1 }]);
  expect(board.takeAll("refuse-context", ({ sopClassUid }) => sopClassUid === "9.9")).toEqual([]);
  expect(board.takeAll("refuse-context", ({ sopClassUid }) => sopClassUid === "1.2")).toHaveLength(1);
  expect(board.list()).toEqual([]);
});

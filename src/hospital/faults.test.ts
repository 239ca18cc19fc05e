import { expect, it } from "vitest";
import { FaultBoard, fateOf, struckInstances } from "./faults.ts";

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

it("a fault of answers strikes the requests it is meant for, C-STORE when it does not say", () => {
  const board = new FaultBoard();
  board.set([
    { kind: "delay-answer", ms: 5, to: "mpps", times: 1 },
    { kind: "close-before-answer", to: "commitment", times: 1 },
    { kind: "wrong-message-id", times: 1 },
  ]);
  expect(fateOf(board, "mpps")).toMatchObject({ delayMs: 5, end: "answer", hasWrongMessageId: false });
  expect(fateOf(board, "commitment")).toMatchObject({ delayMs: 0, end: "close" });
  expect(fateOf(board, "store")).toMatchObject({ end: "answer", hasWrongMessageId: true });
  expect(board.list()).toEqual([]);
});

it("an answer that is not sent uses up no fault of what it says", () => {
  const board = new FaultBoard();
  board.set([{ kind: "abort-before-answer" }, { kind: "wrong-message-id", times: 1 }]);
  expect(fateOf(board, "store")).toMatchObject({ end: "abort", hasWrongMessageId: false });
  expect(board.list()).toHaveLength(2);
});

it("a fault means the first so many instances, or just the ones it names", () => {
  expect([...struckInstances(2, ["1", "2", "3"])]).toEqual(["1", "2"]);
  expect([...struckInstances(["3"], ["1", "2", "3"])]).toEqual(["3"]);
});

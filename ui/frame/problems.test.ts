import { expect, test } from "vitest";
import { LINGER_MS, ownProblems, type Problem, steady } from "./problems.ts";

const problem = (message: string, level: Problem["level"] = "caution"): Problem => ({
  area: "delivery",
  level,
  message,
});
const messages = (shown: ReturnType<typeof steady>) => shown.map(({ problem: { message } }) => message);

test("the worst is first, equals keep the order they came in", () => {
  const first = steady([], [problem("b"), problem("a")], 0);
  const then = steady(first, [problem("a"), problem("disk full", "failure"), problem("b")], 1);
  expect(messages(then)).toEqual(["disk full", "b", "a"]);
});

test("words that count the minutes are the same problem in the same place", () => {
  const first = steady([], [problem("Not reached for 50 seconds", "notice")], 0);
  const then = steady(first, [problem("Not reached for 2 minutes", "notice")], 1);
  expect(then).toHaveLength(1);
  expect(then[0]?.key).toBe(first[0]?.key);
  expect(messages(then)).toEqual(["Not reached for 2 minutes"]);
});

test("two of the same words are two", () => {
  expect(steady([], [problem("a"), problem("a")], 0)).toHaveLength(2);
});

test("what went away a moment ago keeps its place, and then goes", () => {
  const first = steady([], [problem("a"), problem("b")], 0);
  const gone = steady(first, [problem("b")], LINGER_MS - 1);
  expect(messages(gone)).toEqual(["a", "b"]);
  expect(messages(steady(gone, [problem("b")], LINGER_MS))).toEqual(["b"]);
});

test("an answer that says nothing of the box is no all-clear; a box that is only not heard is not said to be faulty", () => {
  const said = (lost: boolean, status: number | undefined) => ownProblems(lost, status).map(({ key }) => key);
  expect(said(false, undefined)).toEqual([]);
  expect(said(false, 500)).toEqual(["health"]);
  expect(said(true, 0)).toEqual(["screen"]);
  expect(said(true, 503)).toEqual(["health", "screen"]);
  expect(ownProblems(false, 500)[0]?.problem.level).toBe("failure");
});

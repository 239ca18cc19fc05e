import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../store/store.ts";
import { item } from "./item.fixture.ts";
import {
  countItems,
  expire,
  findItem,
  type ListFilter,
  listItems,
  nodeStates,
  noteAnswer,
  noteFailure,
  noteReached,
  physiciansSeen,
  putItems,
  replaceItems,
} from "./rows.ts";

let database: Database;
beforeEach(() => {
  database = openDatabase(":memory:");
});
afterEach(() => database.close());

const answered = { query: "q", matches: 0, notice: null };
const page = { limit: 100, offset: 0 };
const ids = (filter: ListFilter = {}, from = "20261124") =>
  listItems(database, filter, from, page).map((one) => one.id);

describe("searching the list", () => {
  beforeEach(() => {
    noteAnswer(database, "RIS", 1, answered);
    const patients = [
      ["a", "Müller^Jürgen", "0012345"],
      ["b", "Mueller^Anna", "P77"],
      ["c", "Yamada^Tarou=山田^太郎=やまだ^たろう", "00999"],
      ["d", "O'Neill^Pat", "m1"],
    ] as const;
    const items = patients.map(([id, patientName, patientId]) => item({ id, patient: { patientName, patientId } }));
    replaceItems(database, "RIS", items, 1);
  });

  test.each([
    ["muller", ["a", "b"]],
    ["MÜLLER", ["a", "b"]],
    ["mueller jür", ["a"]],
    ["jurgen müll", ["a"]],
    ["山田", ["c"]],
    ["ヤマダ", ["c"]],
    ["ﾀﾛｳ", ["c"]],
    ["o'neill", ["d"]],
    ["001", ["a"]],
    ["00", ["a", "c"]],
    ["12345", []],
    ["p77", ["b"]],
    ["M1", ["d"]],
    ["%", []],
    ["_", []],
    ["'; DROP TABLE worklist_item; --", []],
    ["  ", ["a", "b", "c", "d"]],
  ])("%s finds %j", (search, found) => {
    expect(ids({ search })).toEqual(found);
    expect(countItems(database, { search }, "20261124")).toBe(found.length);
  });

  test("a search text without end has a limit", () => {
    expect(ids({ search: "x ".repeat(100_000) })).toEqual([]);
  });
});

test("the list is in order of time, what has no date first; earlier days are hidden until asked for", () => {
  noteAnswer(database, "RIS", 1, answered);
  const at = (id: string, startDate: string, startTime = "") => item({ id, step: { startDate, startTime } });
  replaceItems(
    database,
    "RIS",
    [at("c", "20261124", "0900"), at("b", "20261124", "0800"), at("d", "20261125"), at("a", ""), at("e", "20261123")],
    1,
  );
  expect(ids()).toEqual(["a", "b", "c", "d"]);
  expect(ids({ date: "20261123" })).toEqual(["e"]);
  expect(listItems(database, {}, "20261124", { limit: 2, offset: 1 }).map((one) => one.id)).toEqual(["b", "c"]);
});

test("modality and station narrow the list", () => {
  noteAnswer(database, "RIS", 1, answered);
  const items = [
    item({ id: "a", step: { modality: "ES" } }),
    item({ id: "b", step: { scheduledStationAeTitle: "OR5" } }),
  ];
  replaceItems(database, "RIS", items, 1);
  expect(ids({ modality: "ES" })).toEqual(["a"]);
  expect(ids({ station: "OR5" })).toEqual(["b"]);
  expect(ids({ station: "OR5", modality: "ES" })).toEqual([]);
});

test("an item comes back as it went in", () => {
  noteAnswer(database, "RIS", 1, answered);
  const whole = item({ id: "a", patient: { patientName: "洪^吉洞", patientBirthDate: "19700101", patientSex: "F" } });
  replaceItems(database, "RIS", [whole], 1);
  expect(findItem(database, "a")).toEqual(whole);
  expect(findItem(database, "b")).toBeUndefined();
});

test("a new answer takes the place of that node's list alone, and leaves what was looked up", () => {
  for (const node of ["RIS", "OTHER"]) noteAnswer(database, node, 1, answered);
  replaceItems(database, "RIS", [item({ id: "a" }), item({ id: "b" })], 1);
  replaceItems(database, "OTHER", [item({ id: "o", node: "OTHER" })], 1);
  putItems(database, [item({ id: "x" }), item({ id: "b" })], 1, true);
  replaceItems(database, "RIS", [item({ id: "c" })], 2);
  expect(ids()).toEqual(["c", "o", "x"]);
});

test("what was looked up and later appears on the list leaves with the list", () => {
  noteAnswer(database, "RIS", 1, answered);
  putItems(database, [item({ id: "x" })], 1, true);
  replaceItems(database, "RIS", [item({ id: "x" })], 2);
  replaceItems(database, "RIS", [], 3);
  expect(ids()).toEqual([]);
});

test("a failure keeps the list and the time of the last answer", () => {
  noteAnswer(database, "RIS", 100, { query: "q1", matches: 1, notice: "n" });
  replaceItems(database, "RIS", [item({ id: "a" })], 100);
  noteFailure(database, "RIS", 200, "q2", "down");
  const [state] = nodeStates(database, ["RIS"]);
  expect(state).toEqual({
    node: "RIS",
    lastTriedAt: 200,
    lastAnsweredAt: 100,
    error: "down",
    query: "q2",
    matches: 1,
    notice: "n",
  });
  expect(ids()).toEqual(["a"]);
  noteReached(database, "RIS", 300);
  expect(nodeStates(database, ["RIS"])[0]).toMatchObject({ lastTriedAt: 300, lastAnsweredAt: 100, error: null });
});

test("a node never asked has a state too", () => {
  expect(nodeStates(database, ["NEW"])).toEqual([
    { node: "NEW", lastTriedAt: null, lastAnsweredAt: null, error: null, query: "", matches: 0, notice: null },
  ]);
});

test("lists that are too old go, and nodes that left the settings", () => {
  for (const [node, at] of [
    ["RIS", 100],
    ["OLD", 10],
    ["GONE", 100],
  ] as const) {
    noteAnswer(database, node, at, answered);
    replaceItems(database, node, [item({ id: node, node })], at);
  }
  putItems(database, [item({ id: "looked-up-old" })], 10, true);
  putItems(database, [item({ id: "looked-up-new" })], 100, true);
  expect(expire(database, ["RIS", "OLD"], 50)).toBe(true);
  expect(ids().sort()).toEqual(["RIS", "looked-up-new"]);
  expect(expire(database, ["RIS", "OLD"], 50)).toBe(false);
});

test("performing physicians on the list, each once", () => {
  noteAnswer(database, "RIS", 1, answered);
  const by = (id: string, performingPhysicianName: string) => item({ id, step: { performingPhysicianName } });
  replaceItems(database, "RIS", [by("a", "B^B"), by("b", "A^A"), by("c", "B^B"), by("d", "")], 1);
  expect(physiciansSeen(database, 10)).toEqual(["A^A", "B^B"]);
  expect(physiciansSeen(database, 1)).toEqual(["A^A"]);
});

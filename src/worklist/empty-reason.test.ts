import { expect, test } from "vitest";
import { emptyReason, noticeOf } from "./empty-reason.ts";
import type { WorklistNodeState } from "./rows.ts";

const state: WorklistNodeState = {
  node: "RIS",
  lastTriedAt: 1,
  lastAnsweredAt: 1,
  error: null,
  query: "for station SCOPELINE on 24-Nov-2026",
  matches: 0,
  notice: null,
};

test("an empty list says why", () => {
  expect(emptyReason([state], 0)).toBe("RIS answered: no procedures for station SCOPELINE on 24-Nov-2026.");
  expect(emptyReason([], 0)).toBe("No worklist is set up. Add a node with the role worklist to the settings.");
  expect(emptyReason([{ ...state, error: "RIS cannot be reached." }], 0)).toBe("RIS cannot be reached.");
  expect(emptyReason([{ ...state, lastAnsweredAt: null }], 0)).toBe("RIS is being asked for the first time.");
  expect(emptyReason([{ ...state, matches: 3 }], 0)).toBe(
    "RIS answered with 3 procedures, all before the days that are shown.",
  );
  expect(emptyReason([state], 12)).toBe("Nothing matches the search. 12 procedures are on the whole list.");
});

test("a list cut short and odd answers are told, without values", () => {
  expect(noticeOf("RIS", { cutShort: false, oddities: new Map() }, 10)).toBeNull();
  const oddities = new Map([
    ["missing StudyInstanceUID", 3],
    ["too-long AccessionNumber", 1],
    ["unreadable answer", 2],
  ]);
  expect(noticeOf("RIS", { cutShort: true, oddities }, 10)).toBe(
    "RIS has more than 10 procedures; only the first 10 are here. Narrow the query: station, modality or days in the settings. Answers of RIS: 3 without StudyInstanceUID, 1 with too long AccessionNumber, 2 unreadable and left out. Tell its administrator.",
  );
});

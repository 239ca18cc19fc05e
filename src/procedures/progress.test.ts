import { expect, it } from "vitest";
import { progressOf } from "./progress.ts";

const saved = { state: "saved", composeFailure: null } as const;

it("is sent only when every node has it", () => {
  expect(progressOf(saved, ["stored", "stored"])).toBe("sent");
  expect(progressOf(saved, ["stored", "pending"])).toBe("saved");
  expect(progressOf(saved, ["stored", "sending"])).toBe("sending");
});

it("shows the node that needs a person first", () => {
  expect(progressOf(saved, ["sending", "held", "stored"])).toBe("held");
});

it("is cancelled only when no node has it", () => {
  expect(progressOf(saved, ["cancelled"])).toBe("cancelled");
  expect(progressOf(saved, ["cancelled", "stored"])).toBe("sent");
});

it("is saved before release and held when it cannot be composed", () => {
  expect(progressOf(saved, [])).toBe("saved");
  expect(progressOf({ state: "saved", composeFailure: "not High profile" }, [])).toBe("held");
});

it("says what its own state says while recording, failed or deleted", () => {
  for (const state of ["recording", "failed", "deleted"] as const) {
    expect(progressOf({ state, composeFailure: null }, ["stored"])).toBe(state);
  }
});

import { expect, test } from "vitest";
import { deliveryOf } from "./delivery.fixture.ts";
import { causeOf, deliveryStateOf, stepsOf, subjectOf } from "./states.ts";

const stored = (commitment: "not-required" | "owed" | "requested" | "committed" | "failed") =>
  deliveryOf({ transfer: "stored", commitment });

test("green is for what is committed, and for nothing else", () => {
  expect(deliveryStateOf({ ...stored("committed"), verifiedBy: "commitment" })).toEqual({ word: "Safe", look: "safe" });
  for (const commitment of ["not-required", "owed", "requested"] as const) {
    expect(deliveryStateOf(stored(commitment))).toEqual({ word: "Sent", look: "sent" });
    expect(causeOf(stored(commitment))).not.toBe("");
  }
  expect(deliveryStateOf(stored("failed")).look).toBe("caution");
});

test("found by query is called so", () => {
  const found = { ...stored("committed"), verifiedBy: "query" } as const;
  expect(deliveryStateOf(found)).toEqual({ word: "Safe, by query", look: "found" });
  expect(causeOf(found)).toMatch(/weaker/);
});

test("a part says which of how many, news about a procedure say what they tell", () => {
  expect(subjectOf(deliveryOf({ captureKind: "clip", captureNumber: 4, part: 2, parts: 3 }))).toBe(
    "Clip 4, part 2 of 3",
  );
  const news = { captureId: null, captureKind: null, captureNumber: null } as const;
  expect(subjectOf(deliveryOf({ ...news, kind: "mpps-create" }))).toBe("Procedure begun");
  expect(subjectOf(deliveryOf({ ...news, kind: "mpps-set" }))).toBe("Procedure ended");
  expect(deliveryStateOf(deliveryOf({ ...news, kind: "mpps-set", transfer: "stored" }))).toEqual({
    word: "Told",
    look: "told",
  });
});

test("what stands by is not waiting, and not missed when it is not needed", () => {
  expect(deliveryStateOf(deliveryOf({ importance: "standby" }))).toEqual({ word: "Stands by", look: "off" });
  expect(deliveryStateOf(deliveryOf({ importance: "standby", transfer: "cancelled" })).word).toBe("Not needed");
  expect(deliveryStateOf(deliveryOf({ importance: "standby", attempts: 1 })).word).toBe("Waiting");
});

test("each state offers what can be done in it, the cure first", () => {
  const held = deliveryOf({ transfer: "held" });
  expect(stepsOf(held)).toEqual(["retry", "cancel"]);
  expect(stepsOf({ ...held, otherEncoding: "Video Endoscopic" })).toEqual(["send-as", "retry", "cancel"]);
  expect(stepsOf(stored("committed"))).toEqual([]);
  expect(stepsOf(stored("failed"))).toEqual(["retry"]);
  expect(stepsOf(deliveryOf({ transfer: "replaced" }))).toEqual([]);
});

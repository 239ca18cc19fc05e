import { expect, test } from "vitest";
import type { Delivery } from "../../src/api/schemas.ts";
import { countsOf, heldReasons, titleOf, toneOf, wordOf } from "./progress.ts";

const delivery = (captureId: string, transfer: Delivery["transfer"], reason: string | null): Delivery => ({
  id: 1,
  procedureId: "p1",
  captureId,
  captureNumber: 1,
  captureKind: "still",
  sopInstanceUid: "2.25.1",
  node: "archive",
  kind: "instance",
  lane: "still",
  importance: "primary",
  sentAs: null,
  part: 1,
  parts: 1,
  verifiedBy: null,
  committedAt: null,
  commitmentReason: null,
  transfer,
  commitment: "not-required",
  attempts: 1,
  sizeBytes: 1,
  nextAttemptAt: null,
  reason,
  peerWords: null,
  warning: null,
  createdAt: 0,
  storedAt: null,
});

test("a capture is named by what it is and its number", () => {
  expect(titleOf({ kind: "still", number: 3 })).toBe("Image 3");
  expect(titleOf({ kind: "clip", number: 4 })).toBe("Clip 4");
});

test("sent is never said as if the archive had verified it", () => {
  expect(wordOf("sent")).toBe("Sent, not verified");
  expect(toneOf("sent")).toBe("plain");
});

test("what needs a person is in colour", () => {
  expect(toneOf("held")).toBe("caution");
  expect(toneOf("failed")).toBe("failure");
});

test("the reason shown for a capture comes from the delivery that is held", () => {
  const reasons = heldReasons([
    delivery("a", "pending", "busy"),
    delivery("a", "held", "refused"),
    delivery("a", "held", "refused too"),
    delivery("b", "stored", null),
  ]);
  expect([...reasons]).toEqual([["a", "refused"]]);
});

test("deleted and failed captures are not counted", () => {
  const captures = [
    { kind: "still", state: "saved" },
    { kind: "still", state: "deleted" },
    { kind: "clip", state: "recording" },
    { kind: "clip", state: "failed" },
  ] as const;
  expect(countsOf(captures)).toEqual({ stills: 1, clips: 1, all: 2 });
});

import { expect, test } from "vitest";
import type { Delivery } from "../../src/api/schemas.ts";
import { deliveryOf } from "../outbox/delivery.fixture.ts";
import { countsOf, deliveryNotes, standingOf, titleOf, toneOf, wordOf } from "./progress.ts";

const delivery = (captureId: string, transfer: Delivery["transfer"], reason: string | null): Delivery =>
  deliveryOf({ captureId, transfer, reason });

test("a capture is named by what it is and its number", () => {
  expect(titleOf({ kind: "still", number: 3 })).toBe("Image 3");
  expect(titleOf({ kind: "clip", number: 4 })).toBe("Clip 4");
});

test("sent is never said as if the archive had verified it", () => {
  expect(wordOf("sent")).toBe("Sent");
  expect(toneOf("sent")).toBe("plain");
  expect(toneOf("safe")).toBe("safe");
});

test("a clip under rescue is neither being recorded nor lost", () => {
  expect(wordOf("rescuing")).toBe("Being rescued");
  expect(toneOf("rescuing")).toBe("plain");
});

test("what needs a person is in colour", () => {
  expect(toneOf("held")).toBe("caution");
  expect(toneOf("failed")).toBe("failure");
});

test("the reason shown for a capture comes from the delivery that is held", () => {
  const { reasons } = deliveryNotes(
    [
      delivery("a", "pending", "busy"),
      delivery("a", "held", "refused"),
      delivery("a", "held", "refused too"),
      delivery("b", "stored", null),
    ],
    false,
  );
  expect([...reasons]).toEqual([["a", "refused"]]);
});

test("what a node does not keep is told with the node's reason, and a proof by query is told from a promise", () => {
  const stored = { ...delivery("a", "stored", null), captureId: "a" };
  const { reasons, proofs } = deliveryNotes(
    [
      { ...stored, captureId: "refused", commitment: "failed", commitmentReason: "not kept" },
      { ...stored, captureId: "promised", commitment: "committed", verifiedBy: "commitment" },
      { ...stored, captureId: "seen", commitment: "committed", verifiedBy: "query" },
      { ...stored, captureId: "both", commitment: "committed", verifiedBy: "query" },
      { ...stored, captureId: "both", commitment: "committed", verifiedBy: "commitment" },
    ],
    false,
  );
  expect([...reasons]).toEqual([["refused", "not kept"]]);
  expect([...proofs]).toEqual([
    ["promised", "commitment"],
    ["seen", "query"],
    ["both", "query"],
  ]);
  expect(wordOf("safe", true)).not.toBe(wordOf("safe"));
});

test("safe is not said before it is known what it rests on", () => {
  const safe = { id: "a", progress: "safe" } as const;
  const unknown = deliveryNotes([], false);
  const seen = deliveryNotes(
    [deliveryOf({ captureId: "a", transfer: "stored", commitment: "committed", verifiedBy: "query" })],
    false,
  );
  expect(standingOf(safe, unknown)).toEqual({ progress: "sent", isFound: false });
  expect(standingOf(safe, seen)).toEqual({ progress: "safe", isFound: true });
  expect(standingOf(safe, deliveryNotes([], true))).toEqual({ progress: "safe", isFound: false });
  expect(standingOf({ id: "a", progress: "saved" }, seen)).toEqual({ progress: "saved", isFound: false });
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

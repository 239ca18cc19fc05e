import { expect, test } from "vitest";
import type { Delivery } from "../../src/api/schemas.ts";
import { groupsOf } from "./groups.ts";

const delivery = (id: number, procedureId: string, fields: Partial<Delivery>): Delivery => ({
  id,
  procedureId,
  captureId: `c${id}`,
  captureNumber: id,
  captureKind: "still",
  sopInstanceUid: `2.25.${id}`,
  node: "archive",
  transfer: "pending",
  commitment: "not-required",
  attempts: 0,
  sizeBytes: 1,
  nextAttemptAt: null,
  reason: null,
  peerWords: null,
  warning: null,
  createdAt: 0,
  storedAt: null,
  ...fields,
});

test("a procedure with something held comes first, the others keep their order", () => {
  const groups = groupsOf([
    delivery(3, "p3", {}),
    delivery(2, "p2", { transfer: "stored" }),
    delivery(1, "p1", { transfer: "held", reason: "refused" }),
  ]);
  expect(groups.map(({ procedureId }) => procedureId)).toEqual(["p1", "p3", "p2"]);
});

test("one cause is said once, with how many it concerns and when the first is tried again", () => {
  const busy = "The archive does not answer.";
  const [group] = groupsOf([
    delivery(1, "p", { reason: busy, nextAttemptAt: 900 }),
    delivery(2, "p", { reason: busy, nextAttemptAt: 700 }),
    delivery(3, "p", { transfer: "held", reason: "refused" }),
    delivery(4, "p", { transfer: "stored" }),
  ]);
  expect(group?.stored).toBe(1);
  expect(group?.causes).toEqual([
    { held: true, node: "archive", reason: "refused", count: 1, nextAttemptAt: null },
    { held: false, node: "archive", reason: busy, count: 2, nextAttemptAt: 700 },
  ]);
});

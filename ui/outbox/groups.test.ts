import { expect, test } from "vitest";
import type { Delivery } from "../../src/api/schemas.ts";
import { deliveryOf } from "./delivery.fixture.ts";
import { groupsOf } from "./groups.ts";

const delivery = (id: number, procedureId: string, fields: Partial<Delivery> = {}): Delivery =>
  deliveryOf({ id, procedureId, captureId: `c${id}`, captureNumber: id, sopInstanceUid: `2.25.${id}`, ...fields });
const news = (id: number, kind: "mpps-create" | "mpps-set", fields: Partial<Delivery> = {}): Delivery =>
  delivery(id, "p", { kind, lane: "step", captureId: null, captureNumber: null, captureKind: null, ...fields });

test("a procedure with something held comes first, the others keep their order", () => {
  const groups = groupsOf([
    delivery(3, "p3"),
    delivery(2, "p2", { transfer: "stored" }),
    delivery(1, "p1", { transfer: "held", reason: "refused" }),
  ]);
  expect(groups.map(({ procedureId }) => procedureId)).toEqual(["p1", "p3", "p2"]);
});

test("one cause is said once, with what it concerns and when the first is tried again", () => {
  const busy = "The archive does not answer.";
  const [group] = groupsOf([
    delivery(1, "p", { reason: busy, nextAttemptAt: 900 }),
    delivery(2, "p", { reason: busy, nextAttemptAt: 700 }),
    delivery(3, "p", { transfer: "held", reason: "refused" }),
    delivery(4, "p", { transfer: "stored" }),
  ]);
  expect(
    group?.causes.map(({ needsPerson, reason, deliveries, nextAttemptAt }) => [
      needsPerson,
      reason,
      deliveries.map(({ id }) => id),
      nextAttemptAt,
    ]),
  ).toEqual([
    [true, "refused", [3], null],
    [false, busy, [1, 2], 700],
  ]);
});

test("what can be sent in the same other form is offered together, different forms are not", () => {
  const held = { transfer: "held", reason: "refused", otherEncoding: "Video Endoscopic" } as const;
  const causeOf = (other: string) =>
    groupsOf([delivery(1, "p", held), delivery(2, "p", { ...held, otherEncoding: other })])[0]?.causes[0];
  expect(causeOf("Video Endoscopic")?.otherEncoding).toBe("Video Endoscopic");
  expect(causeOf("Secondary Capture")?.otherEncoding).toBeNull();
});

test("what the archive does not keep needs a person, though it was sent", () => {
  const failed = { transfer: "stored", commitment: "failed", commitmentReason: "no such class" } as const;
  const [group] = groupsOf([delivery(1, "p", failed)]);
  expect(group?.causes[0]).toMatchObject({ needsPerson: true, reason: "no such class" });
  expect(group?.waiting.map(({ id }) => id)).toEqual([1]);
});

test("only what is proven counts as safe, what was found by query is told apart, news about the procedure counts as none", () => {
  const [group] = groupsOf([
    news(1, "mpps-create", { transfer: "stored" }),
    delivery(2, "p", { transfer: "stored", commitment: "committed", verifiedBy: "commitment" }),
    delivery(3, "p", { transfer: "stored", commitment: "committed", verifiedBy: "query" }),
    delivery(4, "p", { transfer: "stored", commitment: "requested" }),
    delivery(5, "p", { transfer: "cancelled" }),
    delivery(8, "p", { transfer: "stored", commitment: "failed" }),
    delivery(6, "p", { transfer: "replaced" }),
    delivery(7, "p", { importance: "standby" }),
  ]);
  expect(group?.counts).toEqual({ all: 5, safe: 2, found: 1, sent: 1, notKept: 1, cancelled: 1 });
});

test("the rows follow the procedure: begun, its captures, ended", () => {
  const [group] = groupsOf([
    news(5, "mpps-set"),
    delivery(4, "p", { captureNumber: 2, captureId: "b", part: 2, parts: 2 }),
    delivery(3, "p", { captureNumber: 2, captureId: "b", part: 1, parts: 2 }),
    delivery(2, "p", { captureNumber: 1 }),
    news(1, "mpps-create"),
  ]);
  expect(group?.lines.map(({ delivery: { id } }) => id)).toEqual([1, 2, 3, 4, 5]);
});

test("a form that the node did not take lies under the one that goes instead, and alone until that is made", () => {
  const refused = delivery(1, "p", { captureId: "c", transfer: "replaced" });
  const instead = delivery(2, "p", { captureId: "c", sentAs: "Video Endoscopic" });
  const other = delivery(3, "p", { captureId: "c", node: "second" });
  const lines = groupsOf([other, instead, refused])[0]?.lines;
  expect(lines?.map((line) => [line.delivery.id, line.replaced.map(({ id }) => id)])).toEqual([
    [2, [1]],
    [3, []],
  ]);
  expect(groupsOf([refused])[0]?.lines.map((line) => line.delivery.id)).toEqual([1]);
});

import { beforeEach, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../store/store.ts";
import {
  claimNext,
  nextDueAt,
  oweForgotten,
  oweInstance,
  recordOutcome,
  recoverInterrupted,
  shortenPauses,
  unclaim,
} from "./deliveries.ts";
import { getDelivery, listDeliveries, owedCounts, transfersOfProcedure } from "./list.ts";

let database: Database;

beforeEach(() => {
  database = openDatabase(":memory:");
  database
    .prepare(
      "INSERT INTO procedure (id, kind, state, study_instance_uid, performed_procedure_step_uid, begun_at) VALUES ('p', 'emergency', 'released', '1.2', '1.3', 0)",
    )
    .run();
});

function instance(number: number, at: number, nodes: readonly string[] = ["PACS"]): string {
  const uid = `2.25.${number}`;
  database
    .prepare(
      "INSERT INTO capture (id, procedure_id, number, kind, state, source, profile_id, pressed_at, file) VALUES (?, 'p', ?, 'still', 'saved', 's', 'x', 0, 'f')",
    )
    .run(`c${number}`, number);
  database
    .prepare(
      `INSERT INTO instance (sop_instance_uid, capture_id, procedure_id, series_instance_uid, sop_class_uid, transfer_syntax_uid,
         instance_number, file, data_set_offset, size_bytes, composed_at) VALUES (?, ?, 'p', '1.4', '1.5', '1.6', ?, 'f', 300, 1000, 1)`,
    )
    .run(uid, `c${number}`, number);
  oweInstance(database, { sopInstanceUid: uid, procedureId: "p", sizeBytes: 1000 }, nodes, at);
  return uid;
}

const attempt = (deliveryId: number, status: number | null) => ({
  deliveryId,
  startedAt: 10,
  endedAt: 20,
  status,
  peerWords: null,
});

describe("claiming", () => {
  it("takes the oldest due delivery of the node, once", () => {
    instance(1, 100);
    instance(2, 50);
    expect(claimNext(database, "PACS", 200)?.sopInstanceUid).toBe("2.25.2");
    expect(claimNext(database, "PACS", 200)?.sopInstanceUid).toBe("2.25.1");
    expect(claimNext(database, "PACS", 200)).toBeUndefined();
  });

  it("leaves alone what is not due yet, and says when it will be", () => {
    instance(1, 500);
    expect(claimNext(database, "PACS", 499)).toBeUndefined();
    expect(nextDueAt(database, "PACS")).toBe(500);
  });

  it("owes to each node by itself", () => {
    instance(1, 0, ["PACS", "TEACHING"]);
    const claimed = claimNext(database, "PACS", 1);
    recordOutcome(database, attempt(claimed?.id ?? 0, 0), { kind: "stored" }, { pauseMs: 0, failuresInARow: 1 });
    expect(transfersOfProcedure(database, "p").get("c1")?.sort()).toEqual(["pending", "stored"]);
  });

  it("never owes the same instance twice to a node", () => {
    const uid = instance(1, 0);
    oweInstance(database, { sopInstanceUid: uid, procedureId: "p", sizeBytes: 1000 }, ["PACS"], 5);
    expect(owedCounts(database).pending).toBe(1);
  });
});

describe("the outcome of an attempt", () => {
  it("puts a retry off by its pause, so that the next one is not blocked", () => {
    instance(1, 0);
    instance(2, 1);
    const first = claimNext(database, "PACS", 5);
    recordOutcome(
      database,
      attempt(first?.id ?? 0, 0xa700),
      { kind: "retry", reason: "busy", limit: 20 },
      { pauseMs: 100, failuresInARow: 1 },
    );
    expect(claimNext(database, "PACS", 21)?.sopInstanceUid).toBe("2.25.2");
    expect(claimNext(database, "PACS", 121)?.sopInstanceUid).toBe("2.25.1");
  });

  it("holds after the limit of failures in a row", () => {
    instance(1, 0);
    const claimed = claimNext(database, "PACS", 5);
    recordOutcome(
      database,
      attempt(claimed?.id ?? 0, 0x0110),
      { kind: "retry", reason: "fails", limit: 5 },
      { pauseMs: 1, failuresInARow: 5 },
    );
    expect(getDelivery(database, claimed?.id ?? 0)).toMatchObject({ transfer: "held", reason: "fails" });
  });

  it("never holds what only the network failed", () => {
    instance(1, 0);
    const claimed = claimNext(database, "PACS", 5);
    recordOutcome(
      database,
      attempt(claimed?.id ?? 0, null),
      { kind: "retry", reason: "gone", limit: null },
      { pauseMs: 1, failuresInARow: 9999 },
    );
    expect(getDelivery(database, claimed?.id ?? 0)?.transfer).toBe("pending");
  });
});

describe("after a crash", () => {
  it("what was being sent to the node is pending again, with the interrupted attempt on record", () => {
    instance(1, 0, ["PACS", "TEACHING"]);
    claimNext(database, "PACS", 5);
    claimNext(database, "TEACHING", 5);
    expect(recoverInterrupted(database, "PACS", 9)).toBe(1);
    expect(listDeliveries(database, { limit: 10 }).map((d) => [d.node, d.transfer])).toEqual([
      ["TEACHING", "sending"],
      ["PACS", "pending"],
    ]);
    expect(database.prepare("SELECT outcome FROM attempt").all()).toEqual([{ outcome: "interrupted" }]);
  });

  it("gives back what was claimed but not tried", () => {
    instance(1, 0);
    const claimed = claimNext(database, "PACS", 5);
    unclaim(database, claimed?.id ?? 0);
    expect(owedCounts(database)).toMatchObject({ pending: 1, sending: 0, oldestAt: 0 });
  });
});

it("attempts cannot be changed or deleted", () => {
  instance(1, 0);
  const claimed = claimNext(database, "PACS", 5);
  recordOutcome(database, attempt(claimed?.id ?? 0, 0), { kind: "stored" }, { pauseMs: 0, failuresInARow: 1 });
  expect(() => database.prepare("UPDATE attempt SET status = 1").run()).toThrow(/append-only/);
  expect(() => database.prepare("DELETE FROM attempt").run()).toThrow(/append-only/);
});

describe("what is easily forgotten", () => {
  it("was composed while no node was set up: owed to all at the next start, once", () => {
    instance(1, 0, []);
    instance(2, 0, ["PACS"]);
    expect(oweForgotten(database, [], 5)).toBe(0);
    expect(oweForgotten(database, ["PACS", "TEACHING"], 5)).toBe(1);
    expect(oweForgotten(database, ["PACS", "TEACHING"], 6)).toBe(0);
    // The second node gets nothing that another had before it was there.
    expect(listDeliveries(database, { limit: 10 }).map((d) => d.node)).toEqual(["TEACHING", "PACS", "PACS"]);
  });

  it("is a pause that a clock set back has made years long", () => {
    instance(1, 1_000_000_000);
    shortenPauses(database, "PACS", 1_000, 300);
    expect(nextDueAt(database, "PACS")).toBe(1_300);
    shortenPauses(database, "PACS", 1_000, 500);
    expect(nextDueAt(database, "PACS")).toBe(1_300);
  });
});

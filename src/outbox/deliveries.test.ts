import { beforeEach, describe, expect, it } from "vitest";
import type { Database } from "../store/store.ts";
import { recordOutcome } from "./attempts.ts";
import { claimNext, nextDueAt, recoverInterrupted, shortenPauses, unclaim } from "./deliveries.ts";
import { getDelivery, listDeliveries, owedCounts } from "./list.ts";
import { emptyStore, nodeNamed, owedClip, owedStill, renditionsFor, withStandby } from "./outbox.fixture.ts";

let database: Database;
let now = 0;
const lanes = ["still", "clip"] as const;

beforeEach(() => {
  database = emptyStore();
  now = 0;
});

const nodes = (...names: string[]) =>
  renditionsFor(
    database,
    names.map((name) => nodeNamed(name)),
    () => now,
  );
const claim = (at: number, node = "PACS") => claimNext(database, node, lanes, at);

function still(number: number, at: number, ...names: string[]): string {
  now = at;
  return owedStill(database, nodes(...(names.length > 0 ? names : ["PACS"])), number);
}

const attempt = (deliveryId: number, status: number | null) => ({
  deliveryId,
  startedAt: 10,
  endedAt: 20,
  status,
  peerWords: null,
});
const store = (id: number | undefined) =>
  recordOutcome(database, attempt(id ?? 0, 0), { kind: "stored" }, { pauseMs: 0, failuresInARow: 1 });

describe("claiming", () => {
  it("takes the oldest due delivery of the node, once", () => {
    still(1, 100);
    still(2, 50);
    expect(claim(200)?.sopInstanceUid).toBe("2.25.2");
    expect(claim(200)?.sopInstanceUid).toBe("2.25.1");
    expect(claim(200)).toBeUndefined();
  });

  it("takes stills before clips, whichever is older, and only of the lanes asked for", () => {
    owedClip(database, nodes("PACS"), 1);
    still(2, 50);
    expect(claimNext(database, "PACS", ["clip"], 200)?.sopInstanceUid).toBe("2.25.1");
    unclaim(database, 1);
    expect(claim(200)?.sopInstanceUid).toBe("2.25.2");
    expect(claim(200)?.sopInstanceUid).toBe("2.25.1");
  });

  it("leaves alone what is not due yet, and says when it will be", () => {
    still(1, 500);
    expect(claim(499)).toBeUndefined();
    expect(nextDueAt(database, "PACS", lanes)).toBe(500);
    expect(nextDueAt(database, "PACS", ["clip"])).toBeUndefined();
  });

  it("owes to each node by itself, once", () => {
    still(1, 0, "PACS", "TEACHING");
    store(claim(1)?.id);
    nodes("PACS", "TEACHING").owe("c1", "original");
    const transfers = listDeliveries(database, { limit: 10 }).map(({ node, transfer }) => [node, transfer]);
    expect(transfers).toEqual([
      ["TEACHING", "pending"],
      ["PACS", "stored"],
    ]);
  });
});

describe("a standby", () => {
  const owe = () => {
    const renditions = renditionsFor(
      database,
      [nodeNamed("PACS"), nodeNamed("SPARE")],
      () => now,
      withStandby("PACS", "SPARE", 1_000),
    );
    return owedStill(database, renditions, 1);
  };

  it("is not due before its time, and then sent when the primary has not got it", () => {
    owe();
    expect(claim(999, "SPARE")).toBeUndefined();
    expect(claim(1_000, "SPARE")?.importance).toBe("standby");
  });

  it("is cancelled, with the reason, when the primary has it", () => {
    owe();
    store(claim(1)?.id);
    expect(claim(1_000, "SPARE")).toBeUndefined();
    const [spare] = listDeliveries(database, { limit: 1 });
    expect(spare).toMatchObject({
      node: "SPARE",
      transfer: "cancelled",
      reason: expect.stringContaining("Not needed"),
    });
    expect(database.prepare("SELECT action FROM audit WHERE subject_id = ?").all(String(spare?.id))).toContainEqual({
      action: "delivery-cancel",
    });
  });

  it("is sent when the primary refused it", () => {
    owe();
    const claimed = claim(1);
    recordOutcome(database, attempt(claimed?.id ?? 0, 0xa900), { kind: "held", reason: "no" }, next(1));
    expect(claim(1_000, "SPARE")?.importance).toBe("standby");
    expect(listDeliveries(database, { transfer: "sending", limit: 1 })[0]?.node).toBe("SPARE");
  });
});

const next = (failuresInARow: number) => ({ pauseMs: 1, failuresInARow });

describe("the outcome of an attempt", () => {
  it("puts a retry off by its pause, so that the next one is not blocked", () => {
    still(1, 0);
    still(2, 1);
    const first = claim(5);
    const retry = { kind: "retry", reason: "busy", limit: 20 } as const;
    recordOutcome(database, attempt(first?.id ?? 0, 0xa700), retry, { pauseMs: 100, failuresInARow: 1 });
    expect(claim(21)?.sopInstanceUid).toBe("2.25.2");
    expect(claim(121)?.sopInstanceUid).toBe("2.25.1");
  });

  it("holds after the limit of failures in a row", () => {
    still(1, 0);
    const id = claim(5)?.id ?? 0;
    recordOutcome(database, attempt(id, 0x0110), { kind: "retry", reason: "fails", limit: 5 }, next(5));
    expect(getDelivery(database, id)).toMatchObject({
      transfer: "held",
      reason: expect.stringMatching(/^fails Tried 5 times/),
    });
  });

  it("never holds what only the network failed", () => {
    still(1, 0);
    const id = claim(5)?.id ?? 0;
    recordOutcome(database, attempt(id, null), { kind: "retry", reason: "gone", limit: null }, next(9_999));
    expect(getDelivery(database, id)?.transfer).toBe("pending");
  });

  it("has its row in the audit, with the attempt's number, outcome, status and the node's words", () => {
    still(1, 0);
    const id = claim(5)?.id ?? 0;
    const said = { ...attempt(id, 0xa700), peerWords: "disk full" };
    recordOutcome(database, said, { kind: "retry", reason: "busy", limit: 20 }, next(1));
    const audit = database.prepare("SELECT detail FROM audit WHERE action = 'delivery-attempt'").get();
    const { id: number } = database.prepare("SELECT id FROM attempt").get() ?? {};
    expect(JSON.parse(String(audit?.detail))).toEqual({
      attempt: number,
      startedAt: 10,
      outcome: "retry",
      status: 0xa700,
      words: "disk full",
    });
  });
});

describe("after a crash", () => {
  it("what was being sent to the node is pending again, with the interrupted attempt on record", () => {
    still(1, 0, "PACS", "TEACHING");
    claim(5);
    claim(5, "TEACHING");
    expect(recoverInterrupted(database, "PACS", ["mpps-create"], 9)).toBe(0);
    expect(recoverInterrupted(database, "PACS", ["instance"], 9)).toBe(1);
    expect(listDeliveries(database, { limit: 10 }).map((d) => [d.node, d.transfer])).toEqual([
      ["TEACHING", "sending"],
      ["PACS", "pending"],
    ]);
    expect(database.prepare("SELECT outcome FROM attempt").all()).toEqual([{ outcome: "interrupted" }]);
  });

  it("gives back what was claimed but not tried", () => {
    still(1, 0);
    unclaim(database, claim(5)?.id ?? 0);
    expect(owedCounts(database)).toMatchObject({ pending: 1, sending: 0, oldestAt: 0 });
  });
});

it("attempts cannot be changed or deleted", () => {
  still(1, 0);
  store(claim(5)?.id);
  expect(() => database.prepare("UPDATE attempt SET status = 1").run()).toThrow(/append-only/);
  expect(() => database.prepare("DELETE FROM attempt").run()).toThrow(/append-only/);
});

describe("a pause that a clock set back has made years long", () => {
  it("is cut to the longest there is", () => {
    still(1, 1_000_000_000);
    shortenPauses(database, "PACS", lanes, 1_000, 300);
    expect(nextDueAt(database, "PACS", lanes)).toBe(1_300);
    shortenPauses(database, "PACS", lanes, 1_000, 500);
    expect(nextDueAt(database, "PACS", lanes)).toBe(1_300);
  });

  it("is not a standby's waiting", () => {
    const both = [nodeNamed("PACS"), nodeNamed("SPARE")];
    owedStill(
      database,
      renditionsFor(database, both, () => now, withStandby("PACS", "SPARE", 50_000)),
      1,
    );
    shortenPauses(database, "SPARE", lanes, 0, 300);
    expect(nextDueAt(database, "SPARE", lanes)).toBe(50_000);
  });
});

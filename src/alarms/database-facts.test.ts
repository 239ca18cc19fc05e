import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../store/store.ts";
import { deliveryFacts, owedByNode, Tally } from "./database-facts.ts";

const dayMs = 86_400_000;
const now = 1_000 * dayMs;

let database: Database;
let number = 0;

const run = (sql: string, ...values: (string | number | null)[]) => database.prepare(sql).run(...values);

beforeEach(() => {
  database = openDatabase(":memory:");
  run(
    `INSERT INTO procedure (id, kind, state, study_instance_uid, performed_procedure_step_uid, begun_at)
     VALUES ('p', 'scheduled', 'released', '2.25.10', '2.25.11', 0)`,
  );
});

afterEach(() => database.close());

interface Row {
  readonly node?: string;
  readonly lane?: string;
  readonly importance?: string;
  readonly transfer: string;
  readonly commitment?: string;
  readonly createdAt?: number;
  readonly storedAt?: number;
}

function add({ node = "PACS", lane = "still", importance = "primary", transfer, ...rest }: Row): number {
  const { commitment = "not-required", createdAt = now, storedAt } = rest;
  number += 1;
  run(
    `INSERT INTO mpps_message (procedure_id, performed_procedure_step_uid, kind, data_set, created_at)
     VALUES ('p', ?, 'create', '{}', 0)`,
    `2.25.${number}`,
  );
  const { lastInsertRowid } = run(
    `INSERT INTO delivery (node, kind, lane, importance, message_id, procedure_id, size_bytes, transfer, commitment, next_attempt_at,
       created_at, stored_at) VALUES (?, 'mpps-create', ?, ?, last_insert_rowid(), 'p', 0, ?, ?, 0, ?, ?)`,
    ...[node, lane, importance, transfer, commitment, createdAt, storedAt ?? null],
  );
  return Number(lastInsertRowid);
}

const facts = () =>
  deliveryFacts(database, {
    now,
    overdueMs: dayMs,
    nodes: [
      { name: "PACS", hasClipWindow: true },
      { name: "B", hasClipWindow: false },
    ],
  });

describe("what the outbox's rows say", () => {
  it("is nothing where nothing is owed", () => {
    add({ transfer: "stored", commitment: "committed", createdAt: 1, storedAt: 2 });
    add({ transfer: "cancelled", createdAt: 1 });
    expect(facts()).toEqual({
      oldestUnsentAt: null,
      heldCount: 0,
      unsafeOldestAt: null,
      commitmentOverdue: [],
      commitmentFailed: [],
    });
  });

  it("is the oldest that may be sent: not what is held, stands by or waits for the night", () => {
    add({ transfer: "held", createdAt: 1 });
    add({ transfer: "pending", importance: "standby", createdAt: 2 });
    add({ transfer: "pending", lane: "clip", createdAt: now - dayMs + 1 });
    expect(facts()).toMatchObject({ oldestUnsentAt: null, heldCount: 1 });
    add({ transfer: "pending", createdAt: now - 50 });
    add({ transfer: "sending", createdAt: now - 60 });
    expect(facts().oldestUnsentAt).toBe(now - 60);
    add({ transfer: "pending", lane: "clip", node: "B", createdAt: now - 70 });
    expect(facts().oldestUnsentAt).toBe(now - 70);
    add({ transfer: "pending", lane: "clip", createdAt: now - dayMs });
    expect(facts().oldestUnsentAt).toBe(now - dayMs);
  });

  it("is what each node has not confirmed in time, or said that it does not keep", () => {
    add({ transfer: "stored", commitment: "owed", storedAt: now - dayMs });
    add({ transfer: "stored", commitment: "requested", storedAt: now - dayMs - 2 });
    add({ transfer: "stored", commitment: "owed", storedAt: now - dayMs - 1 });
    add({ transfer: "stored", commitment: "failed", storedAt: now - 5, node: "B" });
    expect(facts()).toMatchObject({
      unsafeOldestAt: now - dayMs - 2,
      commitmentOverdue: [{ node: "PACS", since: now - dayMs - 2, count: 2 }],
      commitmentFailed: [{ node: "B", since: now - 5, count: 1 }],
    });
  });

  it("is counted by node, lane and state", () => {
    for (const transfer of ["pending", "pending", "sending", "held", "stored"]) add({ transfer, node: "B" });
    add({ transfer: "pending", lane: "clip" });
    expect(owedByNode(database)).toEqual([
      { node: "B", lane: "still", state: "pending", count: 2 },
      { node: "PACS", lane: "clip", state: "pending", count: 1 },
      { node: "B", lane: "still", state: "sending", count: 1 },
      { node: "B", lane: "still", state: "held", count: 1 },
    ]);
  });
});

it("the tally counts what happened since it began, each once", () => {
  const id = add({ transfer: "pending" });
  const attempt = (outcome: string) =>
    run("INSERT INTO attempt (delivery_id, started_at, ended_at, outcome) VALUES (?, 0, 1, ?)", id, outcome);
  const audit = (action: string) =>
    run(
      "INSERT INTO audit (at, actor, action, subject_kind, subject_id, detail) VALUES (0, 't', ?, 'capture', 'c', '{}')",
      action,
    );
  attempt("stored");
  audit("capture-saved");
  const tally = new Tally(database);
  expect(tally.read()).toEqual({ stored: 0, committed: 0, failedAttempts: 0, capturesSaved: 0, capturesRemoved: 0 });
  for (const outcome of ["stored", "retry", "held"]) attempt(outcome);
  for (const action of ["capture-saved", "capture-removed", "delivery-committed", "other"]) audit(action);
  tally.read();
  audit("capture-saved");
  expect(tally.read()).toEqual({ stored: 1, committed: 1, failedAttempts: 2, capturesSaved: 2, capturesRemoved: 1 });
});

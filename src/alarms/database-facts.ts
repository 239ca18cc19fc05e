import type { Database } from "../store/store.ts";
import type { AlarmFacts } from "./rules.ts";

export type DeliveryFacts = Pick<
  AlarmFacts,
  "oldestUnsentAt" | "heldCount" | "commitmentOverdue" | "commitmentFailed"
> & {
  /** Stored somewhere, not proven yet; null: all is safe. */
  readonly unsafeOldestAt: number | null;
};

export interface DeliveryFactsOptions {
  readonly now: number;
  /** Stored for longer without proof is overdue. */
  readonly overdueMs: number;
  readonly nodes: readonly {
    readonly name: string;
    /** Its clips wait for the night: no reason to worry before a day has passed. */
    readonly hasClipWindow: boolean;
  }[];
}

const dayMs = 86_400_000;
/** A partial index is taken only where its condition is repeated as it stands. */
const open = "transfer IN ('pending', 'sending', 'held')";
const unsafe = "transfer = 'stored' AND commitment IN ('owed', 'requested', 'failed')";
/** More are counted as so many: nobody needs to know whether it is ten or eleven thousand. */
const most = 10_000;

/**
 * What the outbox's rows say: as fast with a million settled deliveries as with none. The indexes are named because SQLite,
 * left alone, takes the one by `transfer` and sorts everything.
 */
export function deliveryFacts(database: Database, { now, overdueMs, nodes }: DeliveryFactsOptions): DeliveryFacts {
  const held = database
    .prepare("SELECT count(*) AS n FROM (SELECT 1 FROM delivery WHERE transfer = 'held' LIMIT ?)")
    .get(most);
  const oldestUnsafe = database
    .prepare(
      `SELECT stored_at AS at FROM delivery INDEXED BY delivery_unsafe WHERE ${unsafe} ORDER BY stored_at LIMIT 1`,
    )
    .get();
  const of = (commitments: readonly string[], until: number) =>
    nodes.flatMap(({ name }) => unsafeAt(database, name, commitments, until));
  return {
    oldestUnsentAt: oldestUnsentAt(database, now, nodes),
    heldCount: Number(held?.n ?? 0),
    unsafeOldestAt: instant(oldestUnsafe?.at),
    commitmentOverdue: of(["owed", "requested"], now - overdueMs),
    commitmentFailed: of(["failed"], Number.MAX_SAFE_INTEGER),
  };
}

function oldestUnsentAt(database: Database, now: number, nodes: DeliveryFactsOptions["nodes"]): number | null {
  const atNight = JSON.stringify(nodes.flatMap(({ name, hasClipWindow }) => (hasClipWindow ? [name] : [])));
  const times = ["pending", "sending"].flatMap((transfer) => {
    const row = database
      .prepare(
        `SELECT created_at AS at FROM
           (SELECT created_at, node, lane, importance FROM delivery INDEXED BY delivery_open
            WHERE transfer = '${transfer}' AND ${open} ORDER BY created_at LIMIT ?)
         WHERE importance <> 'standby'
           AND NOT (lane = 'clip' AND created_at > ? AND node IN (SELECT value FROM json_each(?))) LIMIT 1`,
      )
      .get(most, now - dayMs, atNight);
    return instant(row?.at) ?? [];
  });
  return times.length === 0 ? null : Math.min(...times);
}

function unsafeAt(
  database: Database,
  node: string,
  commitments: readonly string[],
  until: number,
): { node: string; since: number; count: number }[] {
  let count = 0;
  const times: number[] = [];
  for (const commitment of commitments) {
    const row = database
      .prepare(
        `SELECT min(stored_at) AS at, count(*) AS n FROM (SELECT stored_at FROM delivery INDEXED BY delivery_unsafe_node
           WHERE node = ? AND commitment = ? AND stored_at < ? AND ${unsafe} ORDER BY stored_at LIMIT ?)`,
      )
      .get(node, commitment, until, most);
    count += Number(row?.n ?? 0);
    times.push(...[instant(row?.at)].flatMap((at) => at ?? []));
  }
  return count === 0 ? [] : [{ node, since: Math.min(...times), count }];
}

const instant = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));

/** How many deliveries wait, by node and lane. */
export function owedByNode(
  database: Database,
): { node: string; lane: string; state: "pending" | "sending" | "held"; count: number }[] {
  const indexes = { pending: "delivery_due", sending: "delivery_sending", held: "delivery_open" };
  return (["pending", "sending", "held"] as const).flatMap((state) =>
    database
      .prepare(
        `SELECT node, lane, count(*) AS n FROM delivery INDEXED BY ${indexes[state]}
         WHERE transfer = '${state}'${state === "held" ? ` AND ${open}` : ""} GROUP BY node, lane`,
      )
      .all()
      .map((row) => ({ node: String(row.node), lane: String(row.lane), state, count: Number(row.n) })),
  );
}

/** What has happened since this process began, from the rows that are only ever added: counters for the metrics. */
export class Tally {
  readonly #database: Database;
  #lastAttempt: number;
  #lastAudit: number;
  #stored = 0;
  #failed = 0;
  readonly #actions = new Map<string, number>();

  constructor(database: Database) {
    this.#database = database;
    this.#lastAttempt = lastId(database, "attempt");
    this.#lastAudit = lastId(database, "audit");
  }

  read(): {
    stored: number;
    committed: number;
    failedAttempts: number;
    capturesSaved: number;
    capturesRemoved: number;
  } {
    const lastAttempt = lastId(this.#database, "attempt");
    const lastAudit = lastId(this.#database, "audit");
    const attempts = this.#database
      .prepare("SELECT outcome = 'stored' AS is_stored, count(*) AS n FROM attempt WHERE id > ? AND id <= ? GROUP BY 1")
      .all(this.#lastAttempt, lastAttempt);
    for (const row of attempts) {
      if (row.is_stored === 1) this.#stored += Number(row.n);
      else this.#failed += Number(row.n);
    }
    const audits = this.#database
      .prepare("SELECT action, count(*) AS n FROM audit WHERE id > ? AND id <= ? GROUP BY action")
      .all(this.#lastAudit, lastAudit);
    for (const row of audits) {
      const action = String(row.action);
      this.#actions.set(action, (this.#actions.get(action) ?? 0) + Number(row.n));
    }
    this.#lastAttempt = lastAttempt;
    this.#lastAudit = lastAudit;
    const of = (action: string): number => this.#actions.get(action) ?? 0;
    return {
      stored: this.#stored,
      committed: of("delivery-committed"),
      failedAttempts: this.#failed,
      capturesSaved: of("capture-saved"),
      capturesRemoved: of("capture-removed"),
    };
  }
}

function lastId(database: Database, table: "attempt" | "audit"): number {
  return Number(database.prepare(`SELECT max(id) AS id FROM ${table}`).get()?.id ?? 0);
}

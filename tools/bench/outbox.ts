import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "../../src/lib/log.ts";
import { NewsFeed } from "../../src/lib/news.ts";
import { recordOutcome } from "../../src/outbox/attempts.ts";
import { claimNext } from "../../src/outbox/deliveries.ts";
import { Outbox, type OutboxNode } from "../../src/outbox/outbox.ts";
import { type Database, openDatabase } from "../../src/store/store.ts";
import { outboxNode } from "../../test/support/outbox.ts";
import { type Bench, bounded, type Figure, median, quantile } from "./figure.ts";

const owedCount = 100_000;
const perProcedure = 50;
const sizes = [1_000, 10_000, 100_000, 1_000_000] as const;
const lanes = ["still", "clip"] as const;

/** A store with so many settled deliveries, and 100,000 owed ones (as many as there are settled, where that is less). */
function fill(database: Database, settled: number): void {
  const owed = Math.min(owedCount, settled);
  const total = settled + owed;
  const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${total})`;
  const procedures = `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${Math.ceil(total / perProcedure)})`;
  const kind = "CASE WHEN i % 10 = 0 THEN 'clip' ELSE 'still' END";
  const transfer = `CASE WHEN i <= ${settled} THEN 'stored' WHEN i % 100 = 1 THEN 'held' ELSE 'pending' END`;
  const add = (sql: string): void => void database.prepare(sql).run();
  database.transaction(() => {
    add(`${procedures} INSERT INTO procedure (id, kind, state, study_instance_uid, performed_procedure_step_uid, begun_at, released_at, patient)
      SELECT 'p' || i, 'emergency', 'released', '2.25.1' || i, '2.25.2' || i, i, i, '{"patientName":"A^B","patientId":"1"}' FROM n`);
    add(`${numbers} INSERT INTO capture (id, procedure_id, number, kind, state, source, profile_id, pressed_at, saved_at, file, size_bytes)
      SELECT 'c' || i, 'p' || (i / ${perProcedure}), i, ${kind}, 'saved', 's', 'x', i, i, 'media/c' || i, 400000 FROM n`);
    add(`${numbers} INSERT INTO rendition (capture_id, key, procedure_id, state, wanted_at, made_at)
      SELECT 'c' || i, 'original', 'p' || (i / ${perProcedure}), 'made', i, i FROM n`);
    add(
      `${numbers} INSERT INTO rendition_node (capture_id, key, node, importance) SELECT 'c' || i, 'original', 'PACS', 'primary' FROM n`,
    );
    add(`${numbers} INSERT INTO instance (sop_instance_uid, capture_id, procedure_id, series_instance_uid, sop_class_uid, transfer_syntax_uid,
        instance_number, file, data_set_offset, size_bytes, sha256, composed_at, is_owed)
      SELECT '2.25.3' || i, 'c' || i, 'p' || (i / ${perProcedure}), '2.25.4' || (i / ${perProcedure}), '1.2.840.10008.5.1.4.1.1.77.1.2',
        '1.2.840.10008.1.2.4.50', i, 'instances/' || i, 700, 400000, '', i, 1 FROM n`);
    add(`${numbers} INSERT INTO delivery (node, lane, sop_instance_uid, procedure_id, size_bytes, transfer, commitment, verified_by,
        committed_at, attempts, next_attempt_at, created_at, stored_at)
      SELECT 'PACS', ${kind}, '2.25.3' || i, 'p' || (i / ${perProcedure}), 400000, ${transfer},
        CASE WHEN i <= ${settled} THEN 'committed' ELSE 'not-required' END, CASE WHEN i <= ${settled} THEN 'query' END,
        CASE WHEN i <= ${settled} THEN i END, 1, i, i, CASE WHEN i <= ${settled} THEN i END FROM n`);
    add(
      `${numbers} INSERT INTO attempt (delivery_id, started_at, ended_at, outcome, status) SELECT i, i, i, 'stored', 0 FROM n WHERE i <= ${settled}`,
    );
    add(`${numbers} INSERT INTO audit (at, actor, action, subject_kind, subject_id, detail)
      SELECT i, 'scopeline', 'delivery-stored', 'delivery', CAST(i AS TEXT), '{}' FROM n WHERE i <= ${settled}`);
  });
}

const node: OutboxNode = outboxNode("PACS", {
  host: "127.0.0.1",
  port: 9,
  calledAeTitle: "PACS",
  callingAeTitle: "SCOPELINE",
});

function outboxOn(database: Database, directory: string): Outbox {
  return new Outbox({
    database,
    storageDirectory: directory,
    nodes: [node],
    routing: { rules: [], otherwise: null },
    station: { aeTitle: "SCOPELINE", stationName: "T" },
    clock: Date.now,
    log: silentLog,
    news: new NewsFeed(),
  });
}

const timed = (work: () => void): number => {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
};

interface Times {
  /** 95 of 100 are below. */
  readonly claim: number;
  readonly start: number;
  readonly page: number;
}

async function measure(settled: number, rounds: number): Promise<Times> {
  const directory = await mkdtemp(join(tmpdir(), "scopeline-bench-"));
  const file = join(directory, "scopeline.db");
  try {
    using database = openDatabase(file);
    fill(database, settled);
    const claims: number[] = [];
    for (let i = 0; i < 200; i += 1) {
      let id = 0;
      claims.push(
        timed(() => {
          id = claimNext(database, "PACS", lanes, Date.now())?.id ?? 0;
        }),
      );
      const attempt = { deliveryId: id, startedAt: 1, endedAt: 2, status: 0, peerWords: null };
      recordOutcome(database, attempt, { kind: "stored" }, { pauseMs: 0, failuresInARow: 1 });
    }
    const starts: number[] = [];
    const pages: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      starts.push(await startOnce(file, directory));
      const outbox = outboxOn(database, directory);
      for (const filter of [{}, { transfer: "stored" }, { transfer: "held" }, { procedureId: "p1" }] as const) {
        pages.push(
          timed(() => {
            outbox.list({ ...filter, limit: 100 });
            outbox.counts();
          }),
        );
      }
    }
    return { claim: quantile(claims, 0.95), start: median(starts), page: quantile(pages, 0.95) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** From the database's opening until the first delivery is on its way. */
async function startOnce(file: string, directory: string): Promise<number> {
  const startedAt = performance.now();
  using database = openDatabase(file);
  const outbox = outboxOn(database, directory);
  const ending = new AbortController();
  const running = outbox.run(ending.signal);
  while (outbox.nodeStates().every(({ downSince }) => downSince === null)) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const tookMs = performance.now() - startedAt;
  ending.abort();
  await running;
  return tookMs;
}

const limits = { claim: 5, start: 2_000, page: 100 } as const;

function outboxBench(what: keyof Times, words: string): Bench {
  return {
    name: `outbox.${what}`,
    what: `${words} with 1,000 to 1,000,000 settled and up to 100,000 owed deliveries`,
    run: async (rounds, isQuick) => {
      const figures: Figure[] = [];
      for (const settled of isQuick ? sizes.slice(0, 2) : sizes) {
        const { [what]: value } = await measured(settled, rounds);
        const name = settled === 1_000_000 ? `outbox.${what}` : `outbox.${what}.${settled / 1_000}k`;
        figures.push(bounded(name, "ms", value, limits[what]));
      }
      return figures;
    },
  };
}

/** One store of a size serves all three figures. */
const known = new Map<string, Promise<Times>>();
function measured(settled: number, rounds: number): Promise<Times> {
  const key = `${settled} ${rounds}`;
  const times = known.get(key) ?? measure(settled, rounds);
  known.set(key, times);
  return times;
}

export const outboxBenches: readonly Bench[] = [
  outboxBench("claim", "claiming the next delivery, durably,"),
  outboxBench("start", "from opening the store to the first delivery on its way,"),
  outboxBench("page", "a page of 100 deliveries with the counts,"),
];

import { silentLog } from "../../src/lib/log.ts";
import { NewsFeed } from "../../src/lib/news.ts";
import { type Database, openDatabase } from "../../src/store/store.ts";
import { Worklist, type WorklistOptions } from "../../src/worklist/worklist.ts";

/** 24 November 2026, noon, wherever the test runs: the day of the worklist files. */
export const noon = new Date(2026, 10, 24, 12).getTime();

export interface TestBox extends Disposable {
  readonly worklist: Worklist;
  readonly database: Database;
  readonly news: NewsFeed;
}

/** A worklist in memory that asks one node on loopback. */
export function boxAsking(peer: { port: number; aeTitle: string }, changes: Partial<WorklistOptions> = {}): TestBox {
  const database = openDatabase(":memory:");
  const news = new NewsFeed();
  const worklist = new Worklist({
    database,
    nodes: [
      {
        name: "RIS",
        address: { host: "127.0.0.1", port: peer.port, callingAeTitle: "SCOPELINE", calledAeTitle: peer.aeTitle },
        deadlines: { connectMs: 2_000, associationMs: 2_000, responseMs: 20_000 },
      },
    ],
    query: { stationAeTitle: "SCOPELINE", daysBack: 0, daysAhead: 0 },
    refreshMs: 60_000,
    maxItems: 2000,
    keepMs: 72 * 3_600_000,
    clock: () => noon,
    log: silentLog,
    news,
    ...changes,
  });
  return { worklist, database, news, [Symbol.dispose]: () => database.close() };
}

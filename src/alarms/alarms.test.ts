import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { silentLog } from "../lib/log.ts";
import { NewsFeed } from "../lib/news.ts";
import { type Database, openDatabase } from "../store/store.ts";
import { Alarms } from "./alarms.ts";
import { now as begin, dayMs, hourMs, limits, wellFacts } from "./facts.fixture.ts";
import { type Notifier, NotifierError } from "./notifier.ts";
import type { AlarmFacts } from "./rules.ts";
import type { AlarmMessage } from "./told.ts";

const minuteMs = 60_000;

let database: Database;
let ending: AbortController;
let facts: Partial<AlarmFacts>;
let time: number;
let sent: AlarmMessage[];
let send: (message: AlarmMessage) => Promise<void>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  database = openDatabase(":memory:");
  ending = new AbortController();
  facts = {};
  time = 0;
  sent = [];
  send = async (message) => void sent.push(message);
});

afterEach(() => {
  ending.abort();
  vi.useRealTimers();
  database.close();
});

const webhook: Notifier = { channel: "webhook", send: (message) => send(message) };

function start(notifiers: readonly Notifier[] = [webhook]): {
  alarms: Alarms;
  news: string[];
  stop: () => Promise<void>;
} {
  const news = new NewsFeed();
  const topics: string[] = [];
  news.subscribe(({ topic }) => topics.push(topic));
  const alarms = new Alarms({
    ...{ database, limits, notifiers, news, log: silentLog, stationName: "OR 3" },
    clock: () => begin + time,
    monotonic: () => time,
    facts: async () => ({ ...wellFacts, now: begin + time, ...facts }),
  });
  const running = alarms.run(ending.signal);
  const stop = async (): Promise<void> => {
    ending.abort();
    await running;
    ending = new AbortController();
  };
  return { alarms, news: topics, stop };
}

async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 1_000) {
    time += 1_000;
    await vi.advanceTimersByTimeAsync(1_000);
  }
}

const told = () =>
  sent.map(({ raised, reminded, cleared }) => [raised, reminded, cleared].map((list) => list.map(({ id }) => id)));
const ids = (alarms: Alarms) => alarms.current().map(({ id }) => id);
const downFor = (ms: number) => ({ nodes: [{ name: "PACS", downSince: begin + time - ms, reason: null }] });

describe("alarms", () => {
  it("are shown, with since when, by a database that takes nothing, and written once it does", async () => {
    facts = { heldCount: 2 };
    database.prepare("PRAGMA query_only = ON").run();
    const { alarms } = start([]);
    await pass(minuteMs);
    await alarms.look();
    expect(alarms.current()).toEqual([expect.objectContaining({ id: "held", since: begin + 1_000 })]);
    database.prepare("PRAGMA query_only = OFF").run();
    await alarms.look();
    expect(database.prepare("SELECT id, raised_at AS at FROM alarm").all()).toEqual([
      { id: "held", at: begin + 1_000 },
    ]);
    expect(alarms.current()).toEqual([expect.objectContaining({ id: "held", since: begin + 1_000 })]);
  });

  it("are on the screen at once, told once, and told when they are over for good", async () => {
    facts = { heldCount: 2 };
    const { alarms, news } = start();
    await pass(1_000);
    expect(alarms.current()).toEqual([expect.objectContaining({ id: "held", since: begin + 1_000 })]);
    expect(news).toEqual(["health"]);
    await pass(5 * minuteMs);
    expect(alarms.current()).toEqual([expect.objectContaining({ id: "held", since: begin + 1_000 })]);
    facts = {};
    await pass(minuteMs);
    expect(ids(alarms)).toEqual([]);
    expect(told()).toEqual([[["held"], [], []]]);
    await pass(10 * minuteMs);
    expect(told()).toEqual([
      [["held"], [], []],
      [[], [], ["held"]],
    ]);
    expect(sent[1]?.onCount).toBe(0);
    expect(news).toEqual(["health", "health"]);
  });

  it("that come and go every minute are one alarm", async () => {
    start();
    for (let minute = 0; minute < 60; minute++) {
      facts = minute % 2 === 0 ? downFor(hourMs) : {};
      await pass(minuteMs);
    }
    expect(told()).toEqual([[["node-down:PACS"], [], []]]);
  });

  it("that come within a minute of a message wait for the next", async () => {
    start();
    facts = { heldCount: 1, oldestUnsentAt: begin - 2 * hourMs };
    await pass(31_000);
    facts = { ...facts, checkFindings: 1 };
    await pass(50_000);
    expect(told()).toEqual([[["unsent", "held"], [], []]]);
    await pass(minuteMs);
    expect(told()).toEqual([
      [["unsent", "held"], [], []],
      [["store"], [], []],
    ]);
  });

  it("are told again each day", async () => {
    facts = { heldCount: 1 };
    start();
    await pass(dayMs + 2 * minuteMs);
    expect(told()).toEqual([
      [["held"], [], []],
      [[], ["held"], []],
    ]);
  });

  it("are not told again after a restart, and what went away meanwhile is told as over", async () => {
    facts = { heldCount: 1, checkFindings: 1 };
    const first = start();
    await pass(minuteMs);
    await first.stop();
    facts = { heldCount: 1 };
    const { alarms } = start();
    await pass(5 * minuteMs);
    expect(alarms.current()).toEqual([expect.objectContaining({ id: "held", since: begin + 1_000 })]);
    expect(told()).toEqual([[["store", "held"], [], []]]);
    await pass(10 * minuteMs);
    expect(told()).toEqual([
      [["store", "held"], [], []],
      [[], [], ["store"]],
    ]);
  });

  it("are told once by a database that takes nothing, and not again after a restart once it did", async () => {
    facts = { notSavedYet: 1 };
    const first = start();
    database.prepare("PRAGMA query_only = ON").run();
    await pass(30 * minuteMs);
    expect([told(), ids(first.alarms)]).toEqual([[[["not-saved-yet"], [], []]], ["not-saved-yet"]]);
    database.prepare("PRAGMA query_only = OFF").run();
    await pass(minuteMs);
    await first.stop();
    start();
    await pass(5 * minuteMs);
    expect(told()).toHaveLength(1);
  });

  it("that could not be told are told as they are by then, and the screen says that nobody is told", async () => {
    let tries = 0;
    send = async () => {
      tries += 1;
      throw new NotifierError("unreachable", "The webhook cannot be reached.");
    };
    facts = { heldCount: 1 };
    const { alarms } = start();
    await pass(30 * minuteMs);
    // At 0, 1, 3, 7, 15 minutes and then each quarter of an hour.
    expect(tries).toBe(6);
    expect(alarms.current()).toEqual([
      expect.objectContaining({ id: "held" }),
      expect.objectContaining({ id: "mute:webhook", level: "notice" }),
    ]);
    send = async (message) => void sent.push(message);
    facts = { heldCount: 1, checkFindings: 3 };
    await pass(20 * minuteMs);
    expect(told()).toEqual([[["store", "held"], [], []]]);
    expect(ids(alarms)).toEqual(["store", "held"]);
  });

  it("are not held up by a channel that never answers, nor by facts that cannot be had", async () => {
    const hanging: Notifier = { channel: "email", send: () => new Promise(() => {}) };
    facts = { heldCount: 1 };
    const { alarms } = start([hanging, webhook]);
    await pass(minuteMs);
    expect(told()).toEqual([[["held"], [], []]]);
    facts = {
      get heldCount(): number {
        throw new Error("no such table");
      },
    };
    await pass(minuteMs);
    expect(ids(alarms)).toEqual(["held"]);
    facts = {};
    await pass(minuteMs);
    expect(ids(alarms)).toEqual([]);
  });
});

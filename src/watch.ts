import {
  type Alarm,
  type AlarmFacts,
  Alarms,
  ClockWatch,
  deliveryFacts,
  Email,
  type MetricFacts,
  metricsOf,
  type Notifier,
  owedByNode,
  type SourceFacts,
  Tally,
  Webhook,
} from "./alarms/alarms.ts";
import type { Settings } from "./config/config.ts";
import { type Clock, monotonicMs } from "./lib/clock.ts";
import type { Log } from "./lib/log.ts";
import type { NewsFeed } from "./lib/news.ts";
import type { Outbox } from "./outbox/outbox.ts";
import type { Retention } from "./retention/retention.ts";
import type { BuiltSource } from "./sources.ts";
import type { Database } from "./store/store.ts";
import type { TlsOfSettings } from "./wiring.ts";

export interface WatchOptions {
  readonly settings: Settings;
  readonly database: Database;
  readonly outbox: Outbox;
  readonly retention: Retention;
  readonly tls: TlsOfSettings;
  readonly freeSpace: () => Promise<{ freeBytes: number; totalBytes: number }>;
  /** What the check of the store at start found. */
  readonly checkFindings: number;
  /** How many clips are on the disk and not in the database. */
  readonly notSavedYet: () => number;
  readonly version: string;
  readonly startedAt: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly news: NewsFeed;
  readonly sources: ReadonlyMap<string, BuiltSource>;
}

/** The screen asks often; what costs is looked at no more than once in so long. */
const freshMs = 1_000;

type Gathered = Pick<MetricFacts, "now" | "disk" | "deliveries">;

/** Before the database was read for the first time. */
const nothingOwed: Gathered["deliveries"] = {
  ...{ oldestUnsentAt: null, heldCount: 0, unsafeOldestAt: null },
  ...{ commitmentOverdue: [], commitmentFailed: [] },
};

/** Sees to it that somebody is told before somebody notices: gathers what the alarms and the metrics are judged by. */
export class Watch {
  readonly #options: WatchOptions;
  readonly #clockWatch: ClockWatch;
  readonly #tally: Tally;
  readonly #alarms: Alarms;
  #known = nothingOwed;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(options: WatchOptions) {
    this.#options = options;
    const { settings, database, tls, clock, log, news } = options;
    const { alarms } = settings;
    this.#clockWatch = new ClockWatch({ clock, stepSeconds: alarms.clockSeconds });
    this.#tally = new Tally(database);
    this.#alarms = new Alarms({
      database,
      clock,
      log,
      news,
      stationName: settings.station.stationName,
      limits: { unsentMs: alarms.unsentMinutes * 60_000, certificateMs: alarms.certificateDays * 86_400_000 },
      facts: async () => this.#facts(await this.#gatherOrKnown()),
      notifiers: notifiersOf(alarms, tls),
    });
  }

  run(signal: AbortSignal): Promise<void> {
    return this.#alarms.run(signal);
  }

  /** What is wrong now, the worst first. */
  async current(): Promise<readonly Alarm[]> {
    if (monotonicMs() - this.#lookedAt >= freshMs) {
      this.#lookedAt = monotonicMs();
      await this.#alarms.look();
    }
    return this.#alarms.current();
  }

  /** For Prometheus. */
  async metrics(): Promise<string> {
    const { database, version, startedAt } = this.#options;
    const gathered = await this.#gather();
    const facts = await this.#facts(gathered);
    return metricsOf({
      ...gathered,
      version,
      startedAt,
      owed: owedByNode(database),
      tally: this.#tally.read(),
      nodes: facts.nodes,
      certificates: facts.certificates,
      clock: facts.clock,
      alarms: this.#alarms.current(),
      sources: facts.sources,
      memoryBytes: process.memoryUsage.rss(),
    });
  }

  /** What alarms and metrics are both made of. */
  async #gather(): Promise<Gathered> {
    const { clock, freeSpace } = this.#options;
    const now = clock();
    return { now, disk: await freeSpace(), deliveries: this.#deliveries(now) };
  }

  /** As #gather; a database that cannot be read leaves its part as it was, and is an alarm itself. */
  async #gatherOrKnown(): Promise<Gathered & { readonly isDatabaseRead: boolean }> {
    const { clock, freeSpace, log } = this.#options;
    const now = clock();
    const disk = await freeSpace();
    try {
      this.#known = this.#deliveries(now);
      return { now, disk, deliveries: this.#known, isDatabaseRead: true };
    } catch (error) {
      log.error({ error: String(error) }, "the database cannot be read for the alarms");
      return { now, disk, deliveries: this.#known, isDatabaseRead: false };
    }
  }

  async #facts({
    now,
    disk,
    deliveries,
    isDatabaseRead = true,
  }: Gathered & { readonly isDatabaseRead?: boolean }): Promise<AlarmFacts> {
    const { settings, outbox, retention, tls, checkFindings, notSavedYet, sources } = this.#options;
    const { freeBytes, totalBytes } = disk;
    const { oldestUnsentAt, heldCount, commitmentOverdue, commitmentFailed } = deliveries;
    return {
      now,
      oldestUnsentAt,
      heldCount,
      commitmentOverdue,
      commitmentFailed,
      refusals: outbox
        .nodeStates()
        .flatMap(({ node, mppsRefusal, commitmentRefusal }) => [
          ...(mppsRefusal === null ? [] : [{ node, service: "mpps" as const, words: mppsRefusal }]),
          ...(commitmentRefusal === null ? [] : [{ node, service: "commitment" as const, words: commitmentRefusal }]),
        ]),
      nodes: outbox.nodeStates().map(({ node, downSince, reason }) => ({ name: node, downSince, reason })),
      certificates: tls.all().flatMap(({ files }) => files.certificates()),
      tlsProblems: tls.all().flatMap(({ of, files }) => (files.problem === null ? [] : [`${of}: ${files.problem}`])),
      clock: await this.#clockWatch.look(),
      disk: {
        usedPercent: totalBytes === 0 ? 0 : ((totalBytes - freeBytes) / totalBytes) * 100,
        freeBytes,
        minimumFreeBytes: settings.storage.minimumFreeBytes,
        nothingToDeleteSince: retention.state().nothingToDeleteSince,
      },
      checkFindings,
      notSavedYet: notSavedYet(),
      isDatabaseRead,
      sources: sourceFacts(sources),
    };
  }

  #deliveries(now: number): ReturnType<typeof deliveryFacts> {
    const { database, settings } = this.#options;
    const nodes = settings.nodes
      .filter(({ roles }) => roles.includes("storage"))
      .map(({ name, sending }) => ({ name, hasClipWindow: sending.clipsFrom !== undefined }));
    return deliveryFacts(database, { now, overdueMs: settings.alarms.unprovenHours * 3_600_000, nodes });
  }
}

function sourceFacts(sources: WatchOptions["sources"]): SourceFacts[] {
  return [...sources].map(([id, { source, name }]) => {
    const { state, frames, lostFrames, restarts, preview, ringBytes, slowestSyncMs, findings } = source.state();
    const previewFps = state === "live" ? preview.fps : 0;
    return { id, name, state, frames, lostFrames, restarts, previewFps, ringBytes, slowestSyncMs, findings };
  });
}

function notifiersOf({ webhook, email }: Settings["alarms"], tls: TlsOfSettings): Notifier[] {
  const trust = (of: "the webhook" | "the mail server") => {
    const files = tls.of(of);
    return files && (() => files.identity());
  };
  return [
    ...(webhook === undefined
      ? []
      : [new Webhook({ url: webhook.url, tokenFile: webhook.tokenFile, tls: trust("the webhook") })]),
    ...(email === undefined ? [] : [new Email({ ...email, tls: trust("the mail server") })]),
  ];
}

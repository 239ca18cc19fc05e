import { pauseMs } from "../lib/backoff.ts";
import { type Clock, monotonicMs } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { NewsFeed } from "../lib/news.ts";
import { Wakeup } from "../lib/wakeup.ts";
import type { Database } from "../store/store.ts";
import { type Alarm, type Finding, rankOf } from "./alarm.ts";
import type { Notifier } from "./notifier.ts";
import { readRaised, readTold, writeRaised, writeTold } from "./rows.ts";
import { type AlarmFacts, type AlarmLimits, findingsOf } from "./rules.ts";
import { messageFor, type Told, toldAfter } from "./told.ts";

export type { Alarm, AlarmArea, AlarmLevel } from "./alarm.ts";
export { type ClockFacts, ClockWatch, type ClockWatchOptions } from "./clock-watch.ts";
export { type DeliveryFacts, deliveryFacts, owedByNode, Tally } from "./database-facts.ts";
export { Email, type EmailOptions } from "./email.ts";
export { type MetricFacts, metricsContentType, metricsOf } from "./metrics.ts";
export type { Notifier } from "./notifier.ts";
export { type AlarmFacts, type AlarmLimits, databaseAlarm, databaseUnread, type SourceFacts } from "./rules.ts";
export { Webhook, type WebhookOptions } from "./webhook.ts";

export interface AlarmsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly news: NewsFeed;
  readonly stationName: string;
  readonly limits: AlarmLimits;
  readonly facts: () => Promise<AlarmFacts>;
  readonly notifiers: readonly Notifier[];
  /** A clock that nobody sets; for tests. */
  readonly monotonic?: () => number;
}

const lookEveryMs = 30_000;
/** What comes back within this was never away: a node that flaps is one alarm. */
const overAfterMs = 600_000;
/** One message to a channel in so much time, whatever happens. */
const messageEveryMs = 60_000;
const backoff = { firstMs: messageEveryMs, maxMs: 900_000, jitter: 0 };
/** So many messages in a row could not be sent: the screen has to say so. */
const failuresShown = 3;

/** What a channel was told: by this process, or by the one before as the database has it. */
interface ToldChannel {
  told: ReadonlyMap<string, Told>;
  /** The database has it as well. */
  isWritten: boolean;
}

/** Looks at the facts every half minute, keeps what is wrong, and tells those who want to know. */
export class Alarms {
  readonly #options: AlarmsOptions;
  readonly #monotonic: () => number;
  readonly #raisedAt: Map<string, number>;
  /** By the monotonic clock: when each was last found. */
  readonly #foundAt = new Map<string, number>();
  readonly #changed = new Map<Notifier, Wakeup>();
  readonly #told: ReadonlyMap<Notifier, ToldChannel>;
  readonly #mute = new Map<Notifier, { failures: number; why: string }>();
  /** What came, and since when, that the database does not take: a full disk is an alarm all the same. */
  #unwritten: ReadonlyMap<string, number> = new Map();
  #on: readonly Alarm[] = [];

  constructor(options: AlarmsOptions) {
    this.#options = options;
    this.#monotonic = options.monotonic ?? monotonicMs;
    this.#raisedAt = readRaised(options.database);
    this.#told = new Map(
      options.notifiers.map((notifier) => [
        notifier,
        { told: readTold(options.database, notifier.channel), isWritten: true },
      ]),
    );
    const toldIds = [...this.#told.values()].flatMap(({ told }) => [...told.keys()]);
    // What was on before this start is taken to be on until it has not been found for some time.
    for (const id of [...this.#raisedAt.keys(), ...toldIds]) this.#foundAt.set(id, this.#monotonic());
    for (const notifier of options.notifiers) this.#changed.set(notifier, new Wakeup());
  }

  /** What is wrong by the last look, the worst first. */
  current(): readonly Alarm[] {
    return this.#on;
  }

  /** Until the signal aborts. A channel that hangs or fails holds up nothing but itself. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([
      this.#watch(signal),
      ...this.#options.notifiers.map((notifier) => this.#tellAll(notifier, signal)),
    ]);
  }

  /** One look at the facts. */
  async look(): Promise<void> {
    const { facts, limits, clock, news, log } = this.#options;
    const findings = [...findingsOf(await facts(), limits), ...this.#muteFindings()];
    const now = clock();
    const found = new Set(findings.map(({ id }) => id));
    for (const id of found) this.#foundAt.set(id, this.#monotonic());
    const unwritten = this.#unwritten;
    const newIds = [...found].filter((id) => !this.#raisedAt.has(id));
    const came = new Map(newIds.map((id) => [id, unwritten.get(id) ?? now]));
    const went = [...this.#raisedAt.keys()].filter((id) => this.#isOver(id));
    this.#write(came, went);
    const before = this.#on;
    this.#on = findings
      .map((finding) => ({
        ...finding,
        since: finding.since ?? this.#raisedAt.get(finding.id) ?? came.get(finding.id) ?? now,
      }))
      .sort((a, b) => rankOf[a.level] - rankOf[b.level]);
    for (const { id, level } of this.#on)
      if (came.has(id) && !unwritten.has(id)) log.warn({ alarm: id, level }, "an alarm is raised");
    for (const id of went) if (!this.#raisedAt.has(id)) log.info({ alarm: id }, "an alarm is over");
    if (!isSame(before, this.#on)) news.tell({ topic: "health" });
    for (const wakeup of this.#changed.values()) wakeup.wake();
  }

  #write(came: ReadonlyMap<string, number>, went: readonly string[]): void {
    const { database, log } = this.#options;
    try {
      writeRaised(database, came, went);
    } catch (error) {
      log.error({ error: String(error) }, "the database does not take the alarms; tried again");
      this.#unwritten = came;
      return;
    }
    this.#unwritten = new Map();
    for (const [id, at] of came) this.#raisedAt.set(id, at);
    for (const id of went) this.#raisedAt.delete(id);
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const pause = new Wakeup();
    while (!signal.aborted) {
      await this.look().catch((error: unknown) =>
        this.#options.log.error({ error: String(error) }, "the alarms could not be looked at; tried again"),
      );
      await pause.wait(lookEveryMs, signal);
    }
  }

  async #tellAll(notifier: Notifier, signal: AbortSignal): Promise<void> {
    const wakeup = this.#changed.get(notifier) ?? new Wakeup();
    const pause = new Wakeup();
    while (!signal.aborted) {
      await wakeup.wait(Number.POSITIVE_INFINITY, signal);
      if (signal.aborted) return;
      const waitMs = await this.#tell(notifier, signal);
      if (waitMs > 0) await pause.wait(waitMs, signal);
    }
  }

  /** Sends what is new to this channel, if anything is. Gives how long the channel is left alone then. */
  async #tell(notifier: Notifier, signal: AbortSignal): Promise<number> {
    const { clock, stationName, log } = this.#options;
    const { channel } = notifier;
    const isOver = (id: string): boolean => this.#isOver(id);
    const known = this.#told.get(notifier) ?? { told: new Map(), isWritten: true };
    if (!known.isWritten) this.#writeTold(notifier, known);
    const message = messageFor(this.#on, known.told, { station: stationName, at: clock(), isOver });
    if (message === null) return 0;
    try {
      await notifier.send(message, signal);
    } catch (error) {
      if (signal.aborted) return 0;
      const failures = (this.#mute.get(notifier)?.failures ?? 0) + 1;
      const why = error instanceof Error ? error.message : String(error);
      this.#mute.set(notifier, { failures, why });
      log.warn({ channel, failures, error: why }, "an alarm could not be sent; tried again");
      return pauseMs(failures, backoff);
    }
    this.#mute.delete(notifier);
    // Told is told: a database that takes nothing must not have it told again.
    known.told = toldAfter(known.told, message);
    this.#writeTold(notifier, known);
    return messageEveryMs;
  }

  #writeTold({ channel }: Notifier, known: ToldChannel): void {
    const { database, log } = this.#options;
    try {
      writeTold(database, channel, known.told);
      known.isWritten = true;
    } catch (error) {
      log.error({ channel, error: String(error) }, "the database does not take who was told; tried again");
      known.isWritten = false;
    }
  }

  #isOver(id: string): boolean {
    return this.#monotonic() - (this.#foundAt.get(id) ?? Number.NEGATIVE_INFINITY) >= overAfterMs;
  }

  #muteFindings(): Finding[] {
    return [...this.#mute].flatMap(([{ channel }, { failures, why }]) => {
      if (failures < failuresShown) return [];
      const message = `Nobody is told of alarms by ${channel === "email" ? "e-mail" : "webhook"}: ${why}`;
      return [{ id: `mute:${channel}`, area: "alarms", level: "notice", message, detail: null, since: null } as const];
    });
  }
}

function isSame(before: readonly Alarm[], after: readonly Alarm[]): boolean {
  return (
    before.length === after.length &&
    before.every((one, at) => after[at]?.id === one.id && after[at]?.level === one.level)
  );
}

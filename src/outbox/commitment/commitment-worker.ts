import { DimseError } from "../../dimse/dimse.ts";
import { pauseMs } from "../../lib/backoff.ts";
import { type Clock, monotonicMs } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import type { NewsFeed } from "../../lib/news.ts";
import { Wakeup } from "../../lib/wakeup.ts";
import type { Database } from "../../store/store.ts";
import { type OutboxNode, proofBy } from "../node.ts";
import { jitter, NodeHealth, type NodeState } from "../sending/node-health.ts";
import { failureKind } from "../why-not.ts";
import { Asking, type Question, type Reply } from "./asking.ts";
import type { CommitmentReports } from "./commitment-reports.ts";
import { QueryProof } from "./query-proof.ts";
import {
  expireRequest,
  explainUnproven,
  isStillSending,
  nextUnproven,
  openRequests,
  oweOrphans,
  shortenDueTimes,
  type UnprovenProcedure,
  unprovenInstances,
} from "./rows.ts";

export interface CommitmentWorkerOptions {
  readonly database: Database;
  /** With the role `commitment` or `query`. */
  readonly node: OutboxNode;
  readonly reports: CommitmentReports;
  readonly clock: Clock;
  readonly log: Log;
  readonly news: NewsFeed;
  /** Something may have to be sent again now. */
  readonly wake: () => void;
  /** How long an association is kept open for a report on it; by default five seconds. */
  readonly lingerMs?: number;
}

export interface CommitmentState extends NodeState {
  /** The node does not do storage commitment: in words, what to do about it. Null: it does, or was not asked yet. */
  readonly refusal: string | null;
}

/** Instances in one request, and in one query. */
const mostAtOnce = 500;
/** Procedures in one pass. */
const mostProcedures = 50;
/** After the last one was stored, where more of the procedure is still on its way. */
const patienceMs = 30_000;
/** Between two looks by query for what a node does not list. */
const lookAgainMs = 60_000;
/** A clock may step at any time: look again at least every minute. */
const longestWaitMs = 60_000;
const usualLingerMs = 5_000;
/** Between two looks at the database, however often it is woken. */
const restMs = 250;

/** Proves, for one node, that what it stored is kept: by storage commitment (PS3.4 Annex J), or weaker, by query. */
export class CommitmentWorker {
  readonly #options: CommitmentWorkerOptions;
  readonly #health: NodeHealth;
  readonly #query: QueryProof;
  readonly #wakeup = new Wakeup();
  /** Procedures that wait after a refusal or a look, by the monotonic clock; only such with something to prove. */
  readonly #waiting = new Map<string, { readonly failures: number; readonly until: number }>();
  #asking: Asking | undefined;
  #refusal: string | null = null;
  /** The node does not do it: not asked before then. */
  #refusedUntil = 0;
  /** How often every pause was ended: a question that was under way then begins none. */
  #ended = 0;

  constructor(options: CommitmentWorkerOptions) {
    this.#options = options;
    this.#health = new NodeHealth(options);
    this.#query = new QueryProof(options);
  }

  state(): CommitmentState {
    return { ...this.#health.state(), refusal: this.#refusal };
  }

  /** Something was stored or reported: looks again; `atOnce` also ends every pause. */
  wake(atOnce = false): void {
    if (atOnce) {
      this.#health.endPause();
      this.#ended += 1;
      this.#waiting.clear();
      this.#refusedUntil = 0;
    }
    this.#wakeup.wake();
    this.#asking?.lookAgain();
  }

  /** Runs until the signal aborts. A defect in here is thrown to whoever supervises. */
  async run(signal: AbortSignal): Promise<void> {
    this.#recover();
    while (!signal.aborted) {
      const begunAt = monotonicMs();
      const reportWaitMs = this.#expireDue();
      const pauseLeftMs = this.#health.pauseLeftMs();
      const { due, waitMs } = pauseLeftMs > 0 ? { due: [], waitMs: pauseLeftMs } : this.#look();
      if (due.length > 0) await this.#prove(due, signal);
      else await this.#wakeup.wait(Math.min(waitMs, reportWaitMs, longestWaitMs), signal);
      await new Wakeup().wait(restMs - (monotonicMs() - begunAt), signal);
    }
  }

  /** After a restart: whether a request that was being asked had left is not known, so it is over. */
  #recover(): void {
    const { database, node, clock, log } = this.#options;
    for (const { transactionUid, state } of openRequests(database, node.name)) {
      if (state === "asking")
        expireRequest(database, transactionUid, "The box stopped while asking. Asked again.", clock());
    }
    const orphans = oweOrphans(database, node.name, clock());
    if (orphans > 0) log.warn({ node: node.name, orphans }, "deliveries waited for a report that nobody owed");
  }

  /** Ends requests whose time is over; says how long the next one has. */
  #expireDue(): number {
    const { database, node, clock, log, news } = this.#options;
    const at = clock();
    const { reportWithinMs } = node.commitment;
    shortenDueTimes(database, node.name, at + reportWithinMs);
    for (const { transactionUid, dueAt } of openRequests(database, node.name)) {
      if (dueAt > at) return dueAt - at;
      const within = `${Math.max(1, Math.round(reportWithinMs / 60_000))} minutes`;
      const open = expireRequest(
        database,
        transactionUid,
        `${node.name} did not report within ${within}. Asked again.`,
        at,
      );
      log.warn({ node: node.name, transactionUid, open }, "no commitment report in time");
      news.tell({ topic: "delivery" });
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Procedures whose time has come, and how long the next of the others has. */
  #look(): { readonly due: readonly string[]; readonly waitMs: number } {
    const { database, node } = this.#options;
    if (!this.#canAsk() && !this.#canQuery()) {
      return { due: [], waitMs: Math.max(restMs, this.#refusedUntil - monotonicMs()) };
    }
    const due: string[] = [];
    const seen = new Set<string>();
    let waitMs = Number.POSITIVE_INFINITY;
    for (let after = ""; due.length < mostProcedures; ) {
      const next = nextUnproven(database, node.name, after);
      if (next === undefined) {
        for (const id of this.#waiting.keys()) if (!seen.has(id)) this.#waiting.delete(id);
        break;
      }
      after = next.procedureId;
      seen.add(after);
      const ownWaitMs = this.#waitMs(next);
      if (ownWaitMs <= 0) due.push(after);
      else waitMs = Math.min(waitMs, ownWaitMs);
    }
    return { due, waitMs };
  }

  #waitMs({ procedureId, lastStoredAt }: UnprovenProcedure): number {
    const { database, node, clock } = this.#options;
    const refusedMs = (this.#waiting.get(procedureId)?.until ?? 0) - monotonicMs();
    if (refusedMs > 0) return refusedMs;
    const sinceMs = clock() - lastStoredAt;
    // Stored in the future: a clock was set back.
    if (sinceMs < 0 || sinceMs >= patienceMs) return 0;
    return isStillSending(database, node.name, procedureId) ? patienceMs - sinceMs : 0;
  }

  #canAsk(): boolean {
    return proofBy(this.#options.node) === "commitment" && this.#refusedUntil <= monotonicMs();
  }

  #canQuery(): boolean {
    return this.#options.node.roles.includes("query");
  }

  async #prove(procedureIds: readonly string[], signal: AbortSignal): Promise<void> {
    const { database, node } = this.#options;
    const questions = procedureIds.map((procedureId) => ({
      procedureId,
      instances: unprovenInstances(database, node.name, procedureId, mostAtOnce),
    }));
    try {
      if (this.#canAsk()) await this.#ask(this.#answerable(questions, true), signal);
      if (this.#canQuery() && !signal.aborted) await this.#lookFor(this.#answerable(questions, false), signal);
    } catch (error) {
      if (signal.aborted) return;
      if (failureKind(error) === "defect") throw error;
      this.#health.failed(error);
    }
  }

  /** What is asked for commitment; or else what a query has to prove, because asking did not help. */
  #answerable(questions: readonly Question[], byCommitment: boolean): readonly Question[] {
    const { node } = this.#options;
    if (!this.#canAsk()) return byCommitment ? [] : questions;
    const isHopeless = (unanswered: number): boolean => this.#canQuery() && unanswered > node.commitment.askAgain;
    return questions
      .map(({ procedureId, instances }) => ({
        procedureId,
        instances: instances.filter(({ unanswered }) => isHopeless(unanswered) !== byCommitment),
      }))
      .filter(({ instances }) => instances.length > 0);
  }

  /** Throws what an association or a query fails with. */
  async #ask(questions: readonly Question[], signal: AbortSignal): Promise<void> {
    if (questions.length === 0) return;
    const asking = await this.#open(questions, signal);
    if (asking === undefined) return;
    this.#asking = asking;
    try {
      for (const question of questions) {
        if (!asking.isOpen || signal.aborted) break;
        const reply = await asking.ask(question, signal);
        if (reply.kind !== "lost") this.#answered();
        if (reply.kind === "class-refused") this.#doesNot(reply.words, questions);
        else if (reply.kind !== "taken") this.#notTaken(question, reply);
        else this.#waiting.delete(question.procedureId);
        if (reply.kind === "class-refused" || reply.kind === "lost") break;
      }
      await asking.close(signal);
    } finally {
      this.#asking = undefined;
      // Also when the database threw: no association is left behind.
      asking.abort();
    }
  }

  async #open(questions: readonly Question[], signal: AbortSignal): Promise<Asking | undefined> {
    try {
      return await Asking.open({ ...this.#options, lingerMs: this.#options.lingerMs ?? usualLingerMs }, signal);
    } catch (error) {
      if (!(error instanceof DimseError) || error.code !== "context-refused") throw error;
      const { name } = this.#options.node;
      this.#doesNot(
        `${name} does not take requests for storage commitment. Its administrator has to allow it, or take the role from its settings.`,
        questions,
      );
      return undefined;
    }
  }

  #notTaken({ procedureId }: Question, reply: Extract<Reply, { kind: "refused" | "lost" }>): void {
    if (reply.kind === "lost") this.#health.associationLost(reply.error);
    const failures = (this.#waiting.get(procedureId)?.failures ?? 0) + 1;
    const pause = pauseMs(failures, { ...this.#options.node.retry, jitter });
    this.#waiting.set(procedureId, { failures, until: monotonicMs() + pause });
  }

  #doesNot(words: string, questions: readonly Question[]): void {
    const { database, node, news } = this.#options;
    this.#health.answered();
    this.#refusal = words;
    this.#refusedUntil = monotonicMs() + node.commitment.reportWithinMs;
    for (const { instances } of questions) {
      const ids = instances.map(({ deliveryId }) => deliveryId);
      explainUnproven(database, ids, words);
    }
    news.tell({ topic: "health" });
    news.tell({ topic: "delivery" });
  }

  #answered(): void {
    this.#health.answered();
    if (this.#refusal !== null) this.#options.news.tell({ topic: "health" });
    this.#refusal = null;
  }

  /** Throws what a query fails with. */
  async #lookFor(questions: readonly Question[], signal: AbortSignal): Promise<void> {
    const { database, node } = this.#options;
    for (const { procedureId, instances } of questions) {
      if (signal.aborted) return;
      const ended = this.#ended;
      const outcome = await this.#query.prove(instances, signal);
      this.#health.answered();
      if (outcome !== "cannot-ask" && outcome.missing === 0) continue;
      const pause = outcome === "cannot-ask" ? node.commitment.reportWithinMs : lookAgainMs;
      // Whoever asked for a look at once did not mean the one that had been sent before.
      if (ended === this.#ended) this.#waiting.set(procedureId, { failures: 0, until: monotonicMs() + pause });
      if (outcome !== "cannot-ask") continue;
      const words = `${node.name} takes no queries for instances. Its administrator has to allow them, or take the role from its settings.`;
      explainUnproven(
        database,
        instances.map(({ deliveryId }) => deliveryId),
        words,
      );
    }
  }
}

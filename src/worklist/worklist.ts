/** What is scheduled: asked of the worklist nodes, kept for when they cannot be reached. The public face of this room. */
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { recordAudit } from "../audit/audit.ts";
import type { WorklistItem } from "../dicom/identity.ts";
import { DimseError } from "../dimse/dimse.ts";
import { type Clock, localTime } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { NewsFeed } from "../lib/news.ts";
import type { Database } from "../store/store.ts";
import { askNode, type WholeAnswer, type WorklistNode } from "./ask.ts";
import { emptyReason, noticeOf } from "./empty-reason.ts";
import { untilNextQueryMs } from "./next-query.ts";
import { addDays, type PatientQuery, type QuerySettings, queryWords, worklistQuery } from "./query.ts";
import {
  countItems,
  expire,
  findItem,
  type ListFilter,
  listItems,
  nodeStates,
  noteAnswer,
  noteFailure,
  noteReached,
  physiciansSeen,
  putItems,
  replaceItems,
  type WorklistNodeState,
} from "./rows.ts";
import { type LookAlike, similarNames } from "./similar-names.ts";
import { whyNoWorklist } from "./why-not.ts";

export type { WorklistNode } from "./ask.ts";
export type { PatientQuery, QuerySettings } from "./query.ts";
export type { WorklistNodeState } from "./rows.ts";
export type { LookAlike } from "./similar-names.ts";

export interface WorklistOptions {
  readonly database: Database;
  readonly nodes: readonly WorklistNode[];
  readonly query: QuerySettings;
  readonly refreshMs: number;
  /** At most so many procedures of each node. */
  readonly maxItems: number;
  /** How long a list is kept after the node's last answer. */
  readonly keepMs: number;
  /** A node that has not answered whole after so long is given up for now; 5 minutes unless told. */
  readonly answerWithinMs?: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly news: NewsFeed;
}

export interface ListRequest extends ListFilter {
  /** 1 to 1000; 200 unless told. */
  readonly limit?: number;
  readonly offset?: number;
}

export interface WorklistPage {
  readonly items: readonly WorklistItem[];
  /** How many match, before the page. */
  readonly total: number;
  readonly nodes: readonly WorklistNodeState[];
  /** Since the oldest of the nodes' last answers; null: no node ever answered. */
  readonly ageMs: number | null;
  /** Set when `items` is empty. */
  readonly emptyReason: string | null;
  /** Names on the list, for choosing from. */
  readonly performingPhysicians: readonly string[];
}

/** One patient who is asked for, and who asks. */
interface LookUp {
  readonly patient: PatientQuery;
  readonly actor: string;
}

const maximumPage = 1000;
const maximumPhysicians = 200;

export class Worklist {
  readonly #options: WorklistOptions;
  /** One query of a node at a time: who asks meanwhile gets the same answer. Key: node and question. */
  readonly #asking = new Map<string, Promise<boolean>>();
  /** Digest of what each node's list on disk was made from: an unchanged list is not written again every minute. */
  readonly #written = new Map<string, string>();
  #lookAlikes: { readonly from: string; readonly pairs: readonly LookAlike[] } | undefined;
  #stop = new AbortController().signal;

  constructor(options: WorklistOptions) {
    this.#options = options;
  }

  /** Asks every node again and again until the signal aborts. A failed node is asked after growing pauses. */
  async start(signal: AbortSignal): Promise<void> {
    this.#stop = signal;
    this.#expire();
    await Promise.all(this.#options.nodes.map((node) => this.#keepAsking(node, signal)));
    // Whoever closes the database after this has no query of a person's still under way.
    await Promise.all(this.#asking.values());
  }

  /** Asks every node now; resolves when each has answered or failed. Never rejects: `state()` says how it went. */
  async refresh(): Promise<void> {
    await Promise.all(this.#options.nodes.map((node) => this.#ask(node)));
  }

  /**
   * Asks every node for one patient, at any station, and adds what it answers to the list: for a patient who was moved
   * here from another room. The ordinary list stays as it is. Resolves when each has answered or failed. `actor`: who asks.
   */
  async lookUp(patient: PatientQuery, actor = "screen"): Promise<void> {
    if ((patient.patientName ?? "") === "" && (patient.patientId ?? "") === "") return;
    await Promise.all(this.#options.nodes.map((node) => this.#ask(node, { patient, actor })));
  }

  list(request: ListRequest = {}): WorklistPage {
    const { database, nodes } = this.#options;
    const from = this.#firstDay();
    const limit = Math.min(Math.max(Math.trunc(request.limit ?? 200), 1), maximumPage);
    const offset = Math.max(Math.trunc(request.offset ?? 0), 0);
    const states = this.state();
    const answered = states.flatMap((state) => state.lastAnsweredAt ?? []);
    const items = listItems(database, request, from, { limit, offset });
    const total = countItems(database, request, from);
    return {
      items,
      total,
      nodes: states,
      ageMs: answered.length === 0 ? null : Math.max(0, this.#options.clock() - Math.min(...answered)),
      emptyReason: items.length > 0 ? null : this.#emptyReason(states, total, from),
      performingPhysicians: nodes.length === 0 ? [] : physiciansSeen(database, maximumPhysicians),
    };
  }

  /** Patients on the list that could be taken for each other: the guard against the wrong row. */
  lookAlikes(): readonly LookAlike[] {
    const from = this.#firstDay();
    if (this.#lookAlikes?.from !== from) {
      const items = listItems(this.#options.database, {}, from, { limit: maximumPage, offset: 0 });
      this.#lookAlikes = { from, pairs: similarNames(items) };
    }
    return this.#lookAlikes.pairs;
  }

  /** Undefined when it is not on the list (any more). */
  get(id: string): WorklistItem | undefined {
    return findItem(this.#options.database, id);
  }

  /** How the last query of each node went. */
  state(): readonly WorklistNodeState[] {
    const { database, nodes } = this.#options;
    return nodeStates(
      database,
      nodes.map((node) => node.name),
    );
  }

  #emptyReason(states: readonly WorklistNodeState[], total: number, from: string): string {
    if (total > 0) return `The list ends before this page: it has ${total} entries.`;
    return emptyReason(states, countItems(this.#options.database, {}, from));
  }

  async #keepAsking(node: WorklistNode, signal: AbortSignal): Promise<void> {
    const { refreshMs } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      failures = (await this.#ask(node)) ? 0 : failures + 1;
      await sleep(untilNextQueryMs(failures, refreshMs), undefined, { signal }).catch(() => {});
    }
  }

  /** True when the node answered. */
  #ask(node: WorklistNode, lookUp?: LookUp): Promise<boolean> {
    const patient = lookUp?.patient;
    const key = JSON.stringify([node.name, patient?.patientName, patient?.patientId]);
    const running = this.#asking.get(key);
    if (running !== undefined) return running;
    const asking = this.#askOnce(node, lookUp).finally(() => this.#asking.delete(key));
    this.#asking.set(key, asking);
    return asking;
  }

  async #askOnce(node: WorklistNode, lookUp?: LookUp): Promise<boolean> {
    const { query, maxItems, log, news } = this.#options;
    const today = this.#today();
    const words = queryWords(query, today);
    try {
      const late = AbortSignal.timeout(this.#options.answerWithinMs ?? 300_000);
      const signal = AbortSignal.any([this.#stop, late]);
      const answer = await askNode(node, worklistQuery(query, today, lookUp?.patient), maxItems, signal);
      if (lookUp === undefined) this.#keepAnswer(node, answer, words);
      else this.#addLookedUp(node, answer, lookUp);
      log.debug({ node: node.name, items: answer.items.length }, "worklist answered");
      return true;
    } catch (error) {
      if (!this.#stop.aborted) this.#noteFailure(node, words, error);
      return false;
    } finally {
      if (!this.#stop.aborted) this.#expire();
      news.tell({ topic: "worklist", id: node.name });
    }
  }

  #noteFailure(node: WorklistNode, query: string, error: unknown): void {
    const { database, clock, log } = this.#options;
    this.#written.delete(node.name);
    const why = whyNoWorklist(node.name, node.address, error);
    try {
      const before = nodeStates(database, [node.name])[0]?.error;
      noteFailure(database, node.name, clock(), query, why);
      // Once when it begins and when its kind changes, not at every try.
      if (before !== why) log.warn({ node: node.name, ...codesOf(error) }, "worklist not answered");
    } catch (cause) {
      // A full disk must not end the asking: the list in the database stays as it is.
      log.error({ node: node.name, ...codesOf(cause) }, "worklist state not written");
    }
  }

  #keepAnswer(node: WorklistNode, answer: WholeAnswer, query: string): void {
    const { database, clock, maxItems } = this.#options;
    const at = clock();
    const notice = noticeOf(node.name, answer, maxItems);
    const matches = answer.items.length;
    const digest = createHash("sha256").update(JSON.stringify(answer.items)).digest("base64");
    const changed = this.#written.get(node.name) !== digest;
    database.transaction(() => {
      noteAnswer(database, node.name, at, { query, matches, notice });
      if (!changed) return;
      replaceItems(database, node.name, answer.items, at);
      this.#audit(node, at, "worklist.replace", { items: matches });
    });
    this.#written.set(node.name, digest);
    this.#lookAlikes = undefined;
  }

  #addLookedUp(node: WorklistNode, answer: WholeAnswer, { patient, actor }: LookUp): void {
    const { database, clock } = this.#options;
    const at = clock();
    const by = Object.keys(patient).join(", ");
    database.transaction(() => {
      noteReached(database, node.name, at);
      putItems(database, answer.items, at, true);
      this.#audit(node, at, "worklist.look-up", { by, items: answer.items.length }, actor);
    });
    this.#written.delete(node.name);
    this.#lookAlikes = undefined;
  }

  #audit(
    node: WorklistNode,
    at: number,
    action: string,
    detail: Readonly<Record<string, unknown>>,
    actor = "scopeline",
  ): void {
    recordAudit(this.#options.database, { at, actor, action, subjectKind: "worklist", subjectId: node.name, detail });
  }

  #expire(): void {
    const { database, nodes, keepMs, clock, log } = this.#options;
    const names = nodes.map((node) => node.name);
    try {
      if (expire(database, names, clock() - keepMs)) this.#lookAlikes = undefined;
    } catch (error) {
      log.error({ ...codesOf(error) }, "old worklists not removed");
    }
  }

  #today(): string {
    return localTime(this.#options.clock()).date;
  }

  /** Days before it are not shown. */
  #firstDay(): string {
    return addDays(this.#today(), -this.#options.query.daysBack);
  }
}

/** For the log: a peer's own words may name a patient, so may the message of an error; where it came from does not. */
function codesOf(error: unknown): object {
  if (error instanceof DimseError) return { code: error.code, status: error.status };
  if (!(error instanceof Error)) return { error: typeof error };
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return { error: error.name, stack: frames.slice(0, 6).map((line) => line.trim()) };
}

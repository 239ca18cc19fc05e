import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pauseMs } from "../lib/backoff.ts";
import type { Log } from "../lib/log.ts";
import { type Archive, hex } from "./archive.ts";
import {
  type CommitmentItem,
  type CommitmentResult,
  duplicateTransaction,
  planOf,
  type ReportPlan,
  resultOf,
} from "./commitment-report.ts";
import { FaultBoard } from "./faults.ts";
import { Journal } from "./journal.ts";
import { type PeerAddress, type ReportOutcome, reportOnNewAssociation } from "./reporting.ts";

/** One try to report; `outcome`: the status answered, in hex, or in words what came instead. */
export interface SentReport extends CommitmentResult {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly association: "new" | "same";
  readonly outcome: ReportOutcome;
}

/** One Storage Commitment Request, with all that was reported about it, in order. */
export interface CommitmentTransaction {
  readonly transactionUid: string;
  readonly callingAeTitle: string;
  readonly requestedAt: string;
  /** What the N-ACTION was answered, in hex. */
  readonly status: string;
  readonly items: readonly CommitmentItem[];
  readonly reports: readonly SentReport[];
}

interface Asked extends Omit<CommitmentTransaction, "reports"> {
  readonly isDuplicate: boolean;
  /** False: told never to report. */
  readonly isOwed: boolean;
}
type Line = { readonly asked: Asked } | { readonly index: number; readonly report: SentReport };

/** The association that a request came on; reports on it while it is open. */
export interface RequestingAssociation {
  readonly isOpen: boolean;
  report(result: CommitmentResult): Promise<ReportOutcome>;
}

const nobodysTransaction = "2.25.311287654123";
const attempts = 8;
const backoff = { firstMs: 250, maxMs: 4_000, jitter: 0 };

/** The Storage Commitment Push provider (PS3.4 Annex J), in `commitments.jsonl`. */
export class HospitalCommitment implements AsyncDisposable {
  readonly #journal: Journal<Line>;
  readonly #transactions: { readonly asked: Asked; readonly reports: SentReport[] }[] = [];
  readonly #archive: Archive;
  readonly #aeTitle: string;
  readonly #log: Log;
  readonly #stopped = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  readonly #peers = new Map<string, PeerAddress>();

  private constructor(journal: Journal<Line>, options: { archive: Archive; aeTitle: string; log: Log }) {
    this.#journal = journal;
    this.#archive = options.archive;
    this.#aeTitle = options.aeTitle;
    this.#log = options.log;
  }

  /** What was asked before a restart and not yet reported is reported now, to a peer whose address is known. */
  static async open(
    directory: string,
    options: { archive: Archive; aeTitle: string; log: Log; peers: Readonly<Record<string, PeerAddress>> },
  ): Promise<HospitalCommitment> {
    const { journal, lines } = await Journal.open<Line>(path.join(directory, "commitments.jsonl"));
    const commitment = new HospitalCommitment(journal, options);
    for (const line of lines) {
      if ("asked" in line) commitment.#transactions.push({ asked: line.asked, reports: [] });
      else commitment.#transactions[line.index]?.reports.push(line.report);
    }
    commitment.setPeers(options.peers);
    for (const [index, { asked, reports }] of commitment.#transactions.entries()) {
      const isOwed = asked.isOwed && asked.status === "0000" && reports.every(({ outcome }) => !isAnswered(outcome));
      if (isOwed) commitment.#start(index, planOf(new FaultBoard(), asked.items), undefined);
    }
    return commitment;
  }

  /** Where reports go, by AE title; one that is not there gets them on the association it asked on. */
  setPeers(peers: Readonly<Record<string, PeerAddress>>): void {
    this.#peers.clear();
    for (const [aeTitle, address] of Object.entries(peers)) this.#peers.set(aeTitle, address);
  }

  peers(): Record<string, PeerAddress> {
    return Object.fromEntries(this.#peers);
  }

  list(): CommitmentTransaction[] {
    return this.#transactions.map(({ asked: { isDuplicate: _, isOwed: __, ...asked }, reports }) => ({
      ...asked,
      reports,
    }));
  }

  /** Writes a request down; `report` is then to be called when it has been answered. */
  async ask(
    request: { transactionUid: string; items: readonly CommitmentItem[]; callingAeTitle: string },
    status: number,
    plan: ReportPlan,
  ): Promise<{ report(association: RequestingAssociation): void }> {
    const isAccepted = status === 0;
    const isDuplicate = this.#transactions.some(
      ({ asked }) => asked.transactionUid === request.transactionUid && asked.status === "0000",
    );
    const requestedAt = new Date().toISOString();
    const isOwed = isAccepted && plan.times > 0;
    const asked: Asked = { ...request, requestedAt, status: hex(status), isDuplicate, isOwed };
    // Its index is also that of its line among the lines of requests.
    const index = this.#transactions.push({ asked, reports: [] }) - 1;
    await this.#journal.append({ asked });
    return {
      report: (association) => {
        if (isOwed) this.#start(index, plan, association);
      },
    };
  }

  #start(index: number, plan: ReportPlan, association: RequestingAssociation | undefined): void {
    const work = this.#report(index, plan, association).catch((error: unknown) => {
      if (!this.#stopped.signal.aborted) this.#log.error({ error: String(error) }, "commitment report failed");
    });
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  async #report(index: number, plan: ReportPlan, association: RequestingAssociation | undefined): Promise<void> {
    const { signal } = this.#stopped;
    await sleep(plan.delayMs, undefined, { signal });
    for (let time = 0; time < plan.times; time += 1) {
      for (let attempt = 1; attempt <= attempts; attempt += 1) {
        const outcome = await this.#try(index, plan, association);
        if (isAnswered(outcome)) break;
        if (attempt < attempts) await sleep(pauseMs(attempt, backoff), undefined, { signal });
      }
    }
  }

  async #try(index: number, plan: ReportPlan, association: RequestingAssociation | undefined): Promise<ReportOutcome> {
    const transaction = this.#transactions[index];
    if (!transaction) throw new Error(`no transaction ${index}`);
    const { asked, reports } = transaction;
    const result = await this.#resultOf(asked, plan);
    const peer = this.#peers.get(asked.callingAeTitle);
    const open = association?.isOpen && (plan.isOnSameAssociation || !peer) ? association : undefined;
    const at = new Date().toISOString();
    const aeTitles = { ours: this.#aeTitle, theirs: asked.callingAeTitle };
    const outcome = open
      ? await open.report(result)
      : peer
        ? await reportOnNewAssociation(peer, aeTitles, result)
        : "no address, and the association is closed";
    if (this.#stopped.signal.aborted) return outcome;
    const report: SentReport = { ...result, at, association: open ? "same" : "new", outcome };
    reports.push(report);
    await this.#journal.append({ index, report });
    return outcome;
  }

  async #resultOf(asked: Asked, plan: ReportPlan): Promise<CommitmentResult> {
    const { transactionUid, items } = asked;
    if (asked.isDuplicate) return duplicateTransaction(transactionUid, items);
    const held = new Map<string, string>();
    for (const { sopInstanceUid } of items) {
      const instance = await this.#archive.holds(sopInstanceUid);
      if (instance) held.set(sopInstanceUid, instance.sopClassUid);
    }
    return resultOf(plan.namesWrongTransaction ? nobodysTransaction : transactionUid, items, plan, held);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    await Promise.race([Promise.allSettled(this.#underWay), sleep(1_000, undefined, { ref: false })]);
    await this.#journal[Symbol.asyncDispose]();
  }
}

/** Whatever the peer answered: it has the report. */
function isAnswered(outcome: ReportOutcome): boolean {
  return /^[0-9A-F]{4}$/.test(outcome);
}

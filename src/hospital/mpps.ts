import path from "node:path";
import { hex } from "./archive.ts";
import { Journal } from "./journal.ts";
import type { Elements } from "./matching.ts";
import { judgeCreate, judgeSet, type Verdict } from "./mpps-rules.ts";
import { Turns } from "./turns.ts";

/** One N-CREATE or N-SET that came, accepted or not, and what was answered. */
export interface MppsMessage {
  readonly uid: string;
  readonly request: "create" | "set";
  readonly callingAeTitle: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** In hex: 0000. */
  readonly status: string;
  readonly comment?: string;
  /** Whether the step was made or changed by it. */
  readonly isApplied: boolean;
  readonly dataSet: Elements;
}

/** A Modality Performed Procedure Step as the hospital knows it, with every message about its UID, in order. */
export interface MppsStep {
  readonly uid: string;
  /** `IN PROGRESS`, `COMPLETED`, `DISCONTINUED`; null: only messages that made no step. */
  readonly state: string | null;
  /** All attributes, as last set. */
  readonly attributes: Elements;
  readonly messages: readonly MppsMessage[];
}

export interface MppsRequest {
  readonly uid: string;
  readonly request: "create" | "set";
  readonly callingAeTitle: string;
  readonly dataSet: Elements;
}

/** The hospital's performed procedure steps (PS3.4 Annex F), in `mpps.jsonl`. */
export class HospitalMpps implements AsyncDisposable {
  readonly #journal: Journal<MppsMessage>;
  readonly #messages: MppsMessage[];
  readonly #turns = new Turns();

  private constructor(journal: Journal<MppsMessage>, messages: MppsMessage[]) {
    this.#journal = journal;
    this.#messages = messages;
  }

  static async open(directory: string): Promise<HospitalMpps> {
    const { journal, lines } = await Journal.open<MppsMessage>(path.join(directory, "mpps.jsonl"));
    return new HospitalMpps(journal, lines);
  }

  /** Does what is asked or refuses it. `told`: a fault's answer, which is given whatever the rules say. */
  perform(request: MppsRequest, told?: { readonly status: number; readonly isApplied: boolean }): Promise<Verdict> {
    return this.#turns.take(async () => {
      const known = this.#attributesOf(request.uid);
      const judged = (request.request === "create" ? judgeCreate : judgeSet)(known, request.dataSet);
      const verdict = told && (judged.status === 0 || !told.isApplied) ? { status: told.status } : judged;
      const isApplied = judged.status === 0 && (told?.isApplied ?? true);
      const { status, comment } = verdict;
      const words = comment === undefined ? {} : { comment };
      const message = { ...request, at: new Date().toISOString(), status: hex(status), isApplied, ...words };
      await this.#journal.append(message);
      this.#messages.push(message);
      return verdict;
    });
  }

  /** The steps, in the order of their first messages. */
  list(): MppsStep[] {
    const byUid = Map.groupBy(this.#messages, ({ uid }) => uid);
    return [...byUid].map(([uid, messages]) => {
      const attributes = attributesAfter(messages);
      const state = attributes?.PerformedProcedureStepStatus;
      return { uid, state: typeof state === "string" ? state : null, attributes: attributes ?? {}, messages };
    });
  }

  #attributesOf(uid: string): Elements | undefined {
    return attributesAfter(this.#messages.filter((message) => message.uid === uid));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#journal[Symbol.asyncDispose]();
  }
}

function attributesAfter(messages: readonly MppsMessage[]): Elements | undefined {
  const applied = messages.filter(({ isApplied }) => isApplied);
  return applied.length === 0 ? undefined : Object.assign({}, ...applied.map(({ dataSet }) => dataSet));
}

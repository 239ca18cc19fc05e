import { setTimeout as sleep } from "node:timers/promises";
import { itemsOf, newUid, serviceClasses, textOf } from "../dicom/dicom.ts";
import type { EventReport } from "../dimse/dimse.ts";
import type { Encoding } from "./dimse-channel.ts";
import { associate, serviceContext } from "./dimse-channel.ts";
import { FitReports } from "./fit-reports.ts";
import type { FitDimse, FitOptions } from "./node.ts";
import { hex, wordsOf } from "./peer-words.ts";
import type { CommitmentSeen } from "./seen.ts";

export interface AskedInstance extends Pick<Encoding, "sopClassUid"> {
  readonly sopInstanceUid: string;
}

export interface Committed {
  readonly seen: CommitmentSeen;
  /** By SOP Instance UID, of those that a report named. */
  readonly instances: ReadonlyMap<string, boolean>;
}

export interface CommitmentOptions extends Pick<FitOptions, "awaitReport"> {
  readonly reportMs: number;
  readonly signal: AbortSignal;
}

const requestStorageCommitment = 1;
const nothing: ReadonlyMap<string, boolean> = new Map();

/**
 * Asks for storage commitment of what was stored, and then of an instance that was never sent: a node that confirms that
 * too confirms anything (PS3.4 J.3). The report may come on the association of the request or on our own port.
 */
export async function askCommitment(
  dimse: FitDimse,
  stored: readonly AskedInstance[],
  options: CommitmentOptions,
): Promise<Committed> {
  const { signal } = options;
  const [first] = stored;
  if (first === undefined) return { seen: { kind: "not-tried", words: "Nothing was stored." }, instances: nothing };
  try {
    const answer = await ask(dimse, stored, options);
    if (answer.kind !== "reported") return { seen: answer, instances: nothing };
    const instances = verdicts(answer.report);
    const named = stored.filter(({ sopInstanceUid }) => instances.get(sopInstanceUid) === true);
    const of = `${named.length} of ${stored.length} instances are committed; the report came ${answer.way}.`;
    if (named.length === 0) return { seen: { kind: "does-not-work", words: of }, instances };
    const stranger = { ...first, sopInstanceUid: newUid() };
    const second = await ask(dimse, [stranger], options);
    const confirmsAnything =
      second.kind === "reported" && verdicts(second.report).get(stranger.sopInstanceUid) === true;
    if (!confirmsAnything) return { seen: { kind: "works", words: of }, instances };
    const words = "It confirms an instance that was never sent: its confirmation proves nothing.";
    return { seen: { kind: "worthless", words }, instances: nothing };
  } catch (error) {
    signal.throwIfAborted();
    return { seen: { kind: "does-not-work", words: wordsOf(error) }, instances: nothing };
  }
}

type Answer =
  | { readonly kind: "reported"; readonly report: EventReport; readonly way: string }
  | { readonly kind: "no-report" | "does-not-work"; readonly words: string };

/** Throws DimseError, or the signal's reason. */
async function ask(dimse: FitDimse, instances: readonly AskedInstance[], options: CommitmentOptions): Promise<Answer> {
  const { awaitReport, reportMs, signal } = options;
  const { storageCommitmentPush, storageCommitmentPushInstance } = serviceClasses;
  const transactionUid = newUid();
  const onSame = new FitReports();
  const onEventReport = async (report: EventReport): Promise<number> => (onSame.take(report) ? 0 : noSuchInstance);
  const contexts = [serviceContext(storageCommitmentPush)];
  const association = await associate(dimse, contexts, { signal, onEventReport });
  if (association === null) return { kind: "does-not-work", words: "It does not take storage commitment." };
  const over = new AbortController();
  const waiting = AbortSignal.any([signal, over.signal]);
  const ended = new AbortController();
  void association.closed.then(() => ended.abort());
  try {
    // Before it is asked: it may report before it answers.
    const report = firstOf([
      heard(onSame.awaitReport(transactionUid, reportMs, AbortSignal.any([waiting, ended.signal])), "same"),
      heard(awaitReport?.(transactionUid, reportMs, waiting), "own"),
    ]);
    const { status, errorComment } = await association.nAction(
      storageCommitmentPush,
      storageCommitmentPushInstance,
      requestStorageCommitment,
      {
        TransactionUID: transactionUid,
        ReferencedSOPSequence: instances.map(({ sopClassUid, sopInstanceUid }) => ({
          ReferencedSOPClassUID: sopClassUid,
          ReferencedSOPInstanceUID: sopInstanceUid,
        })),
      },
    );
    if (!isSuccess(status)) {
      const said = errorComment === undefined ? hex(status) : `${hex(status)}, ${errorComment}`;
      return { kind: "does-not-work", words: `It did not take the request (${said}).` };
    }
    // One that serves a single association can report only when this one is over.
    const linger = sleep(Math.min(lingerMs, reportMs), undefined, { signal: waiting }).catch(() => {});
    if (awaitReport !== undefined) void linger.then(() => association.release()).catch(() => {});
    const answer = await report;
    signal.throwIfAborted();
    const where =
      awaitReport === undefined ? " Nobody listens for reports on a port of this box during this test." : "";
    const words = `It took the request, but no report came within ${Math.round(reportMs / 1_000)} s.${where}`;
    return answer ?? { kind: "no-report", words };
  } finally {
    over.abort();
    await association.release().catch(() => association.abort());
  }
}

const lingerMs = 5_000;
/** PS3.7 Annex C. */
const noSuchInstance = 0x0112;
const isSuccess = (status: number): boolean => status === 0 || (status & 0xf000) === 0xb000;
const ways = { same: "on the same association", own: "on an association of its own" } as const;

async function heard(coming: Promise<EventReport | null> | undefined, way: keyof typeof ways): Promise<Answer | null> {
  const report = await coming;
  return report ? { kind: "reported", report, way: ways[way] } : null;
}

/** The first that is one; null when all have ended without. */
function firstOf(coming: readonly Promise<Answer | null>[]): Promise<Answer | null> {
  const reported = coming.map(async (one) => (await one) ?? Promise.reject(new Error("no report")));
  return Promise.any(reported).catch(() => null);
}

/** An instance that it names twice, as success and as failure, is a failure (PS3.4 J.3.3). */
function verdicts({ information }: EventReport): ReadonlyMap<string, boolean> {
  const uidsIn = (keyword: string): string[] =>
    itemsOf(information, keyword).map((item) => textOf(item, "ReferencedSOPInstanceUID"));
  return new Map([
    ...uidsIn("ReferencedSOPSequence").map((uid) => [uid, true] as const),
    ...uidsIn("FailedSOPSequence").map((uid) => [uid, false] as const),
  ]);
}

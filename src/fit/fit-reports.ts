import { setTimeout as sleep } from "node:timers/promises";
import { textOf } from "../dicom/dicom.ts";
import type { EventReport } from "../dimse/dimse.ts";

/**
 * Reports of storage commitment that fit tests wait for, out of all that come in on our own port: give each to `take`
 * first, and `awaitReport` to the test.
 */
export class FitReports {
  readonly #waiting = new Map<string, (report: EventReport) => void>();

  /** True: a fit test had asked for it; answer it with 0. False: it is for somebody else. */
  take(report: EventReport): boolean {
    const waiting = this.#waiting.get(textOf(report.information, "TransactionUID"));
    waiting?.(report);
    return waiting !== undefined;
  }

  /** The report about this transaction; null when none has come in time or the signal says so. */
  readonly awaitReport = async (
    transactionUid: string,
    ms: number,
    signal: AbortSignal,
  ): Promise<EventReport | null> => {
    const report = Promise.withResolvers<EventReport | null>();
    this.#waiting.set(transactionUid, report.resolve);
    const over = new AbortController();
    const ended = AbortSignal.any([signal, over.signal]);
    try {
      return await Promise.race([report.promise, sleep(ms, null, { signal: ended }).catch(() => null)]);
    } finally {
      over.abort();
      this.#waiting.delete(transactionUid);
    }
  };
}

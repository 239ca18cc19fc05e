import { DicomWebError } from "../../dicomweb/dicomweb.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import { Wakeup } from "../../lib/wakeup.ts";
import type { Database } from "../../store/store.ts";
import {
  type ClaimedDelivery,
  claimNext,
  dueEncodings,
  nextDueAt,
  nextNeeded,
  peekNext,
  shortenPauses,
  unclaim,
} from "../deliveries.ts";
import type { Encoding, Lane } from "../delivery.ts";
import type { OutboxNode } from "../node.ts";
import { processingFailures } from "../outcome.ts";
import { causeAndCure, failureKind } from "../why-not.ts";
import type { NodeHealth } from "./node-health.ts";
import { isWithin, opensAt } from "./pace.ts";
import { CannotPrepare, inCharacterSetOf, isSentAsComposed, sendableOf } from "./prepare.ts";
import { isAmong, maxContexts, proposalFor } from "./proposal.ts";
import type { Settling } from "./settling.ts";
import type { Connection, Sendable, Transport } from "./transport.ts";

export interface LaneLoopOptions {
  readonly database: Database;
  readonly storageDirectory: string;
  readonly node: OutboxNode;
  /** The first goes first. */
  readonly lanes: readonly Lane[];
  readonly transport: Transport;
  readonly health: NodeHealth;
  readonly settling: Settling;
  readonly clock: Clock;
  readonly log: Log;
}

/** A clock may step at any time: looks again at least this often. */
const longestWaitMs = 60_000;

/** Sends what is due for one node in its lanes, one request after the other, over one association at a time. */
export class LaneLoop {
  readonly #options: LaneLoopOptions;
  readonly #wakeup = new Wakeup();

  constructor(options: LaneLoopOptions) {
    this.#options = options;
  }

  /** Looks at the queue again now. */
  wake(): void {
    this.#wakeup.wake();
  }

  /** Runs until the signal aborts. A defect in here is thrown. */
  async run(signal: AbortSignal): Promise<void> {
    const { database, node, lanes, health, clock } = this.#options;
    while (!signal.aborted) {
      shortenPauses(database, node.name, lanes, clock(), node.retry.maxMs);
      const waitMs = Math.max(this.#dueInMs(), health.pauseLeftMs());
      if (waitMs > 0) await this.#wakeup.wait(Math.min(waitMs, longestWaitMs), signal);
      else await this.#sendDue(signal);
    }
  }

  /** Until something is due that may be sent then; infinite when nothing is owed. */
  #dueInMs(): number {
    const { database, node, lanes, clock } = this.#options;
    const now = clock();
    const { clipWindow } = node.sending;
    const due = lanes.map((lane) => {
      const at = nextDueAt(database, node.name, [lane]);
      if (at === undefined) return Number.POSITIVE_INFINITY;
      return lane === "clip" && clipWindow !== null ? opensAt(clipWindow, Math.max(at, now)) : at;
    });
    return Math.min(...due) - now;
  }

  #openLanes(): Lane[] {
    const { lanes, node, clock } = this.#options;
    const { clipWindow } = node.sending;
    return lanes.filter((lane) => lane !== "clip" || clipWindow === null || isWithin(clipWindow, clock()));
  }

  async #sendDue(signal: AbortSignal): Promise<void> {
    const { database, node, transport, health, clock } = this.#options;
    const lanes = this.#openLanes();
    if (nextNeeded(database, node.name, lanes, clock()) === undefined) return;
    const due = dueEncodings(database, node.name, lanes, clock(), maxContexts);
    const proposed = proposalFor(due, node.encoding);
    let connection: Connection;
    try {
      connection = await transport.open(proposed, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (failureKind(error) === "defect") throw error;
      health.failed(error);
      return;
    }
    try {
      for (let isUsable = true; isUsable && !signal.aborted; ) {
        const batch = this.#claim(connection, proposed);
        if (batch.length === 0) break;
        isUsable = await this.#send(connection, batch, signal);
      }
      await connection.close();
    } finally {
      // Also when the database threw: no association is left behind.
      connection.abort();
    }
  }

  /** What goes in the next request. Nothing: there is nothing due, or it needs a context that was not proposed. */
  #claim(connection: Connection, proposed: readonly Encoding[]): ClaimedDelivery[] {
    const { database, node, clock } = this.#options;
    const lanes = this.#openLanes();
    const at = clock();
    return database.transaction(() => {
      const first = claimNext(database, node.name, lanes, at);
      if (first === undefined) return [];
      if (!isAmong(proposed, first)) {
        // Became due while this association was open: it needs a context of its own, so a new association.
        unclaim(database, first.id);
        return [];
      }
      const batch = [first];
      let bytes = first.sizeBytes;
      while (batch.length < connection.batch.instances) {
        const next = peekNext(database, node.name, lanes, at);
        bytes += next?.sizeBytes ?? 0;
        if (next === undefined || bytes > connection.batch.bytes || !goTogether(first, next)) break;
        const claimed = claimNext(database, node.name, lanes, at);
        if (claimed === undefined) break;
        batch.push(claimed);
      }
      return batch;
    });
  }

  /** One request; false when the association cannot be used any more. */
  async #send(connection: Connection, batch: readonly ClaimedDelivery[], signal: AbortSignal): Promise<boolean> {
    const { database, health, settling, clock } = this.#options;
    const startedAt = clock();
    const accepts = connection.accepts.bind(connection);
    const taken: ClaimedDelivery[] = [];
    const items: Sendable[] = [];
    for (const delivery of batch) {
      settling.tell(delivery.id);
      if (!accepts(delivery.sopClassUid, delivery.transferSyntaxUid)) {
        health.answered();
        settling.encodingRefused(delivery, startedAt, accepts, refusedContext(delivery));
        continue;
      }
      const item = await this.#prepared(delivery, startedAt);
      if (item === undefined) continue;
      taken.push(delivery);
      items.push(item);
    }
    if (items.length === 0) return connection.isOpen;
    try {
      const answers = await connection.store(items, this.#readAhead(connection), signal);
      health.answered();
      for (const delivery of taken) {
        const answer = answers.get(delivery.sopInstanceUid) ?? noAnswer;
        await settling.answered(delivery, startedAt, answer, accepts, signal);
      }
      // An archive that refuses before it has read everything costs the association, nothing else.
      return connection.isOpen;
    } catch (error) {
      connection.abort();
      if (signal.aborted) for (const { id } of taken) unclaim(database, id);
      else this.#failed(taken, startedAt, error, accepts);
      return false;
    }
  }

  /** As its node gets it; undefined: it is held, with the reason. */
  async #prepared(delivery: ClaimedDelivery, startedAt: number): Promise<Sendable | undefined> {
    const { node, storageDirectory, settling, log } = this.#options;
    try {
      return await inCharacterSetOf(node, sendableOf(delivery, node, storageDirectory));
    } catch (error) {
      if (!(error instanceof CannotPrepare)) throw error;
      log.error({ delivery: delivery.id, error: String(error.cause ?? error) }, "an instance cannot be sent as it is");
      settling.record(delivery, { startedAt, status: null, words: null }, { kind: "held", reason: error.message });
      return undefined;
    }
  }

  /** The next delivery, if its file can be sent as it is over this association. */
  #readAhead(connection: Connection): Sendable | undefined {
    const { database, node, storageDirectory, clock } = this.#options;
    if (!isSentAsComposed(node)) return undefined;
    const next = peekNext(database, node.name, this.#openLanes(), clock());
    return next && connection.accepts(next.sopClassUid, next.transferSyntaxUid)
      ? sendableOf(next, node, storageDirectory)
      : undefined;
  }

  /** A request that ended without an answer about its Instances. */
  #failed(
    deliveries: readonly ClaimedDelivery[],
    startedAt: number,
    error: unknown,
    accepts: Connection["accepts"],
  ): void {
    const { database, node, health, settling, log } = this.#options;
    const kind = failureKind(error);
    const { heldAfterAttempts } = node.retry;
    const reason = causeAndCure(node.name, error);
    const words = error instanceof Error ? error.message : String(error);
    const retry = (limit: number | null): void => {
      for (const one of deliveries)
        settling.record(one, { startedAt, status: null, words }, { kind: "retry", reason, limit });
    };
    const hold = (held: readonly ClaimedDelivery[]): void => {
      for (const one of held) settling.record(one, { startedAt, status: null, words }, { kind: "held", reason });
    };
    switch (kind) {
      case "defect":
        throw error;
      case "own": {
        const uid = error instanceof DicomWebError ? error.sopInstanceUid : undefined;
        const own = uid === undefined ? deliveries : deliveries.filter(({ sopInstanceUid }) => sopInstanceUid === uid);
        log.error({ deliveries: own.map(({ id }) => id), error: words }, "cannot read an instance");
        hold(own);
        for (const { id } of deliveries) unclaim(database, id);
        return;
      }
      case "node":
        for (const { id } of deliveries) unclaim(database, id);
        health.failed(error, error instanceof DicomWebError ? error.retryAfterMs : 0);
        return;
      case "stopped":
      case "association":
        retry(null);
        health.associationLost(error);
        return;
      case "too-large":
        health.answered();
        // Together they may be too much; each by itself is tried first.
        if (deliveries.length > 1) retry(null);
        else hold(deliveries);
        return;
      case "request":
        if (error instanceof DicomWebError && error.httpStatus === unsupportedMediaType) {
          health.answered();
          for (const one of deliveries) settling.encodingRefused(one, startedAt, accepts, words);
          return;
        }
        // Full, as A700 over DIMSE; anything else as 0110.
        if (error instanceof DicomWebError && error.httpStatus === insufficientStorage) retry(heldAfterAttempts);
        else retry(Math.min(processingFailures, heldAfterAttempts));
        health.associationLost(error);
        return;
      default:
        kind satisfies never;
    }
  }
}

const unsupportedMediaType = 415;
const insufficientStorage = 507;

/** An item the answer does not speak of. */
const noAnswer = { kind: "unconfirmed", words: "no answer about this instance" } as const;

/** Small ones of one kind, that never failed: one that does harm must not take the others along twice. */
function goTogether(first: ClaimedDelivery, next: ClaimedDelivery): boolean {
  return (
    first.lane === "still" &&
    next.lane === "still" &&
    first.failuresInARow === 0 &&
    next.failuresInARow === 0 &&
    next.importance !== "standby" &&
    first.sopClassUid === next.sopClassUid &&
    first.transferSyntaxUid === next.transferSyntaxUid
  );
}

function refusedContext({ sopClassUid, transferSyntaxUid }: Encoding): string {
  return `presentation context refused: ${sopClassUid} in ${transferSyntaxUid}`;
}

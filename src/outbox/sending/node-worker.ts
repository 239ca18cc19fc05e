import type { Clock } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import type { NewsFeed } from "../../lib/news.ts";
import type { Database } from "../../store/store.ts";
import { recoverInterrupted } from "../deliveries.ts";
import type { Lane } from "../delivery.ts";
import type { OutboxNode } from "../node.ts";
import { dimseTransport } from "./dimse-transport.ts";
import { LaneLoop } from "./lane-loop.ts";
import { NodeHealth, type NodeState } from "./node-health.ts";
import type { Renditions } from "./renditions.ts";
import { type LookUp, Settling } from "./settling.ts";
import { stowTransport } from "./stow-transport.ts";
import type { Transport } from "./transport.ts";

export interface NodeWorkerOptions {
  readonly database: Database;
  readonly storageDirectory: string;
  readonly node: OutboxNode;
  readonly renditions: Renditions;
  readonly lookUp: LookUp;
  readonly clock: Clock;
  readonly log: Log;
  readonly news: NewsFeed;
  /** Something reached the node. */
  readonly onStored: () => void;
  /** A rendition is wanted that is not made yet. */
  readonly onWanted: () => void;
  /** How Instances get there, where the node's settings do not decide it. */
  readonly transport?: Transport;
}

/** Sends the Instances that are owed to one node, over as many associations as its settings allow. */
export class NodeWorker {
  readonly #options: NodeWorkerOptions;
  readonly #health: NodeHealth;
  readonly #loops: readonly LaneLoop[];

  constructor(options: NodeWorkerOptions) {
    this.#options = options;
    this.#health = new NodeHealth(options);
    const transport = options.transport ?? transportOf(options.node);
    const settling = new Settling(options);
    const health = this.#health;
    this.#loops = lanesOf(options.node).map(
      (lanes) => new LaneLoop({ ...options, lanes, transport, settling, health }),
    );
  }

  state(): NodeState {
    return this.#health.state();
  }

  /** Looks at the queue again now; `atOnce` also ends a pause after failures. */
  wake(atOnce = false): void {
    if (atOnce) this.#health.endPause();
    for (const loop of this.#loops) loop.wake();
  }

  /** Runs until the signal aborts. A defect in here is thrown to whoever supervises, when every loop has ended. */
  async run(signal: AbortSignal): Promise<void> {
    const { database, node, clock, log } = this.#options;
    const interrupted = recoverInterrupted(database, node.name, ["instance"], clock());
    if (interrupted > 0) log.warn({ node: node.name, interrupted }, "deliveries were interrupted and are sent again");
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    const running = this.#loops.map((loop) => loop.run(either));
    try {
      await Promise.all(running);
    } finally {
      stop.abort();
      await Promise.allSettled(running);
    }
  }
}

/** Clips have an association of their own where there are two, so that none of them holds up a still. */
function lanesOf({ sending }: OutboxNode): readonly (readonly Lane[])[] {
  if (sending.associations < 2) return [["still", "clip"]];
  return [["clip"], ...Array.from({ length: sending.associations - 1 }, (): readonly Lane[] => ["still"])];
}

function transportOf({ name, dimse, dicomweb }: OutboxNode): Transport {
  if (dicomweb?.uses.includes("store")) return stowTransport(dicomweb.target);
  if (dimse === null) throw new Error(`${name} has the role storage, and neither a DICOM nor a DICOMweb address`);
  return dimseTransport(dimse);
}

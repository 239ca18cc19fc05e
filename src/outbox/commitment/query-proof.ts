import type { Clock } from "../../lib/clock.ts";
import type { NewsFeed } from "../../lib/news.ts";
import type { Database } from "../../store/store.ts";
import type { OutboxNode } from "../node.ts";
import { explainUnproven, type UnprovenInstance } from "./rows.ts";
import { sendAgain, settleCommitted } from "./settle.ts";
import { findAtNode } from "./verify.ts";

export interface QueryProofOptions {
  readonly database: Database;
  readonly node: OutboxNode;
  readonly clock: Clock;
  readonly news: NewsFeed;
  /** Something has to be sent again now. */
  readonly wake: () => void;
}

/** An archive may list what it got only a while later: so often it is looked before an instance counts as missing. */
const looks = 3;

/** The weaker proof: the node lists the instance. Nothing in it says that it keeps it. */
export class QueryProof {
  readonly #options: QueryProofOptions;
  /** By delivery; forgotten at a restart, which only means that it is looked for once more. */
  readonly #looks = new Map<number, number>();

  constructor(options: QueryProofOptions) {
    this.#options = options;
  }

  /**
   * Looks for these at the node. `missing`: how many it does not list (yet). Throws DimseError or DicomWebError when it
   * could not be asked just now.
   */
  async prove(
    instances: readonly UnprovenInstance[],
    signal: AbortSignal,
  ): Promise<{ readonly missing: number } | "cannot-ask"> {
    const { database, node, news, wake } = this.#options;
    const found = await findAtNode(node, instances, signal);
    if (found === "cannot-ask") return found;
    const outcome = database.transaction(() => this.#settle(instances, found));
    news.tell({ topic: "delivery" });
    if (outcome.again > 0) wake();
    return { missing: outcome.missing };
  }

  /** Inside a transaction. */
  #settle(
    instances: readonly UnprovenInstance[],
    found: ReadonlySet<string>,
  ): { readonly missing: number; readonly again: number } {
    const { database, node, clock } = this.#options;
    const at = clock();
    // A report may have come meanwhile.
    const waits = database.prepare(
      "SELECT 1 FROM delivery WHERE id = ? AND transfer = 'stored' AND commitment = 'owed'",
    );
    const missing: number[] = [];
    let again = 0;
    for (const { deliveryId, sopInstanceUid } of instances) {
      if (waits.get(deliveryId) === undefined) continue;
      if (found.has(sopInstanceUid)) {
        this.#looks.delete(deliveryId);
        settleCommitted(database, deliveryId, "query", at, {});
        continue;
      }
      const looked = (this.#looks.get(deliveryId) ?? 0) + 1;
      this.#looks.set(deliveryId, looked);
      if (looked < looks) missing.push(deliveryId);
      else {
        this.#looks.delete(deliveryId);
        sendAgain(database, deliveryId, node.name, "a query does not find it", at, { looks });
        again += 1;
      }
    }
    explainUnproven(database, missing, `${node.name} does not list it yet. Looked for again by itself.`);
    return { missing: missing.length, again };
  }
}

import type { Clock } from "../lib/clock.ts";
import type { Database } from "../store/store.ts";
import { type Action, changeByHand, recordByHand, requireDelivery, requireFile } from "./by-hand-rows.ts";
import { type ClaimedDelivery, findInstanceDelivery } from "./deliveries.ts";
import { OutboxError } from "./errors.ts";
import { getDelivery } from "./list.ts";
import type { OutboxNode } from "./node.ts";
import { originalEncoding } from "./sending/original.ts";
import { dropUnmade, type Renditions } from "./sending/renditions.ts";
import { insteadOf, replaceDelivery } from "./sending/replace.ts";
import { ladderFor, pixelDataLimit } from "./sending/rungs.ts";

export interface ActsByHandOptions {
  readonly database: Database;
  readonly nodes: readonly OutboxNode[];
  readonly renditions: Renditions;
  readonly clock: Clock;
  /** A delivery was changed. */
  readonly onChanged: (id: number) => void;
  /** A delivery was replaced by others, which may have to be made first. */
  readonly onReplaced: (id: number) => void;
}

type Replacement = Parameters<typeof replaceDelivery>[2];

export interface OtherEncoding extends Pick<Replacement, "node" | "delivery" | "instead"> {
  /** In words. */
  readonly label: string;
}

/** What a person at the screen does with a delivery. */
export class ActsByHand {
  readonly #options: ActsByHandOptions;

  constructor(options: ActsByHandOptions) {
    this.#options = options;
  }

  /** Sends it now, whatever its back-off, also after held or cancelled. Throws OutboxError. */
  retry(id: number, actor: string): void {
    if (!this.#splitInstead(id, actor)) this.#change(id, "retry", actor, () => this.#dropUnmade(id, "all"));
  }

  /** A held clip that is larger than the node's limit is by now goes there in parts: sending it whole would fail again. */
  #splitInstead(id: number, actor: string): boolean {
    const { database, renditions, clock } = this.#options;
    const delivery = findInstanceDelivery(database, id);
    const shown = getDelivery(database, id);
    const node = shown && this.#node(shown.node);
    if (delivery === undefined || shown === undefined || node === undefined) return false;
    const original = originalEncoding(delivery.originalSopClassUid, delivery.originalTransferSyntaxUid);
    const limit = pixelDataLimit(node.encoding);
    const isTooLarge = shown.captureKind === "clip" && delivery.mediaBytes > limit;
    if (shown.transfer !== "held" || delivery.rendition !== "original" || !isTooLarge) return false;
    const [step] = original === undefined ? [] : ladderFor(original, { ...node.encoding, clips: ["original"] });
    if (step === undefined) return false;
    const instead = { key: `parts/${limit}`, step };
    database.transaction(() => {
      requireFile(database, id);
      const reason = "Sent in parts instead: the node's limit is lower now.";
      replaceDelivery(database, renditions, {
        node,
        delivery,
        instead,
        remember: false,
        reason,
        at: clock(),
        actor,
      });
      recordByHand(database, { id, action: "retry", actor, at: clock(), detail: { rendition: instead.key } });
    });
    this.#options.onReplaced(id);
    return true;
  }

  /** Keeps it here until somebody presses retry. Throws OutboxError. */
  hold(id: number, actor: string): void {
    this.#change(id, "hold", actor);
  }

  /** Never sends it to this node, unless somebody presses retry. Throws OutboxError. */
  cancel(id: number, actor: string): void {
    // Where another form could not be made, that is over too.
    this.#change(id, "cancel", actor, () => this.#dropUnmade(id, "failed"));
  }

  #dropUnmade(id: number, which: "all" | "failed"): void {
    const { database } = this.#options;
    const delivery = findInstanceDelivery(database, id);
    const node = getDelivery(database, id)?.node;
    if (delivery !== undefined && node !== undefined) dropUnmade(database, delivery, node, which);
  }

  /** Sends the next encoding of the node's ladder instead, for one that the node refused. Throws OutboxError. */
  sendAs(id: number, actor: string): void {
    const { database, renditions, clock } = this.#options;
    database.transaction(() => {
      requireDelivery(database, id, "send another encoding instead of", ["held"]);
      requireFile(database, id);
      const found = this.otherEncoding(id);
      if (found === undefined) {
        throw new OutboxError("no-other-encoding", "There is no other encoding that this node may be sent.");
      }
      const { node, delivery, instead, label } = found;
      const at = clock();
      const reason = `Sent as ${label} instead, by hand.`;
      replaceDelivery(database, renditions, { node, delivery, instead, remember: false, reason, at, actor });
      recordByHand(database, { id, action: "send-as", actor, at, detail: { rendition: instead.key } });
    });
    this.#options.onReplaced(id);
  }

  /** What would be sent instead, where the node refused it; undefined: nothing. */
  otherEncoding(id: number): OtherEncoding | undefined {
    const { database } = this.#options;
    const delivery: ClaimedDelivery | undefined = findInstanceDelivery(database, id);
    const node = this.#node(getDelivery(database, id)?.node);
    const instead = delivery && node && insteadOf(database, node, delivery, () => true);
    if (delivery === undefined || node === undefined || instead?.step == null) return undefined;
    return { node, delivery, instead, label: instead.step.label };
  }

  #node(name: string | undefined): OutboxNode | undefined {
    return this.#options.nodes.find((one) => one.name === name);
  }

  #change(id: number, action: Action, actor: string, alongside: () => void = () => {}): void {
    const { database, clock } = this.#options;
    database.transaction(() => {
      changeByHand(database, id, action, actor, clock());
      alongside();
    });
    this.#options.onChanged(id);
  }
}

/** Whether a stored Instance counts as arrived where nobody proves it: `keep` its files for good, or `delete` them. */
export type WithoutProof = "keep" | "delete";

/** What is owed to one node of one Instance, as the outbox has it. Times in milliseconds since the Unix epoch. */
export interface DeliveryFacts {
  readonly node: string;
  readonly transfer: string;
  readonly commitment: string;
  readonly createdAt: number;
  readonly storedAt: number | null;
  readonly committedAt: number | null;
}

export interface InstanceFacts {
  /** False: stills of key frames. They are something of a clip, never the clip. */
  readonly isWhole: boolean;
  /** Its key: the parts of a long clip have one. */
  readonly rendition: string;
  readonly isComposed: boolean;
  /** False: what it is owed to is still being written down. */
  readonly isOwed: boolean;
  readonly deliveries: readonly DeliveryFacts[];
}

export interface CaptureFacts {
  readonly savedAt: number;
  readonly isReleased: boolean;
  /** Another rendition is still to be made from it, or failed to be made. */
  readonly isRenditionWanted: boolean;
  readonly instances: readonly InstanceFacts[];
}

/**
 * Since when nothing more is owed of this capture, so that its files may go; null: they may not. Each Instance has
 * arrived, proven, at one node at least, or another rendition of it has, whole and in all its parts, at the node that did
 * not take this one, or at any node where this one was only made for others to be made of; none is waiting, held, or
 * stored without the proof that was promised.
 */
export function settledAt(capture: CaptureFacts, withoutProof: WithoutProof): number | null {
  const { isReleased, isRenditionWanted, instances, savedAt } = capture;
  if (!isReleased || isRenditionWanted || instances.length === 0) return null;
  const deliveries = instances.flatMap((instance) => instance.deliveries);
  const hasArrived = (delivery: DeliveryFacts): boolean => isProven(delivery, withoutProof);
  if (!deliveries.every((delivery) => hasArrived(delivery) || isCalledOff(delivery))) return null;
  const renditions = Map.groupBy(
    instances.filter(({ isWhole }) => isWhole),
    ({ rendition }) => rendition,
  );
  const hasAll = (node: string): boolean =>
    renditions
      .values()
      .some((parts) => parts.every((part) => part.deliveries.some((one) => one.node === node && hasArrived(one))));
  const nodes = new Set(deliveries.map(({ node }) => node).filter(hasAll));
  const hasGone = (own: readonly DeliveryFacts[]): boolean =>
    own.length === 0
      ? nodes.size > 0
      : own.some((one) => hasArrived(one) || (one.transfer === "replaced" && nodes.has(one.node)));
  if (!instances.every(({ isComposed, isOwed, deliveries: own }) => isComposed && isOwed && hasGone(own))) return null;
  const times = deliveries.map(({ createdAt, storedAt, committedAt }) => committedAt ?? storedAt ?? createdAt);
  return Math.max(savedAt, ...times);
}

function isProven({ transfer, commitment }: DeliveryFacts, withoutProof: WithoutProof): boolean {
  if (transfer !== "stored") return false;
  return commitment === "committed" || (commitment === "not-required" && withoutProof === "delete");
}

/** By a person, or because another rendition goes there. */
function isCalledOff({ transfer }: DeliveryFacts): boolean {
  return transfer === "cancelled" || transfer === "replaced";
}

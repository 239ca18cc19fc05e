import type { NodeProof, StoryState } from "./story.ts";

/** What is owed to one node of one of a capture's Instances. */
export interface DeliveryState {
  readonly node: string;
  readonly transfer: string;
  readonly commitment: string;
  readonly importance: string;
  readonly attempts: number;
  readonly verifiedBy: string | null;
  readonly storedAt: number | null;
  readonly committedAt: number | null;
  /** 1: stills of key frames, or JPEG frames of which some may be left out, instead of the clip. */
  readonly isExcerpt: number;
  readonly reason: string | null;
  readonly commitmentReason: string | null;
}

/** What each node has, in the order of their names. `wanted`: nodes for which a rendition is still to be made. */
export function nodeProofs(deliveries: readonly DeliveryState[], wanted: readonly string[]): NodeProof[] {
  // What went in another form is the other one's matter, and a standby that was not needed nobody's.
  const counting = deliveries.filter(
    ({ transfer, importance, attempts }) =>
      transfer !== "replaced" && !(importance === "standby" && attempts === 0 && transfer !== "stored"),
  );
  const byNode = Map.groupBy(counting, ({ node }) => node);
  const nodes = [...new Set([...byNode.keys(), ...wanted])].sort();
  return nodes.map((node) => nodeProof(node, byNode.get(node) ?? [], wanted.includes(node)));
}

function nodeProof(node: string, parts: readonly DeliveryState[], isWanted: boolean): NodeProof {
  const has = (transfer: string): DeliveryState | undefined => parts.find((part) => part.transfer === transfer);
  const open = { node, storedAt: null, provenBy: null, provenAt: null };
  const held = has("held");
  if (held !== undefined) return { ...open, state: "held", reason: held.reason };
  if (has("sending") !== undefined) return { ...open, state: "sending", reason: null };
  const pending = has("pending");
  if (pending !== undefined || isWanted) return { ...open, state: "waiting", reason: pending?.reason ?? null };
  const stored = parts.filter(({ transfer }) => transfer === "stored");
  const cancelled = has("cancelled");
  if (stored.length === 0 || cancelled !== undefined)
    return { ...open, state: "cancelled", reason: cancelled?.reason ?? null };
  const storedAt = Math.max(...stored.map((part) => part.storedAt ?? 0));
  const unproven = stored.find(({ commitment }) => commitment !== "committed");
  if (unproven !== undefined) {
    const state = unproven.commitment === "failed" ? "held" : "sent";
    return { ...open, storedAt, state, reason: unproven.commitmentReason };
  }
  if (stored.some(({ isExcerpt }) => isExcerpt === 1)) {
    return {
      ...open,
      storedAt,
      state: "sent",
      reason: "It keeps an excerpt only, as pictures: the clip itself is on this box.",
    };
  }
  const provenBy = stored.every(({ verifiedBy }) => verifiedBy === "commitment") ? "commitment" : "query";
  const provenAt = Math.max(...stored.map((part) => part.committedAt ?? 0));
  return { node, state: "safe", storedAt, provenBy, provenAt, reason: null };
}

/** The worst node decides; a node that somebody cancelled does not, as long as another has it. */
export function storyStateOf(captureState: string, composeFailure: boolean, nodes: readonly NodeProof[]): StoryState {
  if (captureState === "recording" || captureState === "failed" || captureState === "deleted") return captureState;
  const has = (state: NodeProof["state"]): boolean => nodes.some((node) => node.state === state);
  if (composeFailure || has("held")) return "held";
  if (has("sending")) return "sending";
  if (nodes.length === 0 || has("waiting")) return "saved";
  if (has("sent")) return "sent";
  return has("safe") ? "safe" : "cancelled";
}

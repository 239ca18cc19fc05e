import type { DueEncoding } from "../deliveries.ts";
import type { Encoding } from "../delivery.ts";
import type { OutboxNode } from "../node.ts";
import { originalEncoding } from "./original.ts";
import { ladderFor } from "./rungs.ts";

/** Presentation context ids are odd bytes: 128 at most (PS3.8 9.3.2.2). */
export const maxContexts = 128;

/**
 * What is proposed to a node: what is due, and every rung that may be sent instead of it, so that one negotiation says
 * what the node takes.
 */
export function proposalFor(due: readonly DueEncoding[], encoding: OutboxNode["encoding"]): Encoding[] {
  const instead = due.flatMap(({ originalSopClassUid, originalTransferSyntaxUid }) => {
    const original = originalEncoding(originalSopClassUid, originalTransferSyntaxUid);
    const ladder = original === undefined ? [] : ladderFor(original, encoding);
    return ladder.flatMap(({ sopClassUid, transferSyntaxUids }) =>
      transferSyntaxUids.map((transferSyntaxUid) => ({ sopClassUid, transferSyntaxUid })),
    );
  });
  const proposed = new Map<string, Encoding>();
  for (const { sopClassUid, transferSyntaxUid } of [...due, ...instead]) {
    proposed.set(`${sopClassUid} ${transferSyntaxUid}`, { sopClassUid, transferSyntaxUid });
  }
  return [...proposed.values()].slice(0, maxContexts);
}

export function isAmong(encodings: readonly Encoding[], one: Encoding): boolean {
  return encodings.some((e) => e.sopClassUid === one.sopClassUid && e.transferSyntaxUid === one.transferSyntaxUid);
}

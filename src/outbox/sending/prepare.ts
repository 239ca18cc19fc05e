import { join } from "node:path";
import type { ClaimedDelivery } from "../deliveries.ts";
import type { OutboxNode } from "../node.ts";
import type { Sendable } from "./transport.ts";

/** A delivery as its node gets it. */
export function sendableOf(delivery: ClaimedDelivery, node: OutboxNode, storageDirectory: string): Sendable {
  const { id, sopInstanceUid, sopClassUid, transferSyntaxUid, dataSetOffset, sizeBytes, lane } = delivery;
  const { clipBytesPerS } = node.sending;
  return {
    id,
    sopInstanceUid,
    sopClassUid,
    transferSyntaxUid,
    dataSetOffset,
    sizeBytes,
    file: join(storageDirectory, delivery.file),
    ...(lane === "clip" && clipBytesPerS !== null && { maxBytesPerS: clipBytesPerS }),
  };
}

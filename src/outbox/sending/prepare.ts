import { join } from "node:path";
import { DicomError, readPart10Meta, recodedHead } from "../../dicom/dicom.ts";
import type { ClaimedDelivery } from "../deliveries.ts";
import type { OutboxNode } from "../node.ts";
import type { Sendable } from "./transport.ts";

/** An Instance that this node cannot be sent as it is; the message is for the person at the screen. */
export class CannotPrepare extends Error {
  override readonly name = "CannotPrepare";
}

/** Every Instance is composed in it (PS3.3 C.12.1.1.2). */
const composedIn = "ISO_IR 192";

/** Does the node get Instances as they lie on the disk? */
export function isSentAsComposed(node: OutboxNode): boolean {
  return node.encoding.characterSet === composedIn;
}

/** A delivery as it lies on the disk. */
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

/**
 * The same in the node's character set: the beginning of its data set is written anew, the pixels are not touched. Throws
 * CannotPrepare when that set cannot hold some text: it is held, never turned into `?`.
 */
export async function inCharacterSetOf(node: OutboxNode, sendable: Sendable): Promise<Sendable> {
  if (isSentAsComposed(node)) return sendable;
  const { characterSet } = node.encoding;
  try {
    const recoded = await recodedHead(sendable.file, await readPart10Meta(sendable.file), characterSet);
    if ("cannotHold" in recoded) {
      throw new CannotPrepare(
        `${node.name} is set to ${characterSet}, which cannot hold ${recoded.cannotHold.join(", ")} of this image. Set another character set for it, then press Retry.`,
      );
    }
    const { head, replacesBytes } = recoded;
    return replacesBytes === 0 ? sendable : { ...sendable, head: { bytes: head, replacesBytes } };
  } catch (error) {
    if (error instanceof CannotPrepare) throw error;
    if (error instanceof DicomError) throw new CannotPrepare(`${error.message} ${unreadable}`);
    throw new CannotPrepare(unreadable, { cause: error });
  }
}

const unreadable = "This box cannot read its own file. Run `scopeline check`, then press Retry.";

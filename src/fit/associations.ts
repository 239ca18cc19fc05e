import { serviceClasses } from "../dicom/dicom.ts";
import type { Association } from "../dimse/dimse.ts";
import { associate, type Encoding, serviceContext, storageContexts } from "./dimse-channel.ts";
import type { FitDimse } from "./node.ts";
import { wordsOf } from "./peer-words.ts";

export interface AssociationsSeen {
  readonly most: number;
  readonly tried: number;
  /** What the node said to the one that was too many; null: none was. */
  readonly words: string | null;
}

const counts = [1, 2, 4] as const;
/** One that serves one caller after the other leaves the next without an answer. */
const answerMs = 5_000;

/**
 * How many associations a node serves at the same time: each is opened beside the others and has to answer a C-ECHO while
 * all are open, for a connection that waits in a queue is none. Throws only the signal's reason.
 */
export async function countAssociations(
  dimse: FitDimse,
  encoding: Encoding,
  signal: AbortSignal,
): Promise<AssociationsSeen> {
  const { connectMs = answerMs, associationMs = answerMs, responseMs = answerMs } = dimse.deadlines ?? {};
  const deadlines = {
    ...dimse.deadlines,
    // TLS is agreed on by then: one that serves somebody else does not even begin.
    connectMs: Math.min(connectMs, answerMs),
    associationMs: Math.min(associationMs, answerMs),
    responseMs: Math.min(responseMs, answerMs),
  };
  const contexts = [serviceContext(serviceClasses.verification), ...storageContexts([encoding])];
  const open: Association[] = [];
  let most = 0;
  try {
    for (const count of counts) {
      while (open.length < count) {
        const association = await associate({ ...dimse, deadlines }, contexts, { signal });
        if (association === null) return { most, tried: count, words: "It accepts none of the contexts." };
        open.push(association);
      }
      const { verification } = serviceClasses;
      const echoing = open.filter((one) => one.acceptedTransferSyntaxes(verification).length > 0);
      await Promise.all(echoing.map((one) => one.echo()));
      if (open.some(({ isOpen }) => !isOpen)) return { most, tried: count, words: "It ended an earlier one." };
      most = count;
    }
    return { most, tried: most, words: null };
  } catch (error) {
    signal.throwIfAborted();
    return { most, tried: counts.find((count) => count > most) ?? most, words: wordsOf(error) };
  } finally {
    await Promise.all(open.map((one) => one.release().catch(() => one.abort())));
  }
}

/** What a Storage Commitment Result means (PS3.4 J.3.3, PS3.3 C.14.1.1). Pure. */
import { type DataSet, itemsOf, numberOf, textOf } from "../../dicom/dicom.ts";

/** What is to be done about one instance. */
export type Verdict =
  | { readonly kind: "committed" }
  /** The node has it not, or could not keep it: sent again, then asked again. */
  | { readonly kind: "send-again"; readonly reason: number | null }
  /** The Transaction UID was in use: asked again with another one. */
  | { readonly kind: "ask-again"; readonly reason: number }
  /** A contradiction, or something that sending again cannot heal: a person. */
  | { readonly kind: "failed"; readonly reason: number };

export interface AskedInstance {
  readonly deliveryId: number;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

export interface Judgement {
  /** By delivery; an asked instance that the report does not name is not in it. */
  readonly verdicts: ReadonlyMap<number, Verdict>;
  /** How many instances it names that were not asked about. */
  readonly foreign: number;
}

const processingFailure = 0x0110;
const classInstanceConflict = 0x0119;
const classNotSupported = 0x0122;
const duplicateTransaction = 0x0131;

/**
 * What a report says of each instance that was asked about. Only an instance that it names itself, in the SOP class it
 * was sent as, and only among the successes, is committed: an event type alone proves nothing.
 */
export function judgeReport(information: DataSet, asked: readonly AskedInstance[]): Judgement {
  const byUid = new Map(asked.map((one) => [one.sopInstanceUid, one]));
  const verdicts = new Map<number, Verdict>();
  let foreign = 0;
  for (const item of itemsOf(information, "ReferencedSOPSequence")) {
    const one = byUid.get(textOf(item, "ReferencedSOPInstanceUID"));
    const sopClassUid = textOf(item, "ReferencedSOPClassUID");
    if (one === undefined) foreign += 1;
    else if (sopClassUid !== "" && sopClassUid !== one.sopClassUid)
      verdicts.set(one.deliveryId, { kind: "failed", reason: classInstanceConflict });
    else if (!verdicts.has(one.deliveryId)) verdicts.set(one.deliveryId, { kind: "committed" });
  }
  for (const item of itemsOf(information, "FailedSOPSequence")) {
    const one = byUid.get(textOf(item, "ReferencedSOPInstanceUID"));
    if (one === undefined) foreign += 1;
    // In both lists: the failure counts.
    else verdicts.set(one.deliveryId, verdictOf(numberOf(item, "FailureReason")));
  }
  return { verdicts, foreign };
}

/** A reason that nobody knows, or none, is a failure like 0110: sending again is harmless, and does not go on for ever. */
function verdictOf(reason: number | undefined): Verdict {
  if (reason === duplicateTransaction) return { kind: "ask-again", reason };
  if (reason === classInstanceConflict || reason === classNotSupported) return { kind: "failed", reason };
  return { kind: "send-again", reason: reason ?? null };
}

const meanings: ReadonlyMap<number, string> = new Map([
  [processingFailure, "it failed to process it"],
  [0x0112, "it does not have it"],
  [0x0213, "it has no room for it"],
  [classNotSupported, "it does not commit to this kind of image"],
  [classInstanceConflict, "it has another kind of image under this UID"],
  [duplicateTransaction, "the transaction UID was in use"],
]);

/** A failure reason for people: `it does not have it (0x0112)`. */
export function failureWords(reason: number | null): string {
  if (reason === null) return "it gave no reason";
  const code = `0x${reason.toString(16).toUpperCase().padStart(4, "0")}`;
  return `${meanings.get(reason) ?? "it gave a reason that the standard does not know"} (${code})`;
}

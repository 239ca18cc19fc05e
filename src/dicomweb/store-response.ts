import { isJsonDataSet, itemsAt, type JsonDataSet, numberAt, textAt } from "./dicom-json.ts";
import { readNativeXml } from "./native-xml.ts";

/** What became of one instance. */
export type StowResult =
  /** The server names it as stored. `warning`: its Warning Reason (PS3.18 I.2.1). */
  | { readonly kind: "stored"; readonly warning?: number }
  /** `reason`: its Failure Reason (PS3.18 I.2.2), values as for C-STORE and C122; null where it gave none. */
  | { readonly kind: "failed"; readonly reason: number | null; readonly words: string }
  /** The server does not say: ask it by query, or send again. */
  | { readonly kind: "unconfirmed"; readonly words: string };

export interface SentInstance {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
}

const tags = {
  warningReason: "00081196",
  failureReason: "00081197",
  failedSopSequence: "00081198",
  referencedSopSequence: "00081199",
  otherFailuresSequence: "0008119A",
  referencedSopClassUid: "00081150",
  referencedSopInstanceUid: "00081155",
} as const;

/** The Store Instances Response Module (PS3.18 Annex I) as JSON or XML; null when the body is none, or is empty. */
export function readStoreResponse(body: Buffer): JsonDataSet | null {
  const text = body
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trim();
  if (text.startsWith("<")) return readNativeXml(text);
  try {
    const json: unknown = JSON.parse(text);
    // Some servers wrap the one data set in an array.
    const first: unknown = Array.isArray(json) ? json[0] : json;
    return isJsonDataSet(first) ? first : null;
  } catch {
    return null;
  }
}

/**
 * One result for each instance that was sent, whatever the server said: only being named as stored, and not also as
 * failed, is stored. An HTTP status of 200 alone proves nothing (Orthanc answers 200 to what it threw away).
 */
export function resultsOf(
  sent: readonly SentInstance[],
  response: JsonDataSet | null,
  httpStatus: number,
): ReadonlyMap<string, StowResult> {
  const stored = byUid(itemsAt(response ?? {}, tags.referencedSopSequence));
  const failed = byUid(itemsAt(response ?? {}, tags.failedSopSequence));
  const unnamed = sent.filter(({ sopInstanceUid: uid }) => !stored.has(uid) && !failed.has(uid));
  const others = itemsAt(response ?? {}, tags.otherFailuresSequence);
  // PS3.18 I: one item for each instance that could not even be named.
  const isEveryOtherFailed = unnamed.length > 0 && others.length === unnamed.length;
  const result = (instance: SentInstance, index: number): StowResult => {
    const [ok, bad] = [stored.get(instance.sopInstanceUid), failed.get(instance.sopInstanceUid)];
    if (ok && bad) return { kind: "unconfirmed", words: "The server says both that it stored this instance and not." };
    if (ok) return storedOf(instance, ok);
    if (bad) return failedFor(instance, numberAt(bad, tags.failureReason));
    if (isEveryOtherFailed) return failedFor(instance, numberAt(others[index] ?? {}, tags.failureReason));
    if (httpStatus >= 400) return failedFor(instance, null);
    const why = response === null ? "gave no list of what it stored" : "does not name this instance as stored";
    return { kind: "unconfirmed", words: `The server answered (HTTP ${httpStatus}), but ${why}.` };
  };
  let other = 0;
  return new Map(
    sent.map((instance) => {
      const isNamed = stored.has(instance.sopInstanceUid) || failed.has(instance.sopInstanceUid);
      const index = isNamed ? 0 : other++;
      return [instance.sopInstanceUid, result(instance, index)];
    }),
  );
}

/** Whether the answer speaks of any of these instances at all. */
export function namesAny(sent: readonly SentInstance[], response: JsonDataSet | null): boolean {
  if (response === null) return false;
  const named = [tags.referencedSopSequence, tags.failedSopSequence].flatMap((tag) => [
    ...byUid(itemsAt(response, tag)).keys(),
  ]);
  const uids = new Set(named);
  return sent.some(({ sopInstanceUid }) => uids.has(sopInstanceUid));
}

function byUid(items: readonly JsonDataSet[]): ReadonlyMap<string, JsonDataSet> {
  return new Map(items.map((item) => [textAt(item, tags.referencedSopInstanceUid), item]));
}

function storedOf(instance: SentInstance, item: JsonDataSet): StowResult {
  const sopClass = textAt(item, tags.referencedSopClassUid);
  if (sopClass !== "" && sopClass !== instance.sopClassUid) {
    return { kind: "unconfirmed", words: "The server stored something of another SOP class under this UID." };
  }
  const warning = numberAt(item, tags.warningReason);
  return warning === null || warning === 0 ? { kind: "stored" } : { kind: "stored", warning };
}

/** Referenced Transfer Syntax not supported, which C-STORE has no status for (PS3.18 Table I.2-2). */
const transferSyntaxRefused = 0xc122;
const sopClassRefused = 0x0122;

function failedFor(instance: SentInstance, reason: number | null): StowResult {
  if (reason === null) return { kind: "failed", reason, words: "The server did not store it and gives no reason." };
  const hex = `0x${reason.toString(16).toUpperCase().padStart(4, "0")}`;
  const what =
    reason === transferSyntaxRefused
      ? `does not take the transfer syntax ${instance.transferSyntaxUid}`
      : reason === sopClassRefused
        ? `does not take the SOP class ${instance.sopClassUid}`
        : "did not store it";
  return { kind: "failed", reason, words: `The server ${what} (${hex}).` };
}

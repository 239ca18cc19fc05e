import { type FaultBoard, struckInstances } from "./faults.ts";
import type { Elements } from "./matching.ts";

export interface CommitmentItem {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

export interface FailedItem extends CommitmentItem {
  /** Failure Reason (0008,1197), in hex: 0112. */
  readonly reason: string;
}

/** What is going to be reported about one transaction, decided when it was asked. */
export interface ReportPlan {
  readonly delayMs: number;
  readonly times: number;
  readonly isOnSameAssociation: boolean;
  readonly namesWrongTransaction: boolean;
  readonly failing: ReadonlySet<string>;
  readonly failingReason: string;
  readonly omitted: ReadonlySet<string>;
}

/** A short while, so that the answer to the N-ACTION is there first. */
const usualDelayMs = 50;

/** Takes the faults in force for one request. */
export function planOf(faults: FaultBoard, items: readonly CommitmentItem[]): ReportPlan {
  const uids = items.map(({ sopInstanceUid }) => sopInstanceUid);
  const partly = faults.take("commitment-partly");
  const omits = faults.take("commitment-omits");
  const isNever = faults.take("commitment-never") !== undefined;
  const isTwice = faults.take("commitment-twice") !== undefined;
  return {
    delayMs: faults.take("commitment-delay")?.ms ?? usualDelayMs,
    times: isNever ? 0 : isTwice ? 2 : 1,
    isOnSameAssociation: faults.take("commitment-same-association") !== undefined,
    namesWrongTransaction: faults.take("commitment-wrong-transaction") !== undefined,
    failing: struckInstances(partly?.instances ?? [], uids),
    failingReason: partly?.reason.toUpperCase() ?? "0110",
    omitted: struckInstances(omits?.instances ?? [], uids),
  };
}

/** A Storage Commitment Result (PS3.4 Table J.3-2): event type 1 when all are committed, else 2. */
export interface CommitmentResult {
  readonly transactionUid: string;
  readonly eventTypeId: 1 | 2;
  readonly committed: readonly CommitmentItem[];
  readonly failed: readonly FailedItem[];
}

/** `held`: the SOP Class UID of each instance the archive has at this moment. Reasons: PS3.3 C.14.1.1. */
export function resultOf(
  transactionUid: string,
  items: readonly CommitmentItem[],
  plan: Pick<ReportPlan, "failing" | "failingReason" | "omitted">,
  held: ReadonlyMap<string, string>,
): CommitmentResult {
  const mentioned = items.filter(({ sopInstanceUid }) => !plan.omitted.has(sopInstanceUid));
  const judged = mentioned.map((item) => {
    const sopClassUid = held.get(item.sopInstanceUid);
    if (plan.failing.has(item.sopInstanceUid)) return { item, reason: plan.failingReason };
    if (sopClassUid === undefined) return { item, reason: noSuchInstance };
    return { item, reason: sopClassUid === item.sopClassUid ? undefined : classInstanceConflict };
  });
  const committed = judged.flatMap(({ item, reason }) => (reason === undefined ? [item] : []));
  const failed = judged.flatMap(({ item, reason }) => (reason === undefined ? [] : [{ ...item, reason }]));
  return { transactionUid, eventTypeId: failed.length === 0 ? 1 : 2, committed, failed };
}

/** The report on a Transaction UID that is in use already. */
export function duplicateTransaction(transactionUid: string, items: readonly CommitmentItem[]): CommitmentResult {
  const failed = items.map((item) => ({ ...item, reason: "0131" }));
  return { transactionUid, eventTypeId: 2, committed: [], failed };
}

const noSuchInstance = "0112";
const classInstanceConflict = "0119";

/** A request's Action Information (PS3.4 Table J.3-1); undefined when it is not one. */
export function readRequest(information: Elements): { transactionUid: string; items: CommitmentItem[] } | undefined {
  const { TransactionUID: transactionUid, ReferencedSOPSequence: references } = information;
  if (typeof transactionUid !== "string" || transactionUid === "") return undefined;
  if (references === undefined || typeof references === "string" || references.length === 0) return undefined;
  const items = references.map(({ ReferencedSOPClassUID, ReferencedSOPInstanceUID }) => ({
    sopClassUid: String(ReferencedSOPClassUID ?? ""),
    sopInstanceUid: String(ReferencedSOPInstanceUID ?? ""),
  }));
  const isWhole = items.every(({ sopClassUid, sopInstanceUid }) => sopClassUid !== "" && sopInstanceUid !== "");
  const isUnique = new Set(items.map(({ sopInstanceUid }) => sopInstanceUid)).size === items.length;
  return isWhole && isUnique ? { transactionUid, items } : undefined;
}

/** The Event Information as dcmjs writes it: Failure Reason (US) as a number. */
export function eventInformation(result: CommitmentResult, retrieveAeTitle: string): Record<string, unknown> {
  const reference = ({ sopClassUid, sopInstanceUid }: CommitmentItem) => ({
    ReferencedSOPClassUID: sopClassUid,
    ReferencedSOPInstanceUID: sopInstanceUid,
  });
  const failed = result.failed.map((item) => ({ ...reference(item), FailureReason: Number.parseInt(item.reason, 16) }));
  return {
    TransactionUID: result.transactionUid,
    RetrieveAETitle: retrieveAeTitle,
    ...(result.committed.length > 0 && { ReferencedSOPSequence: result.committed.map(reference) }),
    ...(result.eventTypeId === 2 && { FailedSOPSequence: failed }),
  };
}

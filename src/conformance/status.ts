/** Section 7.3: what an answer, or none, leads to; asked of the rules that decide it. */
import type { Settings } from "../config/config.ts";
import { storeStatuses } from "../dicom/store-answer.ts";
import { DicomWebError } from "../dicomweb/dicomweb.ts";
import { failureOfStatus } from "../dicomweb/failures.ts";
import { DimseError, type DimseErrorCode } from "../dimse/dimse.ts";
import { failureWords, judgeReport } from "../outbox/commitment/report.ts";
import { outcomeOfStep } from "../outbox/mpps/outcome.ts";
import { outcomeOfStore, processingFailures } from "../outbox/outcome.ts";
import { failureKind } from "../outbox/why-not.ts";
import { blocks, list, statusText, table } from "./markdown.ts";

const usualHeldAfter = 20;

export function statusCodes(settings: Settings): string {
  return blocks(
    "### 7.3 Status Codes",
    general(settings),
    "#### 7.3.2 DIMSE Services",
    "##### 7.3.2.1 C-FIND (Modality Worklist, Study Root)",
    table(
      ["Status", "Behavior"],
      [
        ["0x0000", "the answers count"],
        ["0xFF00, 0xFF01", "one answer; an answer whose bytes cannot be read is left out and counted"],
        ["0xFE00", "after a C-CANCEL of this box: the answers so far count, as a list that is cut short"],
        ["0xA7xx", "failed for now: asked again later; the last worklist stays"],
        [
          "any other",
          "failed: worklist: asked again later, the last one stays; Study Root: the node takes no such query",
        ],
      ],
    ),
    "##### 7.3.2.2 C-STORE",
    "A status of no row counts as a failure to process. Success counts only when the response names the instance that was sent, or none, and comes after all of it was sent.",
    table(["Status", "Meaning", "Behavior"], storeStatuses.map(storeCells)),
    "##### 7.3.2.3 MPPS N-CREATE and N-SET",
    table(["Status", "Behavior of N-CREATE", "Behavior of N-SET"], stepRows()),
    "##### 7.3.2.4 Storage Commitment N-ACTION",
    table(
      ["Status", "Behavior"],
      [
        ["0x0000, warnings", "the report is waited for"],
        [
          "0x0118, 0x0122",
          "the node does not do it: said on the screen, looked for by query where the node can; asked again later",
        ],
        ["any other, or none", "the Transaction UID is over; asked again with another one after a pause"],
      ],
    ),
    "##### 7.3.2.5 Storage Commitment N-EVENT-REPORT",
    "What the failure reason of an instance leads to:",
    table(["Failure Reason (0008,1197)", "Meaning", "Behavior"], reasonRows()),
    "What this box answers to a report:",
    table(
      ["Status", "When"],
      [
        ["0x0000", "it is on the disk; also when it had come before"],
        ["0x0110", "it could not be written"],
        ["0x0113", "an event type other than 1 and 2"],
        [
          "0x0115",
          "a Transaction UID that is not ours, a report that names nothing that was asked about, or no readable data set",
        ],
        ["0x0118", "another SOP class"],
        ["0x0211", "a request other than N-EVENT-REPORT on this context"],
      ],
    ),
    "##### 7.3.2.6 C-ECHO",
    "As SCP: 0x0000. As SCU, in a fit test: the status is shown.",
    "#### 7.3.3 DICOM Web Services",
    "Store: each instance by itself. Named as stored: stored. Named with a failure reason: as that C-STORE status above. Not named: looked up by query, then sent again. As a whole:",
    table(["HTTP status", "Behavior"], httpRows()),
  );
}

const codes: Readonly<Partial<Record<DimseErrorCode, string>>> = {
  "connect-failed": "No connection",
  "connect-timeout": "No connection in time",
  tls: "No secure connection",
  "rejected-permanent": "Association rejected, permanent",
  "rejected-transient": "Association rejected, transient",
  timeout: "Silence in an association, at any point",
  "aborted-by-peer": "A-ABORT",
  "closed-by-peer": "Connection closed or reset",
  protocol: "An answer against the standard, or about another message or instance",
};

function general({ nodes }: Settings): string {
  const [node] = nodes;
  const pause =
    node === undefined
      ? ""
      : ` With the settings of ${node.name}: ${node.retry.firstS} s, at most ${node.retry.maxS} s.`;
  return blocks(
    "#### 7.3.1 General AE Communication and Failure Behavior and Handling",
    "##### 7.3.1.1 Communication Failure Behavior as Association Initiator",
    table(
      ["Failure", "Failure Behavior"],
      Object.entries(codes).map(([code, words]) => [
        words,
        failureBehavior(new DimseError(code as DimseErrorCode, "")),
      ]),
    ),
    `Nothing is lost or marked as sent by any of these. Pauses double with each failure, less a random part.${pause} Silence ends after the deadlines of 7.2.1.2; while bytes flow none of them counts.`,
    "##### 7.3.1.2 Communication Failure Handling as Association Acceptor",
    list([
      "A malformed or unexpected PDU, a message that is too long, or silence in the middle of one: A-ABORT, of that association only.",
      "No A-ASSOCIATE-RQ in time: the connection is closed.",
      "A request without a service: response with 0x0211.",
    ]),
  );
}

function failureBehavior(error: unknown): string {
  const kind = failureKind(error);
  switch (kind) {
    case "node":
      return "Kept, and tried again without end after the pause of the node; not counted against an instance";
    case "association":
      return "Sent again on a new association, without end, after a pause";
    case "request":
      return "Sent again after a pause; after so many failures in a row as are set for the node: held";
    case "too-large":
      return "Each instance alone; a single one that is too large is held";
    case "own":
      return "Held";
    case "stopped":
    case "defect":
      return "";
    default:
      return kind satisfies never;
  }
}

function storeCells({ from, to, meaning, source }: (typeof storeStatuses)[number]): string[] {
  const range = from === to ? statusText(from) : `${statusText(from)} to ${statusText(to)}`;
  return [range, `${meaning} (${source})`, storeBehavior(from, to)];
}

function storeBehavior(from: number, to: number): string {
  // The first of a range may have a row of its own.
  const outcome = outcomeOfStore(to, usualHeldAfter);
  switch (outcome.kind) {
    case "stored":
      if (outcome.warning === undefined) return "Stored";
      return `Stored, with a warning on the screen${from === to ? `: ${outcome.warning}` : ""}`;
    case "retry":
      return `Sent again after a pause; held after ${retries(outcome.limit)}`;
    case "held":
      return "Held: never sent again by itself";
    case "other-encoding":
      return "The next rung of the ladder that the node accepts (5.2.5.1.1); without one held";
    case "look-up":
      return "Looked up by query: stored when it is there, else sent again, or held where the node takes no query";
    default:
      return outcome satisfies never;
  }
}

function retries(limit: number | null): string {
  if (limit === processingFailures) return `${limit} failures in a row, or retry.heldAfterAttempts where that is less`;
  return "retry.heldAfterAttempts failures in a row";
}

const stepStatuses = [
  ...[0x0000, 0x0001, 0x0105, 0x0106, 0x0107, 0x0110, 0x0111, 0x0112, 0x0114, 0x0115, 0x0116, 0x0117, 0x0118, 0x0119],
  ...[0x0120, 0x0121, 0x0122, 0x0123, 0x0124, 0x0210, 0x0211, 0x0212, 0x0213, 0xa700, 0xa900, 0xb000, 0xc000],
];

function stepRows(): string[][] {
  const never = { someUnknown: false, someUnanswered: false };
  const behavior = (request: "create" | "set", status: number): string => {
    const outcome = outcomeOfStep({ node: "", request, status }, never, usualHeldAfter);
    switch (outcome.kind) {
      case "stored":
        return outcome.warning === undefined ? "Taken" : "Taken, with a warning";
      case "retry":
        return `Sent again after a pause; held after ${retries(outcome.limit)}`;
      case "held":
        return "Held";
      case "cancelled":
        return "The node is not told of steps; its images are sent";
      case "create-again":
        return "N-CREATE again, then N-SET; a second time: held";
      default:
        return outcome satisfies never;
    }
  };
  const rows = stepStatuses.map((status) => ({
    status: status >= 0xa000 ? statusText(status).replace(/..$/, "xx") : statusText(status),
    cells: [behavior("create", status), behavior("set", status)],
  }));
  const same = Map.groupBy(rows, ({ cells }) => cells.join("|"));
  const ended =
    "An N-SET that is answered with 0x0110 and the words that the step has ended counts as taken when an earlier answer was lost; else it is held.";
  return [
    ...[...same.values()].map((group) => [group.map(({ status }) => status).join(", "), ...(group[0]?.cells ?? [])]),
    ["0x0110 with such words", "as above", ended],
  ];
}

const reasons = [0x0110, 0x0112, 0x0213, 0x0122, 0x0119, 0x0131, 0xffff];

function reasonRows(): string[][] {
  const asked = [{ deliveryId: 1, sopClassUid: "1.2", sopInstanceUid: "1.2.3" }];
  return reasons.map((reason) => {
    const item = { ReferencedSOPClassUID: "1.2", ReferencedSOPInstanceUID: "1.2.3", FailureReason: reason };
    const verdict = judgeReport({ FailedSOPSequence: [item] }, asked).verdicts.get(1);
    const behavior = {
      committed: "",
      "send-again": "Sent again and asked again, three times at most; then held",
      "ask-again": "Asked again with another Transaction UID",
      failed: "Not safe: a person has to look",
    }[verdict?.kind ?? "failed"];
    if (reason === 0xffff) return ["any other, or none", "", behavior];
    return [statusText(reason), failureWords(reason).replace(/ \(0x.*\)$/, ""), behavior];
  });
}

const httpStatuses = [301, 400, 401, 403, 404, 410, 413, 429, 500, 502, 503, 504];

function httpRows(): string[][] {
  const rows = httpStatuses.map((status) => {
    const error = failureOfStatus({ status, retryAfter: undefined, location: undefined, where: "" });
    return { status: String(status), behavior: failureBehavior(error) };
  });
  const lost = failureBehavior(new DicomWebError("closed-by-peer", ""));
  return [
    ["200, 202, 409", "each instance by itself, as above"],
    ...[...Map.groupBy(rows, ({ behavior }) => behavior)].map(([behavior, group]) => [
      group.map(({ status }) => status).join(", "),
      behavior,
    ]),
    ["no answer", lost],
  ];
}

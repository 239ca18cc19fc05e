/** What is owed to which node, and what became of it. */
import { count } from "./amounts.ts";

/** What of one procedure is how far. */
interface OutboxCounts {
  readonly all: number;
  readonly safe: number;
  readonly found: number;
  readonly sent: number;
  readonly notKept: number;
  readonly cancelled: number;
}

export const deliveryWords = {
  outbox: {
    title: "Outbox",
    /** The filters, and how far a picture is. */
    transfer: {
      pending: "Waiting",
      sending: "Sending",
      stored: "Sent and safe",
      held: "Held",
      cancelled: "Cancelled",
      replaced: "Replaced",
    },
    /** How far the news about a procedure is. */
    step: { sending: "Telling", stored: "Told", cancelled: "Not told" },
    begun: "Procedure begun",
    ended: "Procedure ended",
    capture: "Capture",
    part: (at: number, all: number) => `part ${at} of ${all}`,
    sentAs: (encoding: string) => `Instead of the original: ${encoding}`,
    original: "as it was captured",
    notTaken: "Not taken before:",
    standby: "Stands by",
    standbyMeans: "Sent only if its first place cannot be reached.",
    notNeeded: "Not needed",
    notKept: "Sent, not kept",
    notKeptMeans: "The archive says that it does not have it. Press Send again.",
    noProof: "This archive gives no proof that it keeps what it gets.",
    proofOwed: "The archive is asked soon whether it keeps it.",
    proofAsked: "Waiting for the archive to confirm that it keeps it.",
    foundMeans: "Found there when asked: weaker than the archive's own promise to keep it.",
    all: "All",
    empty: "Nothing is waiting. Pictures appear here when a procedure is released.",
    emptyFilter: "None of these.",
    summary: ({ all, safe, found, sent, notKept, cancelled }: OutboxCounts): string =>
      [
        `${safe} of ${all} safe`,
        found > 0 ? `${found} of them by query` : "",
        sent > 0 ? `${sent} sent, not yet proven` : "",
        notKept > 0 ? `${notKept} sent, not kept` : "",
        cancelled > 0 ? `${cancelled} cancelled` : "",
      ]
        .filter(Boolean)
        .join(" · "),
    cause: (n: number, state: string, node: string) => `${n} ${state.toLowerCase()} · ${node}:`,
    listed: (n: number) => `${n} listed`,
    onlyNews: "News about the procedure",
    to: (node: string) => `to ${node}`,
    tries: (n: number) => `${count(n, "try", "tries")}`,
    nextTry: (time: string) => `next at ${time}`,
    noCause: "Waiting for its turn.",
    details: "Details",
    peerWords: "The archive said",
    warning: "Warning",
    instance: "SOP Instance UID",
    owedSince: "In the outbox since",
    storedAt: "Taken by the archive at",
    provenAt: "Proven at",
    sendAs: (encoding: string) => `Send as ${encoding}`,
    sendAllAs: (n: number, encoding: string) => `Send ${n} as ${encoding}`,
    sendAgain: "Send again",
    retry: "Retry now",
    retryAll: "Retry all",
    hold: "Hold",
    cancel: "Cancel sending",
    cancelTitle: (what: string, node: string) => `Do not send ${what.toLowerCase()} to ${node}?`,
    cancelMeans: "It stays on this box. The archive will not have it unless somebody retries.",
    cancelStepMeans: "The node is not told. The pictures are sent all the same.",
    cancelYes: "Cancel sending",
    cancelNo: "Keep it in the outbox",
    show: "Show each",
    hide: "Hide each",
    nodes: "Nodes",
    nodesDown: (n: number) => `${count(n, "node is", "nodes are")} not reached`,
  },
  nodes: {
    title: "Where things are sent",
    empty: "No nodes are set up. Ask biomed to add an archive to the settings.",
    does: "It",
    well: "In order",
    down: (since: string) => `Not reached since ${since}`,
    nextTry: (time: string) => `Next try at ${time}`,
    role: {
      worklist: "gives the worklist",
      storage: "takes pictures",
      mpps: "is told of procedures",
      commitment: "confirms what it keeps",
      query: "can be asked what it has",
    } as Readonly<Record<string, string>>,
    proof: {
      commitment: "Safe here means: it promised to keep it.",
      query: "Safe here means only: it was found when asked.",
      none: "It proves nothing: pictures stay at Sent.",
    },
    needs: (kind: string, encoding: string) => `${kind} go to it as ${encoding}`,
    kind: { still: "Images", clip: "Clips" },
    learned: (when: string) => `It refused the original ${when}:`,
    forget: "Send originals again",
    forgetMeans: "From the next procedure on.",
    detail: (sopClass: string, syntax: string) => `SOP class ${sopClass}, transfer syntax ${syntax}`,
  },
  story: {
    button: "Story",
    receipt: "Print receipt",
    receiptTitle: "Receipt",
    print: "Print",
    file: "The file as it was saved,",
    hash: (sha256: string) => `SHA-256 ${sha256}`,
    none: "Not saved yet",
    instance: (rendition: string) =>
      rendition.startsWith("original") ? "DICOM instance" : `DICOM instance, ${rendition.split("/")[0]}`,
    row: (rows: string) => `audit ${rows}`,
    by: (actor: string) => `by ${actor}`,
    whereItIs: "Where it is",
    nowhere: "On this box only. It is sent when the procedure is released.",
    sentAt: (when: string) => `Taken ${when}`,
    promisedAt: (when: string) => `Promised to keep it ${when}`,
    foundAt: (when: string) => `Found there when asked ${when}: weaker than a promise to keep it`,
    notProven: "Not proven to be kept yet",
    part: (at: number, all: number) => `part ${at} of ${all}`,
    whatHappened: "What happened",
    state: {
      waiting: "Waiting",
      sending: "Sending",
      held: "Held",
      sent: "Sent",
      cancelled: "Cancelled",
    },
    leftOut: (n: number) => `${n} repeated events are left out here. The audit has them all.`,
    title: (what: string) => `${what}: its story`,
  },
} as const;

/** Which presentation contexts this box proposes and accepts, from what the code itself asks when it does so. */
import type { Settings } from "../config/config.ts";
import { serviceClasses, sopClasses, transferSyntaxes } from "../dicom/dicom.ts";
import { echoService } from "../dimse/services/echo-acceptor.ts";
import { eventReportService } from "../dimse/services/event-report.ts";
import { type LadderStep, ladderOf, type OriginalEncoding } from "../encoding/encoding.ts";
import { candidatesOf } from "../fit/candidates.ts";
import type { DueEncoding } from "../outbox/deliveries.ts";
import type { OutboxNode } from "../outbox/node.ts";
import { proposalFor } from "../outbox/sending/proposal.ts";
import { ladderFor, parseRenditionKey, planRenditionsOf } from "../outbox/sending/rungs.ts";
import { everyOriginal, stillClasses, stillEncodings, videoClasses } from "./recorded.ts";

export type Node = Settings["nodes"][number];
type NodeEncoding = OutboxNode["encoding"];

/** One presentation context of a node. */
export interface ProposedContext {
  readonly activity: Activity;
  readonly sopClassUid: string;
  readonly transferSyntaxUids: readonly string[];
  /** Of storage: what it is proposed for, `as recorded`. */
  readonly purposes: readonly string[];
}

export type Activity = "Send" | "Look up" | "Worklist" | "Performed Step" | "Commitment" | "Query" | "Fit Test";

const uncompressed = [transferSyntaxes.explicitLittleEndian, transferSyntaxes.implicitLittleEndian];

/** What a node may be proposed for storage. `isFragmented`: some node takes a clip beyond 4 GB whole. */
export function storageContexts(encoding: NodeEncoding, isFragmented: boolean): ProposedContext[] {
  const purposes = new Map<string, Set<string>>();
  for (const original of everyOriginal(isFragmented)) {
    const twins = twinsOf(original, encoding);
    const steps = [...ladderFor(original, encoding), ...ladderOf(original, ["original"]), ...twins];
    for (const proposed of proposalFor(dueOf(original, twins), encoding)) {
      const key = `${proposed.sopClassUid} ${proposed.transferSyntaxUid}`;
      const known = purposes.get(key) ?? new Set();
      for (const { sopClassUid: uid, transferSyntaxUids, rung, content } of steps) {
        if (uid !== proposed.sopClassUid || !transferSyntaxUids.includes(proposed.transferSyntaxUid)) continue;
        known.add(rung === "original" ? "original" : content);
      }
      purposes.set(key, known);
    }
  }
  return [...purposes].sort(byKey).map(([key, words]) => {
    const [sopClassUid = "", transferSyntaxUid = ""] = key.split(" ");
    return { activity: "Send", sopClassUid, transferSyntaxUids: [transferSyntaxUid], purposes: [...words] };
  });
}

/** What such a node is sent beside a capture, as the plan for it says. */
function twinsOf(original: OriginalEncoding, encoding: NodeEncoding): readonly LadderStep[] {
  const capture = { original, sizeBytes: 1, originalKey: null };
  const target = { node: "", importance: "primary", afterMs: 0, because: "" } as const;
  const rungs = planRenditionsOf(
    capture,
    [target],
    () => encoding,
    () => undefined,
  ).map(({ key }) => parseRenditionKey(key).rung);
  return rungs.includes("leftView") ? ladderOf(original, ["leftView"]) : [];
}

function dueOf({ sopClass, transferSyntaxUid }: OriginalEncoding, twins: readonly LadderStep[]): DueEncoding[] {
  const { uid: sopClassUid } = sopClasses[sopClass];
  const original = { originalSopClassUid: sopClassUid, originalTransferSyntaxUid: transferSyntaxUid };
  const ofTwins = twins.flatMap((twin) =>
    twin.transferSyntaxUids.map((uid) => ({ sopClassUid: twin.sopClassUid, transferSyntaxUid: uid, ...original })),
  );
  return [{ sopClassUid, transferSyntaxUid, ...original }, ...ofTwins];
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

/** Whether instances go to this node by C-STORE. */
export function storesByDimse({ roles, dicomweb }: Node): boolean {
  return roles.includes("storage") && dicomweb?.uses.includes("store") !== true;
}

function queriesByDimse({ host, dicomweb }: Node): boolean {
  return host !== undefined && dicomweb?.uses.includes("query") !== true;
}

/** What each activity proposes to this node. */
export function proposedTo(node: Node, nodes: readonly Node[]): ProposedContext[] {
  const { roles, encoding } = node;
  const service = (activity: Activity, sopClassUid: string): ProposedContext => ({
    activity,
    sopClassUid,
    transferSyntaxUids: uncompressed,
    purposes: [],
  });
  const isFragmented = nodes.some((one) => one.roles.includes("storage") && one.encoding.fragmentable);
  return [
    ...(roles.includes("worklist") ? [service("Worklist", serviceClasses.modalityWorklist)] : []),
    ...(roles.includes("mpps") ? [service("Performed Step", serviceClasses.modalityPerformedProcedureStep)] : []),
    ...(storesByDimse(node) ? storageContexts(encoding, isFragmented) : []),
    ...(roles.includes("storage") && queriesByDimse(node) ? [service("Look up", serviceClasses.studyRootFind)] : []),
    ...(roles.includes("commitment") ? [service("Commitment", serviceClasses.storageCommitmentPush)] : []),
    ...(roles.includes("query") && queriesByDimse(node) ? [service("Query", serviceClasses.studyRootFind)] : []),
  ];
}

/** What a fit test proposes to any node, all in one association; nothing of it depends on that node's settings. */
export function proposedByFitTest(): ProposedContext[] {
  const encodings = new Map<string, ProposedContext>();
  const candidates = stillClasses.flatMap((still) =>
    videoClasses.flatMap((clip) =>
      candidatesOf({ still, clip, stillEncodings, recordsHevc: true, recordsStereo: true }),
    ),
  );
  for (const { sopClassUid, transferSyntaxUid } of candidates) {
    const one = { activity: "Fit Test", sopClassUid, transferSyntaxUids: [transferSyntaxUid], purposes: [] } as const;
    encodings.set(`${sopClassUid} ${transferSyntaxUid}`, one);
  }
  const { verification, modalityPerformedProcedureStep, modalityWorklist, storageCommitmentPush, studyRootFind } =
    serviceClasses;
  const services = [
    ...[verification, modalityPerformedProcedureStep, modalityWorklist],
    ...[storageCommitmentPush, studyRootFind],
  ];
  return [
    ...services.map(
      (sopClassUid): ProposedContext => ({
        activity: "Fit Test",
        sopClassUid,
        transferSyntaxUids: uncompressed,
        purposes: [],
      }),
    ),
    ...[...encodings].sort(byKey).map(([, context]) => context),
  ];
}

export interface AcceptedContext {
  readonly sopClassUid: string;
  /** The first one that the caller proposes is chosen. */
  readonly transferSyntaxUids: readonly string[];
  readonly role: "SCP" | "SCU";
  readonly service: string;
}

/** What our own port accepts, of whoever calls. */
export function acceptedContexts(): AcceptedContext[] {
  const echo = { ...echoService(() => 0), service: "C-ECHO" };
  const report = { ...eventReportService(async () => 0), service: "N-EVENT-REPORT" };
  return [echo, report].flatMap(({ abstractSyntaxes, transferSyntaxes: syntaxes, role, service }) =>
    abstractSyntaxes.map(
      (sopClassUid): AcceptedContext => ({
        sopClassUid,
        transferSyntaxUids: syntaxes,
        role: role === "scp" ? "SCP" : "SCU",
        service,
      }),
    ),
  );
}

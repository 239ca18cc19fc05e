/** Which presentation contexts this box proposes and accepts, from what the code itself asks when it does so. */
import type { Settings } from "../config/config.ts";
import { fragmentableTwin, serviceClasses, sopClasses, sopClassNames, transferSyntaxes } from "../dicom/dicom.ts";
import { echoService } from "../dimse/services/echo-acceptor.ts";
import { eventReportService } from "../dimse/services/event-report.ts";
import { ladderOf, type OriginalEncoding } from "../encoding/encoding.ts";
import { candidatesOf } from "../fit/candidates.ts";
import { proposalFor } from "../outbox/sending/proposal.ts";
import { ladderFor } from "../outbox/sending/rungs.ts";

export type Node = Settings["nodes"][number];
type NodeEncoding = Node["encoding"];

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

/** Everything a capture may be composed as first: each class that a device profile may choose, as it is recorded. */
function originals(isFragmented: boolean): OriginalEncoding[] {
  const { jpegBaseline, h264HighLevel41, h264HighLevel42, h264HighLevel42Stereo, hevcMainLevel51 } = transferSyntaxes;
  const recorded = [h264HighLevel41, h264HighLevel42, h264HighLevel42Stereo, hevcMainLevel51];
  const twins = recorded.flatMap((uid) => fragmentableTwin(uid) ?? []);
  const stills = [jpegBaseline, transferSyntaxes.jpegLsLossless, transferSyntaxes.explicitLittleEndian];
  const syntaxes = { still: stills, clip: isFragmented ? [...recorded, ...twins] : recorded };
  return sopClassNames
    .filter((name) => name !== "multiFrameTrueColor")
    .flatMap((sopClass) => {
      const { kind } = sopClasses[sopClass];
      return syntaxes[kind].map((transferSyntaxUid): OriginalEncoding => ({ kind, sopClass, transferSyntaxUid }));
    });
}

/** What a node may be proposed for storage. `isFragmented`: some node takes a clip beyond 4 GB whole. */
export function storageContexts(encoding: NodeEncoding, isFragmented: boolean): ProposedContext[] {
  const purposes = new Map<string, Set<string>>();
  for (const original of originals(isFragmented)) {
    const due = { sopClassUid: sopClasses[original.sopClass].uid, transferSyntaxUid: original.transferSyntaxUid };
    const { sopClassUid, transferSyntaxUid } = due;
    const one = { ...due, originalSopClassUid: sopClassUid, originalTransferSyntaxUid: transferSyntaxUid };
    const steps = [...ladderFor(original, encoding), ...ladderOf(original, ["original"])];
    for (const proposed of proposalFor([one], encoding)) {
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
  const stills = ["secondaryCapture", "vlEndoscopic", "vlMicroscopic", "vlPhotographic"] as const;
  const clips = ["videoEndoscopic", "videoMicroscopic", "videoPhotographic"] as const;
  const encodings = new Map<string, ProposedContext>();
  for (const still of stills) {
    for (const clip of clips) {
      for (const { sopClassUid, transferSyntaxUid } of candidatesOf({ still, clip, recordsHevc: true })) {
        const one = {
          activity: "Fit Test",
          sopClassUid,
          transferSyntaxUids: [transferSyntaxUid],
          purposes: [],
        } as const;
        encodings.set(`${sopClassUid} ${transferSyntaxUid}`, one);
      }
    }
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

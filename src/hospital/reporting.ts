import { connect } from "node:net";
import dimse from "dcmjs-dimse";
import { hex } from "./archive.ts";
import { type CommitmentResult, eventInformation } from "./commitment-report.ts";
import { forgetCommand } from "./dcmjs-inside.ts";
import { explicitLittleEndian, implicitLittleEndian, storageCommitment, storageCommitmentInstance } from "./uids.ts";

type Network = InstanceType<typeof dimse.Scp>;
type Association = InstanceType<typeof dimse.association.Association>;

/** Where an AE is found. */
export interface PeerAddress {
  readonly host: string;
  readonly port: number;
}

/** The status answered to a report, in hex; or in words what came instead. */
export type ReportOutcome = string;

const deadlineMs = 30_000;

/**
 * Sends a report on an association of its own. The provider is the requestor here, so it proposes the SCP role
 * (PS3.7 D.3.3.4) and, where that is not accepted, may not report.
 */
export async function reportOnNewAssociation(
  peer: PeerAddress,
  aeTitles: { readonly ours: string; readonly theirs: string },
  result: CommitmentResult,
): Promise<ReportOutcome> {
  const socket = connect({ ...peer, noDelay: true });
  try {
    const network = new dimse.Scp(socket, { pduTimeout: deadlineMs, associationTimeout: deadlineMs });
    const isConnected = await new Promise<boolean>((resolve) => {
      network.on("connect", () => resolve(true));
      ended(network, () => resolve(false));
      setTimeout(() => resolve(false), deadlineMs).unref();
    });
    if (!isConnected) return "unreachable";
    const association = proposal(aeTitles);
    const accepted = new Promise<ReportOutcome | undefined>((resolve) => {
      network.on("associationAccepted", () => resolve(refusal(association)));
      network.on("associationRejected", () => resolve("association rejected"));
      ended(network, resolve);
    });
    network.sendAssociationRequest(association);
    // What was proposed must not look like what was answered.
    for (const { context } of association.getPresentationContexts()) {
      Object.assign(context, { userRole: undefined, providerRole: undefined });
    }
    const problem = await accepted;
    if (problem !== undefined) return problem;
    const outcome = await sendReport(network, association, result, aeTitles.ours);
    await released(network);
    return outcome;
  } finally {
    socket.destroy();
  }
}

/** Sends a report on an open association and waits for its answer; also for the provider that accepted it. */
export function sendReport(
  network: Network,
  association: Association,
  result: CommitmentResult,
  retrieveAeTitle: string,
): Promise<ReportOutcome> {
  const request = new dimse.requests.NEventReportRequest(
    storageCommitment,
    storageCommitmentInstance,
    result.eventTypeId,
  );
  const context = association.getAcceptedPresentationContextFromRequest(request);
  if (!context) return Promise.resolve("presentation context not accepted");
  const syntax = context.getAcceptedTransferSyntaxUid();
  request.setDataset(new dimse.Dataset(eventInformation(result, retrieveAeTitle), syntax));
  return new Promise((resolve) => {
    request.on("response", (response: { getStatus(): number }) => {
      forgetCommand(network);
      resolve(hex(response.getStatus()));
    });
    ended(network, resolve);
    network.sendRequests(request);
  });
}

function proposal({ ours, theirs }: { readonly ours: string; readonly theirs: string }): Association {
  const association = new dimse.association.Association(ours, theirs);
  const id = association.addPresentationContext(storageCommitment);
  for (const syntax of [explicitLittleEndian, implicitLittleEndian]) {
    association.addTransferSyntaxToPresentationContext(id, syntax);
  }
  const context = association.getPresentationContext(id);
  context.setUserRole(false);
  context.setProviderRole(true);
  return association;
}

function refusal(association: Association): ReportOutcome | undefined {
  const context = association.getPresentationContexts()[0]?.context;
  if (context?.getResult() !== dimse.constants.PresentationContextResult.Accept) {
    return "presentation context not accepted";
  }
  return context.getProviderRole() ? undefined : "SCP role not accepted";
}

function ended(network: Network, resolve: (outcome: ReportOutcome) => void): void {
  network.on("abort", () => resolve("aborted"));
  network.on("networkError", () => resolve("connection broken"));
  network.on("close", () => resolve("connection closed"));
}

async function released(network: Network): Promise<void> {
  const answered = new Promise<void>((resolve) => {
    network.on("associationReleaseResponse", () => resolve());
    ended(network, () => resolve());
  });
  network.sendAssociationReleaseRequest();
  await answered;
}

import { DimseError } from "../dimse/dimse.ts";

/** Why a worklist node did not give its list, and what to do, for the person at the screen. Names no patient. */
export function whyNoWorklist(
  node: string,
  address: { host: string; port: number; calledAeTitle: string },
  error: unknown,
): string {
  const where = `${address.host}:${address.port}`;
  if (!(error instanceof DimseError)) return `${node}: an error of this box stopped the query. The last list is kept.`;
  switch (error.code) {
    case "connect-failed":
      return `${node} cannot be reached at ${where}. Check the network cable, and the node's host and port in the settings.`;
    case "connect-timeout":
      return `${node} at ${where} does not answer. Check that it runs, and that no firewall is in between.`;
    case "rejected-permanent":
      return `${node} refuses this box: ${error.message} Ask its administrator to enter this box's AE title, and check that the node's is ${address.calledAeTitle}.`;
    case "rejected-transient":
      return `${node} is busy: ${error.message} Asked again by itself.`;
    case "context-refused":
      return `${node} is not a worklist for this box. Check which node has the role worklist in the settings, or ask its administrator to allow worklist queries.`;
    case "aborted-by-peer":
    case "closed-by-peer":
      return `${node} broke off in the middle of its answer. The last list is kept; asked again by itself.`;
    case "timeout":
      return `${node} stopped answering. The last list is kept; asked again by itself.`;
    case "tls":
      return `${node} cannot be reached safely: ${error.message} Check the node's TLS settings and certificates.`;
    case "status":
      return `${node} could not answer the query: ${error.message} Tell its administrator.`;
    case "protocol":
      return `${node} answered against the DICOM standard: ${error.message} Tell its administrator.`;
    case "cancelled":
      return `${node} took too long for a whole answer. The last list is kept; asked again by itself.`;
    case "file-unreadable":
    case "invalid-request":
      return `${node}: the query could not be sent: ${error.message} Check the settings of the node and the worklist.`;
    default:
      return error.code satisfies never;
  }
}

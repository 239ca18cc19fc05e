import { DimseError } from "../dimse/dimse.ts";

/** Why a node was not reached or went away, and what to do, for the person at the screen. */
export function causeAndCure(node: string, error: unknown): string {
  if (!(error instanceof DimseError)) return `${node} could not be reached. Sent again by itself.`;
  switch (error.code) {
    case "connect-failed":
    case "connect-timeout":
      return `${node} does not answer. Kept here and sent when it is back; check the network and the node's address.`;
    case "rejected-permanent":
      return `${node} refuses this box: ${error.message}. Its administrator has to enter this box's AE title.`;
    case "rejected-transient":
      return `${node} is busy. Sent again by itself.`;
    case "context-refused":
      return `${node} does not take this kind of image in this encoding. Its administrator has to allow it.`;
    case "aborted-by-peer":
    case "closed-by-peer":
      return `${node} broke off the transfer. Sent again by itself.`;
    case "timeout":
      return `${node} stopped answering. Sent again by itself.`;
    case "protocol":
    case "status":
      return `${node} answered against the DICOM standard. Sent again by itself; tell its administrator.`;
    case "cancelled":
      return "Stopped by this box. Sent again by itself.";
    case "file-unreadable":
    case "invalid-request":
      return "This box cannot read its own file. Run `scopeline check`, then press Retry.";
    default:
      return error.code satisfies never;
  }
}

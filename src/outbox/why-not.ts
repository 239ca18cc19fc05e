import { DicomWebError } from "../dicomweb/dicomweb.ts";
import { DimseError } from "../dimse/dimse.ts";

/** Why a node was not reached or went away, and what to do, for the person at the screen. */
export function causeAndCure(node: string, error: unknown): string {
  if (error instanceof DicomWebError) return overWeb(node, error);
  if (!(error instanceof DimseError)) return `${node} could not be reached. Sent again by itself.`;
  switch (error.code) {
    case "connect-failed":
    case "connect-timeout":
      return `${node} does not answer. Kept here and sent when it is back; check the network and the node's address.`;
    case "tls":
      return `There is no secure connection to ${node}: ${error.message} Kept here and sent when there is one.`;
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
      return unreadable;
    default:
      return error.code satisfies never;
  }
}

const unreadable = "This box cannot read its own file. Run `scopeline check`, then press Retry.";

function overWeb(node: string, error: DicomWebError): string {
  switch (error.code) {
    case "connect-failed":
    case "connect-timeout":
      return `${node} does not answer. Kept here and sent when it is back; check the network and the node's address.`;
    case "tls":
      return `There is no secure connection to ${node}: ${error.message} Kept here and sent when there is one.`;
    case "unauthorised":
    case "forbidden":
    case "not-found":
      return `${node} turns this box away: ${error.message} Kept here and sent when it is let in.`;
    case "busy":
      return `${node} is busy. Sent again by itself.`;
    case "closed-by-peer":
      return `${node} broke off the transfer. Sent again by itself.`;
    case "timeout":
      return `${node} stopped answering. Sent again by itself.`;
    case "too-large":
      return `${node} does not take so much at once. Set encoding.maxInstanceBytes for it, or have it allowed there, then press Retry.`;
    case "protocol":
      return `${node} answered against the standard. Sent again by itself; tell its administrator.`;
    case "status":
      return `${node} could not take it: ${error.message} Sent again by itself; tell its administrator.`;
    case "cancelled":
      return "Stopped by this box. Sent again by itself.";
    case "file-unreadable":
      return unreadable;
    default:
      return error.code satisfies never;
  }
}

/** What stands before the server says that the server is away: 502 and 504 (RFC 9110 15.6). */
const gatewayFailures: ReadonlySet<number> = new Set([502, 504]);

/**
 * What a failure is about. `stopped`: this box ends. `own`: our file, which no retry heals. `node`: nothing gets there
 * now, whatever is sent. `association`: what was under way is tried again, on a new one. `request`: this one request was
 * answered with a failure, or against the standard. `too-large`: this request is more than the node takes.
 */
export type FailureKind = "stopped" | "own" | "node" | "association" | "request" | "too-large" | "defect";

export function failureKind(error: unknown): FailureKind {
  if (!(error instanceof DimseError || error instanceof DicomWebError)) return "defect";
  if (error instanceof DicomWebError && gatewayFailures.has(error.httpStatus ?? 0)) return "node";
  const { code } = error;
  switch (code) {
    case "cancelled":
      return "stopped";
    case "file-unreadable":
    case "invalid-request":
      return "own";
    case "connect-failed":
    case "connect-timeout":
    case "rejected-permanent":
    case "rejected-transient":
    case "context-refused":
    case "tls":
    case "unauthorised":
    case "forbidden":
    case "not-found":
    case "busy":
      return "node";
    case "timeout":
    case "aborted-by-peer":
    case "closed-by-peer":
      return "association";
    case "protocol":
    case "status":
      return "request";
    case "too-large":
      return "too-large";
    default:
      return code satisfies never;
  }
}

/** python3-odil as a requestor of DIMSE-N and as the receiver of N-EVENT-REPORTs. */
import path from "node:path";
import { expect } from "vitest";
import { need, type RunningHospital, runTool } from "../support/peers.ts";

const script = path.resolve(import.meta.dirname, "hospital-odil.py");

export const performedProcedureStep = "1.2.840.10008.3.1.2.3.3";
export const storageCommitment = "1.2.840.10008.1.20.1";

/** A data set in the DICOM JSON model (PS3.18 F.2). */
export interface DicomJson {
  readonly [tag: string]: { readonly vr: string; readonly Value?: readonly unknown[] };
}

export interface OdilMessage {
  readonly CommandField: number;
  readonly Status?: number;
  readonly ErrorComment?: string;
  readonly ErrorID?: number;
  readonly MessageIDBeingRespondedTo?: number;
  readonly EventTypeID?: number;
  readonly AffectedSOPInstanceUID?: string;
  readonly dataSet?: DicomJson;
}

export interface OdilRequest {
  readonly command: Readonly<Record<string, string | number>>;
  readonly dataSet: DicomJson;
}

export interface OdilCall {
  /** It ended by itself and without an error. */
  readonly isOk: boolean;
  readonly messages: readonly OdilMessage[];
}

/** Sends the requests on one association, then waits for so many reports on it. Killed after `timeoutMs`. */
export async function call(
  hospital: RunningHospital,
  sopClass: string,
  requests: readonly OdilRequest[],
  { reports = 0, timeoutMs = 30_000 } = {},
): Promise<OdilCall> {
  const input = JSON.stringify({ call: { port: hospital.dicomPort, sopClass }, requests, reports });
  const { code, stdout } = await runTool(need("odil"), [script], { input, timeoutMs });
  return { isOk: code === 0, messages: linesOf(stdout) };
}

/** Waits on a port until so many reports have come. */
export function listen(port: number, reports: number): Promise<OdilCall> {
  const input = JSON.stringify({ listen: { port }, reports });
  return runTool(need("odil"), [script], { input, timeoutMs: 30_000 }).then(({ code, stdout }) => ({
    isOk: code === 0,
    messages: linesOf(stdout).filter((message) => message.CommandField !== undefined),
  }));
}

function linesOf(stdout: string): OdilMessage[] {
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((line): OdilMessage => JSON.parse(line));
}

/** The status of each answer, as the Standard writes it. */
export function statuses({ messages }: OdilCall): string[] {
  const answers = messages.filter(({ CommandField }) => (CommandField & 0x8000) !== 0);
  return answers.map(({ Status = -1 }) => Status.toString(16).toUpperCase().padStart(4, "0"));
}

/** The one message there is. */
export function only({ messages }: OdilCall): OdilMessage {
  expect(messages).toHaveLength(1);
  const [message] = messages;
  if (!message) throw new Error("no message");
  return message;
}

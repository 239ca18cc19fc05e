/** The DIMSE-N requests: performed procedure steps and storage commitment. */
import dimse from "dcmjs-dimse";
import type { HospitalCommitment, RequestingAssociation } from "./commitment.ts";
import { planOf, readRequest } from "./commitment-report.ts";
import { setCommandElements } from "./dcmjs-inside.ts";
import { type AnswerFate, type FaultBoard, fateOf } from "./faults.ts";
import { keysOf } from "./keys.ts";
import { isToBeSent, type Line, wrongMessageId, wrongSopInstanceUid } from "./line.ts";
import type { HospitalMpps } from "./mpps.ts";
import type { Verdict } from "./mpps-rules.ts";
import { isUid, performedProcedureStep, storageCommitment, storageCommitmentInstance } from "./uids.ts";

const { NActionResponse, NCreateResponse, NSetResponse } = dimse.responses;
type Request = InstanceType<typeof dimse.requests.Request>;
type Response = InstanceType<typeof dimse.responses.Response>;
type NCreateRequest = InstanceType<typeof dimse.requests.NCreateRequest>;
type NSetRequest = InstanceType<typeof dimse.requests.NSetRequest>;
type NActionRequest = InstanceType<typeof dimse.requests.NActionRequest>;

interface Wards {
  readonly faults: FaultBoard;
  readonly mpps: HospitalMpps;
  readonly commitment: HospitalCommitment;
}

const noSuchSopClass = 0x0118;
const noSuchInstance = 0x0112;
const noSuchAction = 0x0123;
const invalidObjectInstance = 0x0117;
const invalidArgument = 0x0115;
/** Success and the warnings, Bxxx too (PS3.7 Annex C.1 to C.4): what was asked is done. */
const doing: ReadonlySet<number> = new Set([0x0000, 0x0001, 0x0107, 0x0116]);
const isDone = (status: number): boolean => doing.has(status) || status >> 12 === 0xb;

/** N-CREATE and N-SET of a performed procedure step; undefined when no answer is to be given. */
export async function performStep(
  request: NCreateRequest | NSetRequest,
  line: Line,
  { faults, mpps }: Wards,
): Promise<Response | undefined> {
  const isCreate = request instanceof dimse.requests.NCreateRequest;
  const kind = isCreate ? "create" : "set";
  const sopClass = isCreate ? request.getAffectedSopClassUid() : request.getRequestedSopClassUid();
  const uid = isCreate ? request.getAffectedSopInstanceUid() : request.getRequestedSopInstanceUid();
  const response = isCreate ? NCreateResponse.fromRequest(request) : NSetResponse.fromRequest(request);
  if (sopClass !== performedProcedureStep) return answered(request, response, { status: noSuchSopClass });
  if (!isUid(uid ?? "")) return answered(request, response, { status: invalidObjectInstance });

  const hang = faults.take("mpps-hang", (fault) => (fault.request ?? kind) === kind);
  const told = faults.take("mpps-status", (fault) => fault.request === kind);
  const fate = fateOf(faults, "mpps");
  const status = Number.parseInt(told?.status ?? "0000", 16);
  const isApplied = told ? isDone(status) && (told.keep ?? true) : (hang?.keep ?? true);
  const { callingAeTitle } = line;
  const dataSet = keysOf(request.getDataset()?.getElements());
  const isForced = told !== undefined || !isApplied;
  const verdict = await mpps.perform(
    { uid, request: kind, callingAeTitle, dataSet },
    isForced ? { status, isApplied } : undefined,
  );
  if (hang || !(await isToBeSent(line, fate))) return undefined;
  return answered(request, response, verdict, fate);
}

/** N-ACTION of storage commitment; the report is given to `association` or on a new one, once `send` has answered. */
export async function requestCommitment(
  request: NActionRequest,
  line: Line,
  association: RequestingAssociation,
  { faults, commitment }: Wards,
  send: (response: InstanceType<typeof NActionResponse>) => void,
): Promise<void> {
  const response = NActionResponse.fromRequest(request);
  const wrong = wrongWith(request);
  const asked = readRequest(keysOf(request.getDataset()?.getElements()));
  if (wrong !== undefined || !asked) {
    send(answered(request, response, { status: wrong ?? invalidArgument, comment: "not a commitment request" }));
    return;
  }
  const refusal = faults.take("commitment-refuse");
  const hang = faults.take("commitment-hang");
  const fate = fateOf(faults, "commitment");
  const status = Number.parseInt(refusal?.status ?? "0000", 16);
  const plan = planOf(faults, asked.items);
  const { callingAeTitle } = line;
  const isOwed = hang?.keep ?? true;
  const { report } = await commitment.ask({ ...asked, callingAeTitle }, status, isOwed ? plan : { ...plan, times: 0 });
  if (hang) return report(association);
  const isSent = await isToBeSent(line, fate).catch((error: unknown) => {
    report(association);
    throw error;
  });
  if (isSent) send(answered(request, response, { status }, fate));
  report(association);
}

function wrongWith(request: NActionRequest): number | undefined {
  if (request.getRequestedSopClassUid() !== storageCommitment) return noSuchSopClass;
  if (request.getRequestedSopInstanceUid() !== storageCommitmentInstance) return noSuchInstance;
  return request.getActionTypeId() === 1 ? undefined : noSuchAction;
}

function answered<R extends Response>(request: Request, response: R, verdict: Verdict, fate?: AnswerFate): R {
  response.setStatus(verdict.status);
  // Error Comment is LO: 64 characters (PS3.7 C.4).
  if (verdict.comment !== undefined) response.setErrorComment(verdict.comment.slice(0, 64));
  if (verdict.errorId !== undefined) setCommandElements(response, { ErrorID: verdict.errorId });
  if (fate?.hasWrongMessageId) response.setMessageIdBeingRespondedTo(wrongMessageId(request.getMessageId()));
  if (fate?.hasWrongSopInstanceUid) response.setAffectedSopInstanceUid(wrongSopInstanceUid);
  return response;
}

import { newUid, serviceClasses } from "../dicom/dicom.ts";
import { DicomWebError, type DicomWebTarget, findInstances } from "../dicomweb/dicomweb.ts";
import { type Candidate, syntaxName } from "./candidates.ts";
import { associate, serviceContext, storageContexts } from "./dimse-channel.ts";
import type { FitDimse, FitNode } from "./node.ts";
import { hex, wordsOf } from "./peer-words.ts";
import type { ServicesSeen } from "./seen.ts";
import { failed, passed, type StepOutcome, skipped } from "./steps.ts";

/** Can the node be spoken to at all? Over DIMSE by C-ECHO, over DICOMweb by a query for a study that nobody has. */
export async function reach({ dimse, dicomweb }: FitNode, signal: AbortSignal): Promise<StepOutcome> {
  const tried = [
    ...(dimse === null ? [] : [await reachDimse(dimse, signal)]),
    ...(dicomweb === null ? [] : [await reachWeb(dicomweb.target, signal)]),
  ];
  const words = tried.map((one) => one.words).join(" ");
  const reached = tried.filter(({ result }) => result === "passed").length;
  return { result: reached === tried.length ? "passed" : reached > 0 ? "partly" : "failed", words };
}

async function reachDimse(dimse: FitDimse, signal: AbortSignal): Promise<StepOutcome> {
  const how = dimse.tls === undefined ? "DIMSE" : "DIMSE over TLS";
  try {
    const association = await associate(dimse, [serviceContext(serviceClasses.verification)], { signal });
    // It was there and spoke DICOM.
    if (association === null) return passed(`${how}: it answers, but takes no C-ECHO.`);
    try {
      const status = await association.echo();
      return passed(`${how}: C-ECHO answered with ${hex(status)}.`);
    } finally {
      await association.release().catch(() => {});
    }
  } catch (error) {
    signal.throwIfAborted();
    return failed(`${how}: ${wordsOf(error)}`);
  }
}

async function reachWeb(target: DicomWebTarget, signal: AbortSignal): Promise<StepOutcome> {
  const how = target.url.startsWith("https:") ? "DICOMweb over TLS" : "DICOMweb";
  try {
    const nobody = { studyInstanceUid: newUid(), seriesInstanceUid: newUid() };
    await findInstances(target, nobody, { limit: 1, signal });
    return passed(`${how}: it answers queries.`);
  } catch (error) {
    signal.throwIfAborted();
    const words = wordsOf(error);
    // One that takes instances only answers a query with a status of its own.
    const isThere = error instanceof DicomWebError && (error.code === "not-found" || error.code === "status");
    return isThere ? passed(`${how}: it answers, not to queries (${words})`) : failed(`${how}: ${words}`);
  }
}

export interface Negotiated {
  /** By candidate; null: nothing is negotiated, as over DICOMweb. */
  readonly accepts: (candidate: Candidate) => boolean | null;
  readonly services: ServicesSeen;
  readonly outcome: StepOutcome;
}

export const notNegotiated: ServicesSeen = { mpps: null, worklist: null };

/** Proposes everything in one association, and sends nothing. */
export async function negotiate(
  { dimse, dicomweb }: FitNode,
  candidates: readonly Candidate[],
  signal: AbortSignal,
): Promise<Negotiated> {
  const isWebStore = dicomweb?.uses.includes("store") === true;
  if (dimse === null) {
    const outcome = skipped("DICOMweb negotiates nothing: what is not taken is refused when it is sent.");
    return { accepts: () => null, services: notNegotiated, outcome };
  }
  const { modalityPerformedProcedureStep, modalityWorklist, storageCommitmentPush, studyRootFind } = serviceClasses;
  const services = [modalityPerformedProcedureStep, modalityWorklist, storageCommitmentPush, studyRootFind];
  const contexts = [...storageContexts(candidates), ...services.map(serviceContext)];
  try {
    const association = await associate(dimse, contexts, { signal });
    const takes = (uid: string): boolean => (association?.acceptedTransferSyntaxes(uid) ?? []).length > 0;
    const isAccepted = (one: Candidate): boolean =>
      association?.accepts(one.sopClassUid, one.transferSyntaxUid) ?? false;
    const accepted = new Set(candidates.filter(isAccepted).map(({ id }) => id));
    const seen = { mpps: takes(modalityPerformedProcedureStep), worklist: takes(modalityWorklist) };
    await association?.release().catch(() => {});
    return {
      accepts: ({ id }) => (isWebStore ? null : accepted.has(id)),
      services: seen,
      outcome: negotiationOutcome(candidates, accepted),
    };
  } catch (error) {
    signal.throwIfAborted();
    // What it takes is found out by sending then.
    return { accepts: () => null, services: notNegotiated, outcome: failed(wordsOf(error)) };
  }
}

function negotiationOutcome(candidates: readonly Candidate[], accepted: ReadonlySet<string>): StepOutcome {
  const refused = candidates.filter(({ id }) => !accepted.has(id));
  const of = `${accepted.size} of ${candidates.length} presentation contexts for images are accepted`;
  if (refused.length === 0) return passed(`${of}.`);
  if (accepted.size === 0) return failed(`${of}: it takes nothing that this box can send.`);
  const syntaxes = new Set(refused.map(({ transferSyntaxUid }) => transferSyntaxUid));
  const never = [...syntaxes].filter((uid) =>
    candidates.every((one) => one.transferSyntaxUid !== uid || !accepted.has(one.id)),
  );
  const words = never.length === 0 ? "" : ` Never accepted: ${never.map(syntaxName).join(", ")}.`;
  return { result: "partly", words: `${of}.${words}` };
}

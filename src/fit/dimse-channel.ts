import { type DataSet, serviceClasses, textOf, transferSyntaxes } from "../dicom/dicom.ts";
import {
  type Association,
  DimseError,
  type OpenOptions,
  openAssociation,
  type PresentationContext,
} from "../dimse/dimse.ts";
import type { FitInstance } from "./instances.ts";
import type { FitDimse } from "./node.ts";
import { seenOfStatus, wordsOf } from "./peer-words.ts";
import type { StoreSeen } from "./seen.ts";

export interface Encoding {
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
}

const uncompressed = [transferSyntaxes.explicitLittleEndian, transferSyntaxes.implicitLittleEndian];

/** A context of a service other than storage. */
export function serviceContext(abstractSyntax: string): PresentationContext {
  return { abstractSyntax, transferSyntaxes: uncompressed };
}

/** Throws DimseError; null: the node accepts none of the contexts. */
export async function associate(
  { address, deadlines, maxPduBytes, tls }: FitDimse,
  contexts: readonly PresentationContext[],
  options: Pick<OpenOptions, "signal" | "onEventReport">,
): Promise<Association | null> {
  return openAssociation(address, contexts, {
    ...options,
    ...(deadlines && { deadlines }),
    ...(maxPduBytes && { maxPduBytes }),
    ...(tls && { tls }),
  }).catch((error: unknown) => {
    if (error instanceof DimseError && error.code === "context-refused") return null;
    throw error;
  });
}

export function storageContexts(encodings: readonly Encoding[]): PresentationContext[] {
  const unique = new Map(encodings.map((one) => [`${one.sopClassUid} ${one.transferSyntaxUid}`, one]));
  return [...unique.values()].map(({ sopClassUid, transferSyntaxUid }) => ({
    abstractSyntax: sopClassUid,
    transferSyntaxes: [transferSyntaxUid],
  }));
}

/** C-STORE over one association after the other: one that broke is replaced. */
export class DimseStore {
  readonly #dimse: FitDimse;
  readonly #contexts: readonly PresentationContext[];
  #association: Association | null = null;
  /** Of this association: it outlives the step that opened it, and so that step's signal. */
  #over = new AbortController();

  constructor(dimse: FitDimse, encodings: readonly Encoding[]) {
    this.#dimse = dimse;
    this.#contexts = storageContexts(encodings);
  }

  /** What the node said. Throws only what is a defect, or the signal's reason. */
  async store(instance: FitInstance, signal: AbortSignal): Promise<StoreSeen> {
    const stop = (): void => this.#over.abort();
    try {
      signal.throwIfAborted();
      signal.addEventListener("abort", stop, { once: true });
      const association = await this.#open();
      if (association === null) return { kind: "refused", words: "it accepts no presentation context for it" };
      const { status, errorComment } = await association.store(storeInput(instance));
      return seenOfStatus(status, errorComment);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof DimseError && error.code === "context-refused") {
        return { kind: "refused", words: error.message };
      }
      return { kind: "failed", words: wordsOf(error) };
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  async close(): Promise<void> {
    await this.#association?.release().catch(() => {});
  }

  async #open(): Promise<Association | null> {
    if (this.#association?.isOpen) return this.#association;
    if (this.#over.signal.aborted) this.#over = new AbortController();
    this.#association = await associate(this.#dimse, this.#contexts, { signal: this.#over.signal });
    return this.#association;
  }
}

function storeInput({ head, ...instance }: FitInstance) {
  const { sopClassUid, sopInstanceUid, transferSyntaxUid, file, dataSetOffset, sizeBytes } = instance;
  const offset = dataSetOffset + (head?.replacesBytes ?? 0);
  const extent = { file, offset, sizeBytes: sizeBytes - offset };
  return { sopClassUid, sopInstanceUid, transferSyntaxUid, ...extent, ...(head && { head: head.bytes }) };
}

const mostAnswers = 1_000;

/** The answers of a Study Root C-FIND (PS3.4 C.6.2). Throws DimseError, `context-refused` where it takes no query. */
export async function findByDimse(dimse: FitDimse, keys: readonly DataSet[], signal: AbortSignal): Promise<DataSet[]> {
  const association = await associate(dimse, [serviceContext(serviceClasses.studyRootFind)], { signal });
  if (association === null) throw new DimseError("context-refused", "The node takes no Study Root C-FIND.");
  try {
    const answers: DataSet[] = [];
    for (const identifier of keys) {
      const found = association.find(serviceClasses.studyRootFind, identifier, { limit: mostAnswers, signal });
      for await (const answer of found) answers.push(answer);
    }
    return answers;
  } finally {
    await association.release().catch(() => association.abort());
  }
}

/** Keys at instance level with those of the levels above (PS3.4 C.4.1.2.1). */
export function instanceKeys(studyInstanceUid: string, seriesInstanceUid: string): DataSet {
  return {
    QueryRetrieveLevel: "IMAGE",
    StudyInstanceUID: studyInstanceUid,
    SeriesInstanceUID: seriesInstanceUid,
    SOPInstanceUID: "",
  };
}

export const foundUid = (answer: DataSet): string => textOf(answer, "SOPInstanceUID");

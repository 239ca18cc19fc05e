import { serviceClasses } from "../../dicom/dicom.ts";
import { DicomWebError, findInstances } from "../../dicomweb/dicomweb.ts";
import { type Association, DimseError } from "../../dimse/dimse.ts";
import type { OutboxNode } from "../node.ts";
import { associate } from "./associate.ts";

export interface WantedInstance {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
}

/** Answers of one query at most; whatever lies behind them is asked for one by one. */
const mostOfSeries = 5_000;

/**
 * Which of these instances a node has, by QIDO-RS (PS3.18 10.6) where its settings say so, else by Study Root C-FIND at
 * instance level with the keys of the levels above (PS3.4 C.4.1.2.1, C.6.2.1). "cannot-ask": it takes no such query.
 * Throws DimseError or DicomWebError when it could not be asked just now.
 */
export async function findAtNode(
  node: OutboxNode,
  wanted: readonly WantedInstance[],
  signal: AbortSignal,
): Promise<ReadonlySet<string> | "cannot-ask"> {
  try {
    const { dicomweb } = node;
    if (dicomweb?.uses.includes("query")) {
      return await findBy((one) => findInstances(dicomweb.target, one, { limit: mostOfSeries, signal }), wanted);
    }
    if (node.dimse === null) return "cannot-ask";
    const association = await associate(node, serviceClasses.studyRootFind, { signal });
    try {
      return await findBy((one) => findByDimse(association, one, signal), wanted);
    } finally {
      await association.release().catch(() => association.abort());
    }
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return "cannot-ask";
  }
}

/** Whether a node has one instance; as `findAtNode`. */
export async function findsInstance(
  node: OutboxNode,
  wanted: WantedInstance,
  signal: AbortSignal,
): Promise<"yes" | "no" | "cannot-ask"> {
  const found = await findAtNode(node, [wanted], signal);
  if (found === "cannot-ask") return found;
  return found.has(wanted.sopInstanceUid) ? "yes" : "no";
}

interface Query {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid?: string;
}

interface Found {
  readonly uids: ReadonlySet<string>;
  readonly isTruncated: boolean;
}

/** One query for each series of several instances; what an answer that was cut short leaves open is asked one by one. */
async function findBy(ask: Ask, wanted: readonly WantedInstance[]): Promise<Set<string>> {
  const asking = new Asking(ask);
  const inSeries = Map.groupBy(wanted, (one) => `${one.studyInstanceUid}/${one.seriesInstanceUid}`);
  for (const [first, ...others] of inSeries.values()) {
    if (first === undefined) continue;
    if (others.length === 0) await asking.one(first);
    else await asking.series(first, [first, ...others]);
  }
  return asking.found();
}

type Ask = (query: Query) => Promise<Found>;

class Asking {
  readonly #ask: Ask;
  readonly #found = new Set<string>();
  #answered = 0;
  #notFound: DicomWebError | undefined;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Throws what every query ended in, where that may as well be a wrong address as "none". */
  found(): Set<string> {
    if (this.#notFound !== undefined && this.#answered === 0) throw this.#notFound;
    return this.#found;
  }

  async one({ studyInstanceUid, seriesInstanceUid, sopInstanceUid }: WantedInstance): Promise<void> {
    const { uids } = await this.#query({ studyInstanceUid, seriesInstanceUid, sopInstanceUid });
    if (uids.has(sopInstanceUid)) this.#found.add(sopInstanceUid);
  }

  async series(
    { studyInstanceUid, seriesInstanceUid }: WantedInstance,
    instances: readonly WantedInstance[],
  ): Promise<void> {
    const { uids, isTruncated } = await this.#query({ studyInstanceUid, seriesInstanceUid });
    for (const instance of instances) {
      if (uids.has(instance.sopInstanceUid)) this.#found.add(instance.sopInstanceUid);
      else if (isTruncated) await this.one(instance);
    }
  }

  async #query(query: Query): Promise<Found> {
    try {
      const found = await this.#ask(query);
      this.#answered += 1;
      return found;
    } catch (error) {
      if (!(error instanceof DicomWebError) || error.code !== "not-found") throw error;
      this.#notFound = error;
      return { uids: new Set(), isTruncated: false };
    }
  }
}

async function findByDimse(association: Association, query: Query, signal: AbortSignal): Promise<Found> {
  const identifier = {
    QueryRetrieveLevel: "IMAGE",
    StudyInstanceUID: query.studyInstanceUid,
    SeriesInstanceUID: query.seriesInstanceUid,
    SOPInstanceUID: query.sopInstanceUid ?? "",
  };
  const uids = new Set<string>();
  const limit = query.sopInstanceUid === undefined ? mostOfSeries : 10;
  const answers = association.find(serviceClasses.studyRootFind, identifier, { limit, signal });
  for await (const { SOPInstanceUID } of answers) if (typeof SOPInstanceUID === "string") uids.add(SOPInstanceUID);
  return { uids, isTruncated: answers.isTruncated || answers.unreadable > 0 };
}

/** It answers, and says that it takes no such query; HTTP 4xx but 404, which may be its way to say "none". */
function isRefusal(error: unknown): boolean {
  if (error instanceof DicomWebError) return error.code === "status" && (error.httpStatus ?? 500) < 500;
  if (!(error instanceof DimseError)) return false;
  // A7xx: out of resources (PS3.4 C.4.1.1.4), which passes.
  return error.code === "context-refused" || (error.code === "status" && ((error.status ?? 0) & 0xff00) !== 0xa700);
}

import { setTimeout as sleep } from "node:timers/promises";
import { DicomWebError, findInstances } from "../dicomweb/dicomweb.ts";
import { DimseError } from "../dimse/dimse.ts";
import { monotonicMs } from "../lib/clock.ts";
import { findByDimse, foundUid, instanceKeys } from "./dimse-channel.ts";
import type { FitInstance } from "./instances.ts";
import type { FitNode } from "./node.ts";
import { wordsOf } from "./peer-words.ts";
import type { AbilitySeen } from "./seen.ts";

export interface Looked {
  readonly query: AbilitySeen;
  /** null: it could not be asked. */
  readonly found: ReadonlySet<string> | null;
}

const pauseMs = 250;

/**
 * Which instances a query at instance level finds, asked again until all are there or time is up: an archive may list
 * what it got a while later.
 */
export async function look(
  node: FitNode,
  instances: readonly FitInstance[],
  indexMs: number,
  signal: AbortSignal,
): Promise<Looked> {
  const until = monotonicMs() + indexMs;
  const how = node.dicomweb?.uses.includes("query") ? "QIDO-RS" : "C-FIND at instance level";
  for (let turn = 1; ; turn += 1) {
    try {
      const found = await ask(node, instances, signal);
      const here = instances.filter(({ sopInstanceUid }) => found.has(sopInstanceUid));
      if (here.length === instances.length || monotonicMs() > until) {
        const words = `${how} finds ${here.length} of ${instances.length} instances.`;
        return { found, query: { kind: here.length > 0 ? "works" : "does-not-work", words } };
      }
    } catch (error) {
      signal.throwIfAborted();
      const words = `${how}: ${wordsOf(error)}`;
      // It may say "not found" until it has the study.
      const mayComeLater = error instanceof DicomWebError && error.code === "not-found";
      if (!mayComeLater || monotonicMs() > until) return { found: null, query: { kind: "does-not-work", words } };
    }
    await sleep(Math.min(pauseMs * turn, 2_000), undefined, { signal });
  }
}

/** Throws DimseError or DicomWebError. */
async function ask(node: FitNode, instances: readonly FitInstance[], signal: AbortSignal): Promise<Set<string>> {
  const { dimse, dicomweb } = node;
  const series = [...new Map(instances.map((one) => [one.seriesInstanceUid, one])).values()];
  if (dicomweb?.uses.includes("query")) {
    const found = new Set<string>();
    for (const { studyInstanceUid, seriesInstanceUid } of series) {
      const query = { studyInstanceUid, seriesInstanceUid };
      const { uids } = await findInstances(dicomweb.target, query, { limit: 1_000, signal });
      for (const uid of uids) found.add(uid);
    }
    return found;
  }
  if (dimse === null) throw new DimseError("context-refused", "There is no address to ask.");
  const keys = series.map((one) => instanceKeys(one.studyInstanceUid, one.seriesInstanceUid));
  return new Set((await findByDimse(dimse, keys, signal)).map(foundUid));
}

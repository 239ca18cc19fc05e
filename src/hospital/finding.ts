import { type FaultBoard, struckInstances } from "./faults.ts";
import type { Line } from "./line.ts";
import type { Elements } from "./matching.ts";
import type { FindResult, StudyRoot } from "./study-root.ts";
import { studyRootFind } from "./uids.ts";
import type { HospitalWorklist } from "./worklist.ts";

interface Searched {
  readonly faults: FaultBoard;
  readonly worklist: HospitalWorklist;
  readonly query: StudyRoot;
}

/** What a C-FIND is answered, faults and all; undefined: never. */
export async function find(
  sopClassUid: string,
  keys: Elements,
  line: Line,
  wards: Searched,
): Promise<FindResult | undefined> {
  return sopClassUid === studyRootFind ? findInArchive(keys, line, wards) : findInWorklist(keys, line, wards);
}

async function findInWorklist(keys: Elements, line: Line, { faults, worklist }: Searched): Promise<FindResult> {
  await line.pause(faults.take("worklist-delay")?.ms ?? 0);
  const failure = faults.take("worklist-status");
  const isEmpty = faults.take("worklist-empty") !== undefined;
  const result = { status: 0, answers: isEmpty ? [] : worklist.find(keys) };
  return failure ? failed(result, failure.status) : result;
}

async function findInArchive(keys: Elements, line: Line, { faults, query }: Searched): Promise<FindResult | undefined> {
  await line.pause(faults.take("find-delay")?.ms ?? 0);
  if (faults.take("find-hang")) return undefined;
  const failure = faults.take("find-status");
  const misses = faults.take("find-misses");
  const found = await query.find(keys);
  const uids = found.answers.map(({ SOPInstanceUID }) => String(SOPInstanceUID ?? ""));
  const missed = struckInstances(misses?.instances ?? [], uids);
  const answers = found.answers.filter((_, index) => !missed.has(uids[index] ?? ""));
  return failure ? failed({ ...found, answers }, failure.status) : { ...found, answers };
}

function failed({ answers }: FindResult, status: string): FindResult {
  return { status: Number.parseInt(status, 16), answers: answers.slice(0, 1) };
}

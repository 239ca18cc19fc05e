import type { Alarm } from "../alarms/alarms.ts";
import type { SourceStatus } from "../capture/capture.ts";
import type { OwedCounts } from "../outbox/outbox.ts";
import type { Health } from "./schemas.ts";

/** All that the state of the box is judged by. */
export interface HealthFacts {
  readonly version: string;
  readonly startedAt: number;
  readonly now: number;
  readonly stationName: string;
  readonly openProcedureId: string | null;
  readonly sources: readonly { readonly name: string; readonly status: SourceStatus }[];
  readonly alarms: readonly Alarm[];
  readonly hasStorageNodes: boolean;
  readonly worklistErrors: readonly { readonly node: string; readonly error: string }[];
  readonly owed: OwedCounts;
  readonly disk: { readonly freeBytes: number; readonly totalBytes: number };
  /** What the check of the invariants at start found. */
  readonly checkProblems: readonly string[];
  /** Clips of late that were rescued after a stop in the middle of a recording. */
  readonly rescued: Health["rescued"];
  /** Files that no row knew, put aside at start. */
  readonly leftovers: number;
  /** Why callers are not answered on a port of this box. */
  readonly dicomProblems: readonly string[];
  /** Why pedals, buttons or scanners are not heard. */
  readonly triggerProblems: readonly { readonly level: "notice" | "caution"; readonly message: string }[];
  readonly sounds: { readonly isPlayedByBox: boolean; readonly problem: string | null };
  /** What the settings say of how screens look. */
  readonly screen: Health["screen"];
}

/** Each in a line of its own; of more only the number is told. */
const toldRescues = 3;

type HealthProblem = Health["problems"][number];

/** What works and what does not, worst first, in words for the person at the screen. */
export function healthOf(facts: HealthFacts): Health {
  const problems = [
    ...sourceProblems(facts),
    ...limitProblems(facts),
    ...alarmProblems(facts),
    ...otherProblems(facts),
  ];
  const rank = { failure: 0, caution: 1, notice: 2 } as const;
  problems.sort((a, b) => rank[a.level] - rank[b.level]);
  const { version, startedAt, now, stationName, openProcedureId, disk, owed, rescued, sounds, screen } = facts;
  const worst = problems[0]?.level;
  return {
    state: worst === undefined || worst === "notice" ? "ok" : worst === "caution" ? "degraded" : "failed",
    version,
    startedAt,
    now,
    stationName,
    openProcedureId,
    problems,
    disk,
    rescued,
    owed: { pending: owed.pending + owed.sending, held: owed.held, oldestAt: owed.oldestAt },
    sounds: sounds.isPlayedByBox ? "box" : "screen",
    screen,
  };
}

function sourceProblems({ sources }: HealthFacts): HealthProblem[] {
  return sources
    .filter(({ status }) => status.state !== "live")
    .map(({ name, status }) => ({
      area: "source",
      level: status.state === "starting" ? ("notice" as const) : ("caution" as const),
      message: `${name}: ${status.message ?? status.state}`,
    }));
}

/** A set-up that is beyond the box's limits, or an encoder's video that is no legal DICOM, works with less than was asked. */
function limitProblems({ sources }: HealthFacts): HealthProblem[] {
  return sources.flatMap(({ name, status: { limits, passThrough } }) =>
    [limits, passThrough?.because ?? null]
      .filter((words) => words !== null)
      .map((words) => ({ area: "source", level: "notice" as const, message: `${name}: ${words}` })),
  );
}

function alarmProblems({ alarms, hasStorageNodes }: HealthFacts): HealthProblem[] {
  const problems = alarms.map(({ id, area, level, message, detail, since }) => ({
    id,
    area,
    level,
    message,
    detail,
    since,
  }));
  if (hasStorageNodes) return problems;
  const message = "No archive is set up: captures stay on this box.";
  return [...problems, { area: "delivery", level: "caution", message }];
}

function otherProblems({
  worklistErrors,
  checkProblems,
  rescued,
  leftovers,
  dicomProblems,
  triggerProblems,
  sounds,
}: HealthFacts): HealthProblem[] {
  const problems: HealthProblem[] = worklistErrors.map(({ error }) => ({
    area: "worklist",
    level: "notice",
    message: error,
  }));
  for (const message of checkProblems) problems.push({ area: "storage", level: "failure", message });
  for (const { number, durationMs, missingMs } of rescued.slice(0, toldRescues)) {
    const kept = `${(durationMs / 1000).toFixed(1)} s are kept, at most ${(missingMs / 1000).toFixed(1)} s are missing at its end`;
    const message = `The box was stopped while recording. Clip ${number} was rescued: ${kept}. Look at it in History.`;
    problems.push({ area: "storage", level: "caution", message });
  }
  if (rescued.length > toldRescues) {
    const message = `${rescued.length - toldRescues} more clips were rescued in the last 24 hours. Look at them in History.`;
    problems.push({ area: "storage", level: "caution", message });
  }
  if (leftovers > 0) {
    const message = `${leftovers} files that this box's database does not know were put aside in the folder leftovers. Call your technician.`;
    problems.push({ area: "storage", level: "caution", message });
  }
  for (const message of dicomProblems) problems.push({ area: "dicom", level: "caution", message });
  for (const problem of triggerProblems) problems.push({ area: "triggers", ...problem });
  if (sounds.problem !== null) problems.push({ area: "sounds", level: "caution", message: sounds.problem });
  return problems;
}

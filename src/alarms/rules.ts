import { type Finding, rankOf } from "./alarm.ts";
import type { ClockFacts } from "./clock-watch.ts";

/** All that the alarms are judged by. Times in milliseconds since the Unix epoch. */
export interface AlarmFacts {
  readonly now: number;
  /** Of what may be sent now: without what is held, stands by or waits for the night. */
  readonly oldestUnsentAt: number | null;
  readonly heldCount: number;
  readonly nodes: readonly {
    readonly name: string;
    readonly downSince: number | null;
    /** Ours or the node's words. */
    readonly reason: string | null;
  }[];
  /** Services that a node is set to give and refuses. */
  readonly refusals: readonly {
    readonly node: string;
    readonly service: "mpps" | "commitment";
    readonly words: string;
  }[];
  /** Stored there, and not proven for longer than it should take. */
  readonly commitmentOverdue: readonly { readonly node: string; readonly since: number; readonly count: number }[];
  /** The node said that it does not keep them, for a reason that needs a person. */
  readonly commitmentFailed: readonly { readonly node: string; readonly since: number; readonly count: number }[];
  readonly certificates: readonly { readonly file: string; readonly subject: string; readonly expiresAt: number }[];
  /** Files of certificates and keys that cannot be used as they are now, in words. */
  readonly tlsProblems: readonly string[];
  readonly clock: ClockFacts;
  readonly disk: {
    readonly usedPercent: number;
    readonly freeBytes: number;
    /** Below this no clip begins. */
    readonly minimumFreeBytes: number;
    /** Above its level, and retention may delete nothing more. */
    readonly nothingToDeleteSince: number | null;
  };
  /** What the check of the store at start found. */
  readonly checkFindings: number;
  /** Clips that are on the disk and not in the database. */
  readonly notSavedYet: number;
  /** What of these facts is in the database could be read just now; else it is as it was before. */
  readonly isDatabaseRead: boolean;
  readonly sources: readonly SourceFacts[];
}

/** A live video input. */
export interface SourceFacts {
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly state: "starting" | "live" | "no-signal" | "restarting" | "refused";
  readonly frames: number;
  readonly lostFrames: number;
  readonly restarts: number;
  readonly previewFps: number;
  readonly ringBytes: number;
  /** The longest that pictures of a clip took to be on the disk, ms. */
  readonly slowestSyncMs: number;
  readonly findings: readonly {
    readonly id: string;
    readonly level: "notice" | "caution";
    readonly message: string;
    readonly since: number;
  }[];
}

export interface AlarmLimits {
  readonly unsentMs: number;
  readonly certificateMs: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** A node that is restarted is back by then. */
const nodeDownMs = 15 * minuteMs;
const sourceWrongMs = minuteMs;
/** Long enough that every start's first look at a time server has passed. */
const steppedShownMs = dayMs;

export const databaseAlarm = "database";
export const databaseUnread =
  "The database of this box cannot be read: what the screen shows may be old, and presses may not be saved. Call your technician.";

type Part = Omit<Finding, "detail" | "since"> & Partial<Pick<Finding, "detail" | "since">>;
const finding = (part: Part): Finding => ({ detail: null, since: null, ...part });

/** What is wrong, the worst first. */
export function findingsOf(facts: AlarmFacts, limits: AlarmLimits): Finding[] {
  const findings = [
    ...deliveryFindings(facts, limits),
    ...commitmentFindings(facts),
    ...certificateFindings(facts, limits),
    ...clockFindings(facts),
    ...diskFindings(facts),
    ...storageFindings(facts),
    ...sourceFindings(facts),
  ];
  return findings.sort((a, b) => rankOf[a.level] - rankOf[b.level]);
}

function deliveryFindings(
  { now, oldestUnsentAt, heldCount, nodes, refusals }: AlarmFacts,
  { unsentMs }: AlarmLimits,
): Finding[] {
  const findings: Finding[] = [];
  const area = "delivery";
  if (oldestUnsentAt !== null && now - oldestUnsentAt > unsentMs) {
    const message = `Captures have been waiting to be sent for ${duration(now - oldestUnsentAt)}. Nothing is lost; see Outbox for what they wait for.`;
    findings.push(finding({ id: "unsent", area, level: "caution", message, since: oldestUnsentAt }));
  }
  if (heldCount > 0) {
    const message = `${counted(heldCount, "delivery waits", "deliveries wait")} for a decision. Open Outbox.`;
    findings.push(finding({ id: "held", area, level: "caution", message }));
  }
  for (const { name, downSince, reason } of nodes) {
    if (downSince === null) continue;
    const level = now - downSince >= nodeDownMs ? "caution" : "notice";
    const message = `${name} has not been reached for ${duration(now - downSince)}. Captures wait on this box and are sent when it is back; check its network and whether it runs.`;
    findings.push(finding({ id: `node-down:${name}`, area, level, message, detail: reason, since: downSince }));
  }
  for (const { node, service, words } of refusals) {
    const what = service === "mpps" ? "takes no news of procedures (MPPS)" : "takes no requests for storage commitment";
    const message = `${node} ${what}. Its administrator has to allow it, or the role ${service} has to be taken from it in the settings. Pictures are sent all the same.`;
    findings.push(finding({ id: `refusal:${service}:${node}`, area, level: "caution", message, detail: words }));
  }
  return findings;
}

function commitmentFindings({ now, commitmentOverdue, commitmentFailed }: AlarmFacts): Finding[] {
  const area = "delivery";
  return [
    ...commitmentOverdue.map(({ node, since, count }) => {
      const message = `${node} has not confirmed for ${duration(now - since)} that it keeps ${counted(count, "instance", "instances")}. They stay on this box; ask whether its storage commitment works.`;
      return finding({ id: `commitment-overdue:${node}`, area, level: "caution", message, since });
    }),
    ...commitmentFailed.map(({ node, since, count }) => {
      const message = `${node} says that it does not keep ${counted(count, "instance", "instances")} it was sent. They stay on this box; open Outbox to send them again.`;
      return finding({ id: `commitment-failed:${node}`, area, level: "caution", message, since });
    }),
  ];
}

function certificateFindings(
  { now, certificates, tlsProblems }: AlarmFacts,
  { certificateMs }: AlarmLimits,
): Finding[] {
  const area = "certificate";
  const first = new Map<string, AlarmFacts["certificates"][number]>();
  for (const certificate of certificates) {
    const known = first.get(certificate.file);
    if (known === undefined || certificate.expiresAt < known.expiresAt) first.set(certificate.file, certificate);
  }
  const findings: Finding[] = [];
  for (const { file, subject, expiresAt } of first.values()) {
    const left = expiresAt - now;
    if (left > certificateMs) continue;
    const id = `certificate:${file}`;
    const what = `The certificate ${subject} in ${file}`;
    if (left <= 0) {
      const message = `${what} has expired: connections that need it fail. Replace the file; no restart is needed.`;
      findings.push(finding({ id, area, level: "failure", message }));
    } else {
      const message = `${what} expires in ${duration(left)}. Replace the file before; no restart is needed.`;
      findings.push(finding({ id, area, level: "caution", message }));
    }
  }
  for (const message of tlsProblems) {
    findings.push(finding({ id: `tls-file:${message}`, area, level: "caution", message }));
  }
  return findings;
}

function clockFindings({ now, clock }: AlarmFacts): Finding[] {
  const area = "clock";
  if (clock.isBeforeBuild) {
    const message = `The clock of this box says ${new Date(now).getUTCFullYear()}, before this software was made: captures get wrong times. Set the clock, or connect a time server.`;
    return [finding({ id: "clock-early", area, level: "failure", message })];
  }
  const findings: Finding[] = [];
  const { stepAt, steppedBySeconds, isSynchronised } = clock;
  if (stepAt !== null && Math.abs(now - stepAt) < steppedShownMs) {
    const direction = steppedBySeconds < 0 ? "back" : "forward";
    const message = `The clock was set ${direction} by ${duration(Math.abs(steppedBySeconds) * 1_000)}: times of captures before and after do not fit together. Check the time, and the time server.`;
    findings.push(finding({ id: "clock-stepped", area, level: "caution", message, since: stepAt }));
  }
  if (isSynchronised === false) {
    const message =
      "The clock is not synchronised with a time server: times of captures may be off. Check the network.";
    findings.push(finding({ id: "clock-unsynchronised", area, level: "notice", message }));
  }
  return findings;
}

function diskFindings({ now, disk }: AlarmFacts): Finding[] {
  const { usedPercent, freeBytes, minimumFreeBytes, nothingToDeleteSince } = disk;
  const area = "disk";
  const state = `The disk is ${Math.floor(usedPercent)} % full, ${(freeBytes / 1e9).toFixed(1)} GB free`;
  const findings: Finding[] = [];
  if (freeBytes < minimumFreeBytes) {
    const message = `${state}: no new clips; stills are still kept. Let the waiting captures be sent, or call technical service.`;
    findings.push(finding({ id: "disk-full", area, level: "failure", message }));
  } else if (usedPercent >= 90) {
    const message = `${state}. Soon no clips can be recorded. Let the waiting captures be sent, or call technical service.`;
    findings.push(finding({ id: "disk-90", area, level: "caution", message }));
  } else if (usedPercent >= 80) {
    findings.push(finding({ id: "disk-80", area, level: "notice", message: `${state}.` }));
  }
  if (nothingToDeleteSince !== null) {
    const message = `The disk has been above its level for ${duration(now - nothingToDeleteSince)}, and nothing more on it may be deleted: the rest is not proven to have arrived. See Outbox for what waits.`;
    findings.push(
      finding({ id: "disk-nothing-to-delete", area, level: "caution", message, since: nothingToDeleteSince }),
    );
  }
  return findings;
}

function storageFindings({ checkFindings, notSavedYet, isDatabaseRead }: AlarmFacts): Finding[] {
  const findings: Finding[] = [];
  const area = "storage";
  if (checkFindings > 0) {
    const message = `The check of the storage found ${counted(checkFindings, "problem", "problems")}. Call technical service; nothing is to be deleted before.`;
    findings.push(finding({ id: "store", area, level: "failure", message }));
  }
  if (!isDatabaseRead) {
    findings.push(finding({ id: databaseAlarm, area, level: "failure", message: databaseUnread }));
  }
  if (notSavedYet > 0) {
    const message = `${counted(notSavedYet, "clip is", "clips are")} on this box's disk and not saved yet: the disk or the database takes nothing. Make room on the disk, or call your technician.`;
    findings.push(finding({ id: "not-saved-yet", area, level: "failure", message }));
  }
  return findings;
}

/**
 * What is wrong with a picture that comes; that none comes is said by the state of its source. Nobody is called for what
 * is over in a minute, nor for a picture that is black: somebody has switched off the light.
 */
function sourceFindings({ now, sources }: AlarmFacts): Finding[] {
  return sources.flatMap(({ id: source, name, findings }) =>
    findings.map(({ id, level, message, since }) => {
      const isBrief = now - since < sourceWrongMs || id === "black";
      const area = "source" as const;
      const words = `${name}: ${message}`;
      return finding({ id: `source:${source}:${id}`, area, level: isBrief ? "notice" : level, message: words, since });
    }),
  );
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `50 seconds`, `3 hours`: the largest unit of which there is more than one, rounded down. */
export function duration(ms: number): string {
  const units = [
    [dayMs, "days"],
    [hourMs, "hours"],
    [minuteMs, "minutes"],
  ] as const;
  for (const [size, unit] of units) if (ms >= 2 * size) return `${Math.floor(ms / size)} ${unit}`;
  return `${Math.max(0, Math.floor(ms / 1_000))} seconds`;
}

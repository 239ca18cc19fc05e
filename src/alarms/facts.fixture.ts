import type { MetricFacts } from "./metrics.ts";
import type { AlarmFacts, AlarmLimits } from "./rules.ts";

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
export const now = Date.UTC(2027, 0, 15, 12);

export const limits: AlarmLimits = { unsentMs: hourMs, certificateMs: 30 * dayMs };

/** A box on which all is well. */
export const wellFacts: AlarmFacts = {
  now,
  oldestUnsentAt: null,
  heldCount: 0,
  nodes: [{ name: "PACS", downSince: null, reason: null }],
  refusals: [],
  commitmentOverdue: [],
  commitmentFailed: [],
  certificates: [],
  tlsProblems: [],
  clock: { steppedBySeconds: 0, stepAt: null, offsetSeconds: 0, isSynchronised: true, isBeforeBuild: false },
  disk: { usedPercent: 10, freeBytes: 900e9, minimumFreeBytes: 10e9, nothingToDeleteSince: null },
  checkFindings: 0,
  notSavedYet: 0,
  isDatabaseRead: true,
  sources: [],
};

export const metricFacts: MetricFacts = {
  now,
  version: "1.2.3",
  startedAt: now - hourMs,
  owed: [{ node: "PACS", lane: "clip", state: "pending", count: 3 }],
  deliveries: { ...wellFacts, oldestUnsentAt: now - 90_000, unsafeOldestAt: null },
  tally: { stored: 12, committed: 10, failedAttempts: 4, capturesSaved: 7, capturesRemoved: 2 },
  nodes: wellFacts.nodes,
  disk: { freeBytes: 900e9, totalBytes: 1e12 },
  certificates: [],
  clock: wellFacts.clock,
  alarms: [],
  sources: [],
  memoryBytes: 123_456_789,
};

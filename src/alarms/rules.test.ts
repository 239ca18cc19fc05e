import { describe, expect, it } from "vitest";
import { dayMs, hourMs, limits, now, wellFacts } from "./facts.fixture.ts";
import { type AlarmFacts, duration, findingsOf } from "./rules.ts";

const minuteMs = 60_000;
const clock = (part: Partial<AlarmFacts["clock"]>) => ({ clock: { ...wellFacts.clock, ...part } });
const disk = (part: Partial<AlarmFacts["disk"]>) => ({ disk: { ...wellFacts.disk, ...part } });
const down = (ms: number) => ({ nodes: [{ name: "PACS", downSince: now - ms, reason: "its words" }] });
const certificate = (leftMs: number, subject = "archive.test") => ({
  file: "/etc/ca.pem",
  subject,
  expiresAt: now + leftMs,
});
const picture = (id: string, ms: number, level: "notice" | "caution" = "caution") => ({
  sources: [
    {
      ...{
        id: "scope",
        name: "Scope",
        state: "live" as const,
        frames: 9,
        lostFrames: 0,
        restarts: 0,
        slowestSyncMs: 0,
      },
      ...{ previewFps: 30, ringBytes: 1, findings: [{ id, level, message: "It is wrong. Mend it.", since: now - ms }] },
    },
  ],
});
const found = (part: Partial<AlarmFacts>) =>
  findingsOf({ ...wellFacts, ...part }, limits).map(({ id, level }) => `${level} ${id}`);

it("nothing is wrong on a box on which all is well", () => {
  expect(found({})).toEqual([]);
});

describe("an alarm", () => {
  it.each<[string, Partial<AlarmFacts>, string[]]>([
    ["none before the limit", { oldestUnsentAt: now - hourMs }, []],
    ["captures unsent for longer", { oldestUnsentAt: now - hourMs - 1 }, ["caution unsent"]],
    ["a picture that is wrong for a moment", picture("frozen", minuteMs - 1), ["notice source:scope:frozen"]],
    ["a picture that stays wrong", picture("frozen", minuteMs), ["caution source:scope:frozen"]],
    ["a picture that is less than good", picture("letterbox", dayMs, "notice"), ["notice source:scope:letterbox"]],
    ["a light that is off", picture("black", dayMs), ["notice source:scope:black"]],
    ["held", { heldCount: 1 }, ["caution held"]],
    ["a node that is away for a moment", down(14 * minuteMs), ["notice node-down:PACS"]],
    [
      "a service that is refused",
      { refusals: [{ node: "PACS", service: "commitment", words: "context refused" }] },
      ["caution refusal:commitment:PACS"],
    ],
    ["a node that stays away", down(15 * minuteMs), ["caution node-down:PACS"]],
    [
      "commitment overdue",
      { commitmentOverdue: [{ node: "PACS", since: now - dayMs, count: 2 }] },
      ["caution commitment-overdue:PACS"],
    ],
    [
      "commitment failed",
      { commitmentFailed: [{ node: "PACS", since: now - dayMs, count: 1 }] },
      ["caution commitment-failed:PACS"],
    ],
    ["a certificate that lives long enough", { certificates: [certificate(30 * dayMs + 1)] }, []],
    ["a certificate 30 days ahead", { certificates: [certificate(30 * dayMs)] }, ["caution certificate:/etc/ca.pem"]],
    ["an expired certificate", { certificates: [certificate(0)] }, ["failure certificate:/etc/ca.pem"]],
    [
      "one for each file, for the first to expire",
      { certificates: [certificate(20 * dayMs), certificate(-1, "old"), certificate(5 * dayMs)] },
      ["failure certificate:/etc/ca.pem"],
    ],
    ["TLS files that cannot be used", { tlsProblems: ["x.pem is bad."] }, ["caution tls-file:x.pem is bad."]],
    ["a clock that was set", clock({ stepAt: now - hourMs, steppedBySeconds: -90 }), ["caution clock-stepped"]],
    ["a clock that was set long ago", clock({ stepAt: now - dayMs, steppedBySeconds: -90 }), []],
    ["a clock without a time server", clock({ isSynchronised: false }), ["notice clock-unsynchronised"]],
    ["a clock of which nothing is known", clock({ isSynchronised: null }), []],
    [
      "a clock that is certainly wrong, and nothing more about it",
      clock({ isBeforeBuild: true, isSynchronised: false }),
      ["failure clock-early"],
    ],
    ["a disk just below 80 %", disk({ usedPercent: 79.9 }), []],
    ["a disk at 80 %", disk({ usedPercent: 80 }), ["notice disk-80"]],
    ["a disk at 90 %", disk({ usedPercent: 90 }), ["caution disk-90"]],
    ["a disk on which no clip can begin", disk({ usedPercent: 95, freeBytes: 9e9 }), ["failure disk-full"]],
    [
      "a disk on which nothing may be deleted",
      disk({ usedPercent: 85, nothingToDeleteSince: now - hourMs }),
      ["caution disk-nothing-to-delete", "notice disk-80"],
    ],
    ["a damaged store", { checkFindings: 2 }, ["failure store"]],
    ["a database that cannot be read", { isDatabaseRead: false }, ["failure database"]],
    [
      "the worst first",
      { heldCount: 1, checkFindings: 1, ...down(minuteMs) },
      ["failure store", "caution held", "notice node-down:PACS"],
    ],
  ])("%s", (_name, facts, expected) => {
    expect(found(facts)).toEqual(expected);
  });

  it("never carries on what another said", () => {
    const [finding] = findingsOf({ ...wellFacts, ...down(hourMs) }, limits);
    expect(finding?.detail).toBe("its words");
    expect(finding?.message).not.toContain("its words");
  });
});

it.each([
  [0, "0 seconds"],
  [119_000, "119 seconds"],
  [120_000, "2 minutes"],
  [2 * hourMs - 1, "119 minutes"],
  [47 * hourMs, "47 hours"],
  [48 * hourMs, "2 days"],
  [-5_000, "0 seconds"],
])("%i ms are %s", (ms, words) => {
  expect(duration(ms)).toBe(words);
});

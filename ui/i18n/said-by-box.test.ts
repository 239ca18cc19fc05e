import { afterEach, describe, expect, test } from "vitest";
import { limits, wellFacts } from "../../src/alarms/facts.fixture.ts";
import { findingsOf } from "../../src/alarms/rules.ts";
import { refusalCodes } from "../../src/api/problems.ts";
import { SourceState } from "../../src/api/schemas.ts";
import { discontinuationReasons } from "../../src/procedures/discontinuation.ts";
import { en } from "./locales/en/en.ts";
import { shownFinding, shownProblem, shownReason, shownRefusal } from "./said-by-box.ts";
import { speak } from "./speak.ts";

afterEach(() => speak("en"));

/** A box on which everything is wrong. */
const wrongFacts = {
  ...wellFacts,
  oldestUnsentAt: 0,
  heldCount: 2,
  nodes: [{ name: "PACS", downSince: 0, reason: "timeout" }],
  refusals: [{ node: "PACS", service: "mpps", words: "no" }],
  commitmentOverdue: [{ node: "PACS", since: 0, count: 1 }],
  commitmentFailed: [{ node: "PACS", since: 0, count: 1 }],
  certificates: [{ file: "a.pem", subject: "a", expiresAt: 0 }],
  tlsProblems: ["b.pem cannot be read"],
  checkFindings: 3,
  sources: [],
} as const;

const disks = [99, 91, 81].map((usedPercent) => ({
  ...{ usedPercent, freeBytes: usedPercent === 99 ? 1 : 100e9, minimumFreeBytes: 10e9, nothingToDeleteSince: 0 },
}));
const clocks = [
  { ...wellFacts.clock, isBeforeBuild: true },
  { ...wellFacts.clock, isSynchronised: false, stepAt: wellFacts.now, steppedBySeconds: 90 },
];

describe("there are words for each code of the box", () => {
  test("that it refuses with", () => {
    // A fault and another page's request are told without an error of a room.
    expect(Object.keys(en.refusals).toSorted()).toEqual([...refusalCodes, "fault", "origin"].toSorted());
  });

  test("that its signal doctor finds", () => {
    const ids: readonly string[] = SourceState.properties.findings.items.properties.id.enum;
    expect(Object.keys(en.findings).toSorted()).toEqual([...ids].toSorted());
  });

  test("that it alarms with", () => {
    const found = [
      ...disks.flatMap((disk) => findingsOf({ ...wrongFacts, disk }, limits)),
      ...clocks.flatMap((clock) => findingsOf({ ...wrongFacts, clock }, limits)),
    ];
    const kinds = new Set(found.map(({ id }) => id.split(":")[0]));
    // Those of a source have the words of the finding; of the channel of the alarms itself the notifier tells.
    expect([...kinds, "source", "mute"].toSorted()).toEqual(Object.keys(en.alarms).toSorted());
  });

  test("that a procedure is discontinued for, in English the Standard's own", () => {
    expect(Object.entries(en.reasons)).toEqual(
      discontinuationReasons.map(({ codeValue, codeMeaning }) => [codeValue, codeMeaning]),
    );
  });
});

test("in English the box's own words are shown as they are", () => {
  expect(shownRefusal("busy", "Press again.")).toBe("Press again.");
  expect(shownFinding({ id: "black", message: "It is black." })).toBe("It is black.");
  expect(shownProblem({ id: "held", area: "delivery", message: "2 wait." })).toEqual({
    message: "2 wait.",
    original: null,
  });
});

test("in another language its words are ours, and what ours leave out stands below in its own", async () => {
  await speak("de");
  expect(shownRefusal("wrong-pin", "The PIN is wrong.")).toBe("Die PIN ist falsch.");
  expect(shownRefusal("bad-request", "No such day.").split("\n")).toEqual([
    expect.stringContaining("Rekorder"),
    "No such day.",
  ]);
  expect(shownReason({ codeValue: "110504", codeMeaning: "Patient died" })).toBe("Patient verstorben");
  expect(shownProblem({ id: "node-down:PACS:2", area: "delivery", message: "PACS:2 is down." })).toEqual({
    message: expect.stringMatching(/^PACS:2 ist nicht erreichbar/),
    original: "PACS:2 is down.",
  });
  expect(shownProblem({ id: "source:main:black", area: "source", message: "Main: black." }).message).toContain(
    "schwarz",
  );
  expect(shownProblem({ area: "worklist", message: "refused" }).message).toContain("Arbeitsliste");
});

test("a code that nobody translated is said in the box's words", async () => {
  await speak("ja");
  expect(shownRefusal("quite-new", "Something new.")).toBe("Something new.");
  expect(shownRefusal("constructor", "Odd.")).toBe("Odd.");
  expect(shownRefusal("../x.y", "Odd.")).toBe("Odd.");
  expect(shownProblem({ area: "screen", message: "Ours." })).toEqual({ message: "Ours.", original: null });
});

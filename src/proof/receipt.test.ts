import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chainHead, findReceipt } from "../audit/audit.ts";
import { type Database, openDatabase } from "../store/store.ts";
import { linesOf } from "./lines.ts";
import { hashOf, minute, patient, Writer, writeProcedure } from "./proof.fixture.ts";
import { captureReceipt, procedureReceipt } from "./receipt.ts";
import type { StoryEvent } from "./story.ts";
import { storyOfCapture, storyOfProcedure } from "./tell.ts";
import { dayOf, nameOf, sizeOf, timeOf } from "./words.ts";

const options = { now: minute(120), stationName: "OR 3" };
let database: Database;
beforeEach(() => {
  database = openDatabase(":memory:");
  writeProcedure(database);
});
afterEach(() => database.close());

function ofCapture(id: string): string {
  const story = storyOfCapture(database, id);
  if (story === undefined) throw new Error("no story");
  return captureReceipt(story, options);
}
function ofProcedure(): string {
  const story = storyOfProcedure(database, "p");
  if (story === undefined) throw new Error("no story");
  return procedureReceipt(story, options);
}
/** As it is read: without tags, spaces joined. */
const read = (page: string): string =>
  page
    .replace(/<style>.*<\/style>/s, "")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ");

describe("the receipt of a capture", () => {
  it("says in words how far it is, and who proved it", () => {
    const text = read(ofCapture("c1"));
    expect(text).toContain(`Safe: PACS promised to keep it (storage commitment, ${timeOf(minute(50))}).`);
    expect(text).toContain("Safe, by a weaker proof: VNA showed that it has it when asked");
    expect(read(ofCapture("c2"))).toMatch(/Saved Not at VNA yet\. Out of resources It is on this box\./);
  });

  it("names the patient twice over, the picture, its hashes and UIDs, each attempt with the node's words", () => {
    const text = read(ofCapture("c1"));
    for (const part of ["Muster, Max", "4711", "HOSPITAL", "1961-02-03, male", "Weber, Anna", "2.25.100", "2.25.1"])
      expect(text).toContain(part);
    for (const part of [hashOf("a"), hashOf("b"), "(0xA700): Out of resources", "not a certified medical device"])
      expect(text).toContain(part);
    expect(text).toContain(`Pressed ${timeOf(minute(5))} on microscope`);
  });

  it("is labelled weaker at its top where no node promised anything", () => {
    database.prepare("UPDATE delivery SET verified_by = 'query'").run();
    expect(read(ofCapture("c1"))).toMatch(/OR 3 made \S+ \S+ \S+ Safe, by a weaker proof Safe, by/);
  });

  it("says that what the archives have is all there is, once the files were removed", () => {
    new Writer(database).removed("c1", minute(60));
    expect(read(ofCapture("c1"))).toContain(`removed from this box at ${timeOf(minute(60))}: what the archives have`);
  });

  it("carries the head of the chain, which is found again as it is printed", () => {
    const head = chainHead(database);
    const printed = /up to row 21 \([^)]*\): ((?:[0-9a-f]{8} ?){8})/.exec(read(ofCapture("c1")))?.[1] ?? "";
    expect(findReceipt(database, printed)).toEqual({ kind: "found", row: head, rowsSince: 0 });
  });
});

describe("the receipt of a procedure", () => {
  it("counts its captures, the worst first, and names those a person has to look at", () => {
    database.prepare("UPDATE delivery SET transfer = 'held' WHERE id = 4").run();
    const text = read(ofProcedure());
    expect(text).toMatch(
      /Held 1 of 2 captures: Held \(number 2\) 1 of 2 captures: Safe 1 of them at a node by a weaker/,
    );
    expect(text).toContain("Safe (PACS: promised; VNA: query, weaker)");
  });

  it("does not count what was deleted", () => {
    database.prepare("UPDATE capture SET state = 'deleted' WHERE id = 'c2'").run();
    expect(read(ofProcedure())).toMatch(/Safe 1 of 1 captures: Safe .* 1 more were deleted by a person/);
  });

  it("of a procedure without captures and patient says so", () => {
    new Writer(database).procedure("empty", null);
    const story = storyOfProcedure(database, "empty");
    if (story === undefined) throw new Error("no story");
    expect(read(procedureReceipt(story, options))).toMatch(/There are no captures\. Patient none chosen/);
  });
});

it("nothing that a receipt tells can become part of the page", () => {
  const hostile = `<script>alert(1)</script>"'&\u202e\u0007`;
  const write = new Writer(database);
  const identity = { ...patient, patientName: hostile, patientId: hostile, issuerOfPatientId: hostile };
  write.run("UPDATE procedure SET patient = ?, performing_physician_name = ?", JSON.stringify(identity), hostile);
  write.attempt(4, minute(70), "held", 0xc000, hostile);
  write.run("UPDATE delivery SET node = ?, transfer = 'held' WHERE id = 4", hostile);
  write.audit(minute(71), hostile, ["capture", "c2"], {}, hostile);
  write.run("UPDATE capture SET source = ?", hostile);
  const story = storyOfCapture(database, "c2");
  if (story === undefined) throw new Error("no story");
  const page = captureReceipt(story, { ...options, stationName: hostile });
  for (const unwanted of ["<script", "\u0007", "\u202e"]) expect(page).not.toContain(unwanted);
  expect(page.match(/&lt;script&gt;alert\(1\)&lt;\/script&gt;&quot;&#39;&amp;/g)?.length).toBeGreaterThan(8);
  expect(page).toContain("default-src 'none'");
  expect(page).not.toMatch(/<(link|img|iframe|object|base|form)|url\(|@import|https?:/);
});

describe("the lines of a receipt", () => {
  const of = { deliveryId: 1, node: "PACS", sopInstanceUid: "2.25.1" };
  const attempt = (n: number, outcome: string, words: string | null): StoryEvent => ({
    ...{ at: minute(n), actor: "scopeline", auditRow: n, kind: "attempt", ...of },
    ...{ startedAt: minute(n), outcome, status: null, words },
  });

  it("put attempts in a row together, with each answer once, until something else becomes of it", () => {
    const other: StoryEvent = { ...attempt(3, "retry", "elsewhere"), ...{ deliveryId: 2, node: "VNA" } };
    const events = [attempt(1, "retry", "a"), attempt(2, "retry", "b"), other, attempt(4, "retry", "a")];
    const stored: StoryEvent = { at: minute(5), actor: "scopeline", auditRow: 6, kind: "stored", ...of, warning: "w" };
    const lines = linesOf([...events, attempt(5, "stored", null), stored, attempt(7, "retry", "a")], []);
    expect(lines.map(({ words, rows }) => [words, rows])).toEqual([
      [
        `PACS: 3 attempts until ${timeOf(minute(4))}: 2 × sending failed, tried again later: a; 1 × sending failed, tried again later: b`,
        "1 … 4",
      ],
      ["VNA: sending failed, tried again later: elsewhere", "3"],
      ["PACS answered that it stored it, with a warning: w", "5 … 6"],
      ["PACS: sending failed, tried again later: a", "7"],
    ]);
  });

  it("name some of the answers where each is another", () => {
    const [line] = linesOf(
      Array.from({ length: 40 }, (_, n) => attempt(n, "retry", `answer ${n}`)),
      [],
    );
    expect(line?.words).toMatch(/40 attempts until .*answer 5; and 34 other answers$/);
  });
});

it.each([
  ["Muster^Max", "Muster, Max"],
  ["Muster^Max^Karl^Dr.^jun.", "Muster, Dr. Max Karl jun."],
  ["Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada, Tarou = 山田, 太郎 = やまだ, たろう"],
  ["^Only", "Only"],
  ["", ""],
])("the name %j is read as %j", (name, expected) => {
  expect(nameOf(name)).toBe(expected);
});

it("days and sizes are written for people", () => {
  expect([dayOf("19610203"), dayOf("1961"), dayOf("")]).toEqual(["1961-02-03", "1961", ""]);
  expect([null, 999, 4_100, 4_100_000, 2e9].map(sizeOf)).toEqual([
    ...["unknown size", "999 bytes", "4.1 kB", "4.1 MB", "2.0 GB"],
  ]);
  expect(timeOf(minute(0))).toMatch(/^2026-03-\d\d \d\d:00:00 [+-]\d{4}$/);
});

it("names who did it, with the id that the audit has; a name is text", () => {
  const story = storyOfCapture(database, "c1");
  if (story === undefined) throw new Error("no story");
  const nameOfActor = (actor: string) => (actor === "screen" ? "Zoë <b>" : undefined);
  const page = captureReceipt(story, { ...options, nameOfActor });
  expect(page).toContain("Zoë &lt;b&gt; (screen)");
  expect(read(ofCapture("c1"))).not.toContain("(screen)");
});

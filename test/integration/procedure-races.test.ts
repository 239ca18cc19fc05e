/** Two screens, late answers, clocks that step, databases that are gone: what must hold in every order of events. */

import { existsSync } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CaptureError } from "../../src/capture/capture.ts";
import { ProcedureError, type Procedures } from "../../src/procedures/procedures.ts";
import { type Database, openDatabase } from "../../src/store/store.ts";
import type { FakeSource } from "../support/fake-source.ts";
import { openProcedures } from "../support/open-procedures.ts";
import { temporaryDirectory } from "../support/peers.ts";
import { until } from "../support/scopeline.ts";

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let database: Database;
let source: FakeSource;
let procedures: Procedures;
let stop: () => Promise<void>;
let ahead = 0;
/** How presses went, as it is heard. */
const heard: string[] = [];

async function open(holdWindowMs: number, file = "scopeline.db"): Promise<void> {
  const opened = await openProcedures(directory.path, {
    ...{ holdWindowMs, file, ahead: () => ahead },
    onOutcome: ({ kind, actor }) => heard.push(`${kind} by ${actor}`),
  });
  ({ database, source, procedures, stop } = opened);
}

beforeEach(async () => {
  ahead = 0;
  heard.length = 0;
  directory = await temporaryDirectory();
  await open(600_000);
});
afterEach(async () => {
  await stop();
  await directory[Symbol.asyncDispose]();
});

const codeOf = (work: Promise<unknown> | (() => unknown)): Promise<string> =>
  Promise.resolve()
    .then(() => (typeof work === "function" ? work() : work))
    .then(
      () => "no error",
      (error: unknown) =>
        error instanceof ProcedureError || error instanceof CaptureError ? error.code : String(error),
    );
const begin = () => procedures.begin({ emergency: {} }, "test");
const statesOf = (id: string) => procedures.captures(id).map(({ capture }) => `${capture.kind} ${capture.state}`);

it("a full disk while clips are rescued for a procedure that was sent ends nothing but that", async () => {
  const procedure = begin();
  const { id, file } = await procedures.startClip({}, "test").then((clip) => procedures.stopClip(clip.id, "test"));
  database.prepare("UPDATE capture SET state = 'failed' WHERE id = ?").run(id);
  database.prepare("UPDATE procedure SET state = 'released' WHERE id = ?").run(procedure.id);
  await until("its own growing file to go", () => !existsSync(join(directory.path, `${file}.part`)));
  await writeFile(join(directory.path, `${file}.part`), "damaged");
  const { finished } = await procedures.rescue();
  const full = vi.spyOn(database, "transaction").mockImplementation(() => {
    throw new Error("the disk is full");
  });
  // One that nobody hears would end the process: the test fails by it.
  expect(await finished).toEqual([{ captureId: id, procedureId: procedure.id, isSaved: false }]);
  await turn();
  full.mockRestore();
});

it("a marker takes no frame that the clip does not have yet", async () => {
  begin();
  const { id } = await procedures.startClip({}, "test");
  const mark = (seq: number) => () => procedures.markers.set(id, { frame: { source: "scope", epoch: 7, seq } }, "test");
  const { seq } = source.newestFrame();
  expect(await codeOf(mark(seq + 1))).toBe("outside-clip");
  expect(await codeOf(mark(0xffff_ffff))).toBe("outside-clip");
  expect(await codeOf(mark(seq))).toBe("no error");
});

describe("completing", () => {
  it("closes the procedure at once: a press while its clip is being finished belongs to the next", async () => {
    const a = begin();
    const gate = Promise.withResolvers<void>();
    source.finish = gate.promise;
    await procedures.startClip({}, "test");
    const completing = procedures.complete(a.id, "test");
    const still = await procedures.still({}, "test");
    expect(still.procedureId).not.toBe(a.id);
    const clip = await procedures.startClip({}, "test");
    expect(clip.procedureId).toBe(still.procedureId);
    gate.resolve();
    await completing;
    expect(statesOf(a.id)).toEqual(["clip saved"]);
  });

  it("waits for a press under way, which keeps its frame and its procedure", async () => {
    const a = begin();
    const gate = Promise.withResolvers<void>();
    source.still = gate.promise;
    const pressing = procedures.still({}, "test");
    const limited = source.lookBacksLimited;
    const completing = procedures.complete(a.id, "test");
    // What the press still needs is there, but out of reach for whoever is next.
    expect(source.lookBacksLimited).toBe(limited + 1);
    await Promise.resolve();
    expect(source.ringsEmptied).toBe(0);
    expect(await codeOf(() => procedures.release(a.id, "test"))).toBe("still-recording");
    gate.resolve();
    expect((await pressing).procedureId).toBe(a.id);
    await completing;
    expect(source.ringsEmptied).toBe(1);
    expect(statesOf(a.id)).toEqual(["still saved"]);
  });

  it("releases what a press under way becomes, also without a hold window", async () => {
    await stop();
    await open(0);
    const a = begin();
    const gate = Promise.withResolvers<void>();
    source.still = gate.promise;
    const pressing = procedures.still({}, "test");
    const completing = procedures.complete(a.id, "test");
    gate.resolve();
    await Promise.all([pressing, completing]);
    await until("the still to be owed", () => {
      const row = database.prepare("SELECT count(*) AS n FROM delivery WHERE procedure_id = ?").get(a.id);
      return Number(row?.n) === 1;
    });
  });

  it("lets no clock that steps ahead cut the hold window short", async () => {
    const a = begin();
    await procedures.still({}, "test");
    await procedures.complete(a.id, "test");
    ahead = 86_400_000;
    await procedures.assign(a.id, { performingPhysicianName: "Wakes^TheLoop" }, "test");
    await new Promise((done) => setTimeout(done, 700));
    expect(procedures.get(a.id).state).toBe("completed");
  });
});

describe("a screen that is out of date", () => {
  it("cannot begin a clip that would run on into the next patient", async () => {
    const a = begin();
    await procedures.complete(a.id, "test");
    begin();
    expect(await codeOf(procedures.startClip({ procedureId: a.id }, "test"))).toBe("procedure-not-open");
  });

  it("whose press is repeated after the procedure was completed gets its picture, and begins nothing", async () => {
    const a = begin();
    const first = await procedures.still({ key: "k1", procedureId: a.id }, "test");
    await procedures.complete(a.id, "test");
    source.live = false;
    expect((await procedures.still({ key: "k1", procedureId: a.id }, "test")).id).toBe(first.id);
    expect(procedures.open()).toBeUndefined();
  });

  it("learns again that its press failed, and that its key is another press's", async () => {
    begin();
    source.failStart = true;
    expect(await codeOf(procedures.startClip({ key: "k2" }, "test"))).toBe("disk");
    source.failStart = false;
    expect(await codeOf(procedures.startClip({ key: "k2" }, "test"))).not.toBe("no error");
    await procedures.still({ key: "k3" }, "test");
    expect(await codeOf(procedures.startClip({ key: "k3" }, "test"))).toBe("bad-request");
  });

  it("presses twice at once under one key and gets one capture", async () => {
    const a = begin();
    const both = await Promise.all([procedures.still({ key: "k4" }, "test"), procedures.still({ key: "k4" }, "test")]);
    expect(both[0].id).toBe(both[1].id);
    expect(statesOf(a.id)).toEqual(["still saved"]);
  });
});

it("numbers stills in the order of their frames when one request overtakes the other", async () => {
  const a = begin();
  const gate = Promise.withResolvers<void>();
  source.still = gate.promise;
  const later = procedures.still({ frame: { epoch: 7, seq: 60 } }, "test");
  const earlier = procedures.still({ frame: { epoch: 7, seq: 57 } }, "test");
  gate.resolve();
  expect([(await earlier).number, (await later).number]).toEqual([1, 2]);
  expect((await procedures.still({}, "test")).number).toBe(3);
  expect(statesOf(a.id)).toHaveLength(3);
});

describe("identity", () => {
  it.each([
    ["no name", { patientName: " ", patientId: "P1" }],
    ["no ID", { patientName: "A^B", patientId: "" }],
    ["a backslash", { patientName: "A^B", patientId: "a\\b" }],
    ["an ID that DICOM cannot hold", { patientName: "A^B", patientId: "9".repeat(65) }],
    ["a day that does not exist", { patientName: "A^B", patientId: "P1", patientBirthDate: "20260230" }],
  ])("with %s is refused", async (_name, patient) => {
    const a = procedures.begin({}, "test");
    expect(await codeOf(() => procedures.assign(a.id, { patient }, "test"))).toBe("bad-request");
  });

  it("of spaces is still a temporary one, and a resumed procedure has no time-out confirmed", async () => {
    const a = procedures.begin({ emergency: { patientId: "  " }, timeOutConfirmed: true }, "test");
    expect(a).toMatchObject({ temporaryIdentity: true, patient: { patientId: expect.stringMatching(/^EM-/) } });
    await procedures.complete(a.id, "test");
    expect(procedures.resume(a.id, "test").timeOutConfirmedAt).toBeNull();
  });
});

describe("after a stop", () => {
  it("with another database no picture is deleted: all are put aside", async () => {
    begin();
    await procedures.still({}, "test");
    await stop();
    await open(600_000, "other.db");
    expect(await readdir(join(directory.path, "media"))).toEqual([]);
    expect(await readdir(join(directory.path, "leftovers"))).toHaveLength(1);
  });

  it("a clip that cannot be read is put aside, and the others go on", async () => {
    const a = begin();
    const clip = await procedures.startClip({}, "test");
    database.prepare("UPDATE capture SET state = 'recording' WHERE id = ?").run(clip.id);
    await writeFile(join(directory.path, `${clip.file}.part`), "no movie at all");
    source.finish = Promise.reject(new Error("killed"));
    source.finish.catch(() => {});
    await stop().catch(() => {});
    database = openDatabase(join(directory.path, "scopeline.db"));
    database.prepare("UPDATE capture SET state = 'recording' WHERE id = ?").run(clip.id);
    database.close();
    await open(600_000);
    expect(statesOf(a.id)).toEqual(["clip failed"]);
    expect(await readdir(join(directory.path, "leftovers"))).toEqual([`${clip.id}.mp4.part`]);
  });

  it("what became saved after the release is sent too", async () => {
    const a = begin();
    await procedures.still({}, "test");
    const clip = await procedures.startClip({}, "test");
    await source.endByItself(clip.id);
    await procedures.complete(a.id, "test");
    database.prepare("UPDATE capture SET state = 'failed' WHERE id = ?").run(clip.id);
    procedures.release(a.id, "test");
    database.prepare("UPDATE capture SET state = 'saved' WHERE id = ?").run(clip.id);
    await stop();
    await open(600_000);
    await until("both instances", () => Number(database.prepare("SELECT count(*) AS n FROM instance").get()?.n) === 2);
  });
});

describe("what is heard", () => {
  it("is a recording that begins, and ends because its procedure is completed", async () => {
    const a = begin();
    await procedures.startClip({}, "test");
    await procedures.complete(a.id, "nurse");
    expect(heard).toEqual(["record-start by test", "record-stop by nurse"]);
  });

  it("is a recording that ends by itself, and a press without a picture", async () => {
    begin();
    const clip = await procedures.startClip({}, "test");
    await source.endByItself(clip.id);
    source.live = false;
    expect(await codeOf(procedures.still({}, "trigger"))).toBe("no-signal");
    expect(await codeOf(procedures.keepLast({ lookBackMs: 1_000 }, "trigger"))).toBe("no-look-back");
    expect(await codeOf(() => procedures.markers.set(clip.id, {}, "trigger"))).toBe("not-recording");
    expect(heard).toEqual([
      ...["record-start by test", "failed by scopeline"],
      ...["failed by trigger", "failed by trigger", "failed by trigger"],
    ]);
  });
});

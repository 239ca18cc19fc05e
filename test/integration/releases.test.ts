/** Releasing and composing: one procedure, one picture or one encoder never holds up the others. */

import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { loadDeviceProfiles } from "../../src/devices/devices.ts";
import { silentLog } from "../../src/lib/log.ts";
import { NewsFeed } from "../../src/lib/news.ts";
import { Outbox } from "../../src/outbox/outbox.ts";
import { Releases } from "../../src/procedures/releases.ts";
import { findProcedure } from "../../src/procedures/rows.ts";
import { type Database, openDatabase, openLayout } from "../../src/store/store.ts";
import { outboxNode, outboxOf, releaseOptions } from "../support/outbox.ts";
import { temporaryDirectory } from "../support/peers.ts";
import { until } from "../support/scopeline.ts";

const profiles = (await loadDeviceProfiles(resolve(import.meta.dirname, "../../device-profiles"))).profiles;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let database: Database;
let releases: Releases;
let outbox: Outbox;
/** As a start of the box does. */
let build: () => Releases;
const ending = { stop: async (): Promise<void> => {} };

beforeEach(async () => {
  directory = await temporaryDirectory();
  const layout = await openLayout(directory.path);
  database = openDatabase(layout.databaseFile);
  const ffmpegPath = join(directory.path, "endless-encoder");
  await writeFile(ffmpegPath, '#!/bin/sh\ncase " $* " in *" -i "*) exec sleep 30;; *) exec ffmpeg "$@";; esac\n');
  await chmod(ffmpegPath, 0o755);
  const shared = {
    database,
    storageDirectory: layout.directory,
    clock: Date.now,
    log: silentLog,
    news: new NewsFeed(),
  };
  const node = {
    ...outboxNode("Away", { host: "127.0.0.1", port: 9, calledAeTitle: "X", callingAeTitle: "Y" }),
    roles: ["storage", "mpps"] as const,
  };
  outbox = new Outbox({ ...shared, ...outboxOf([node]) });
  const station = { stationName: "T", institutionName: "", departmentName: "", serialNumber: "", softwareVersion: "0" };
  build = () =>
    new Releases(
      {
        ...shared,
        ...releaseOptions,
        outbox,
        profileOf: (id) => profiles.get(id),
        station,
        ffmpegPath,
        tellsSteps: true,
        uidRoot: undefined,
        holdWindowMs: 0,
      },
      () => true,
    );
  releases = build();
});
afterEach(async () => {
  await ending.stop();
  database.close();
  await directory[Symbol.asyncDispose]();
});

function run(): void {
  const controller = new AbortController();
  const running = releases.run(controller.signal);
  ending.stop = async () => {
    controller.abort();
    await running;
    ending.stop = async () => {};
  };
}

/** Completed, and due. */
function completed(id: string, number: number, worklistItems = "[]"): void {
  database
    .prepare(
      `INSERT INTO procedure (id, kind, state, study_instance_uid, performed_procedure_step_uid, begun_at, completed_at, release_at,
         patient, worklist_items) VALUES (?, 'emergency', 'completed', ?, ?, 1, 2, ?, '{"patientName":"A^B","patientId":"1"}', ?)`,
    )
    .run(id, `2.25.1${number}`, `2.25.2${number}`, number, worklistItems);
}

async function capture(id: string, procedureId: string, facts: Record<string, unknown>): Promise<void> {
  const file = join("media", id);
  database
    .prepare(
      `INSERT INTO capture (id, procedure_id, number, kind, state, source, profile_id, pressed_at, saved_at, file, size_bytes, facts)
       VALUES (?, ?, 1, ?, 'saved', 's', 'simulated-microscope', 1, 1, ?, 6, ?)`,
    )
    .run(id, procedureId, String(facts.kind), file, JSON.stringify(facts));
  await writeFile(join(directory.path, file), Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0xff, 0xd9]));
}
const still = { kind: "still", width: 16, height: 16, subsampling: "4:2:2", sourceWasLossy: false, frameAtMs: 1 };
const h264 = {
  profileIdc: 100,
  constraintFlags: 0,
  levelIdc: 41,
  chromaFormat: 1,
  bitDepth: 8,
  interlaced: false,
  width: 16,
  height: 16,
  colour: null,
};
const clip = { kind: "clip", width: 16, height: 16, frames: 25, durationMs: 1_000, fpsNum: 25, fpsDen: 1, h264 };

const isOwed = (captureId: string) =>
  database
    .prepare("SELECT 1 FROM delivery JOIN instance USING (sop_instance_uid) WHERE capture_id = ?")
    .get(captureId) !== undefined;
const endOf = (procedureId: string) =>
  database
    .prepare("SELECT data_set AS dataSet FROM mpps_message WHERE procedure_id = ? AND kind = 'completed'")
    .get(procedureId)?.dataSet;

it("one procedure that cannot be released holds up no other", async () => {
  completed("bad", 1, JSON.stringify([{ id: "w", node: "RIS", patient: {}, step: {} }]));
  completed("good", 2);
  await capture("b", "bad", still);
  await capture("c", "good", still);
  run();
  await until("the other to be owed", () => isOwed("c"));
  expect(findProcedure(database, "bad")?.state).toBe("completed");
});

it("stills do not wait for a clip that is being encoded", async () => {
  completed("first", 1);
  await capture("clip", "first", { ...clip, startedAtMs: 1 });
  database
    .prepare(
      `INSERT INTO rendition (capture_id, key, procedure_id, state, wanted_at) VALUES ('clip', 'multiFrameTrueColor', 'first', 'wanted', 1)`,
    )
    .run();
  database
    .prepare(
      `INSERT INTO instance (sop_instance_uid, capture_id, procedure_id, series_instance_uid, instance_number)
       VALUES ('2.25.7', 'clip', 'first', '2.25.8', 1)`,
    )
    .run();
  run();
  await new Promise((done) => setTimeout(done, 300));
  completed("next", 2);
  await capture("c", "next", still);
  releases.wake();
  await until("the still to be owed", () => isOwed("c"));
  const encoding = database.prepare("SELECT state, failure FROM rendition WHERE capture_id = 'clip'").get();
  expect(encoding).toEqual({ state: "wanted", failure: null });
});

it("a step does not end without the picture that a full disk keeps from being composed", async () => {
  completed("p", 1);
  await capture("c", "p", still);
  const procedure = findProcedure(database, "p");
  const step = procedure && releases.performedStep(procedure);
  database.transaction(() => step && outbox.stepBegun(step));
  const instances = join(directory.path, "instances");
  await rm(instances, { recursive: true });
  run();
  const failure = () => database.prepare("SELECT failure FROM rendition WHERE capture_id = 'c'").get()?.failure;
  await until("the failure", () => typeof failure() === "string");
  await new Promise((done) => setTimeout(done, 700));
  expect(endOf("p")).toBeUndefined();
  await ending.stop();
  await mkdir(instances);
  releases = build();
  run();
  await until("the end", () => endOf("p") !== undefined);
  const uid = String(database.prepare("SELECT sop_instance_uid AS uid FROM instance").get()?.uid);
  expect(endOf("p")).toContain(uid);
});

it("what is saved after its procedure's release is sent also when the database took nothing just then", async () => {
  completed("p", 1);
  run();
  await until("the release", () => findProcedure(database, "p")?.state === "released");
  await capture("c", "p", still);
  const takes = (isOn: boolean): void => void database.prepare(`PRAGMA query_only = ${isOn ? "OFF" : "ON"}`).run();
  takes(false);
  releases.savedLate("p");
  takes(true);
  // Nobody says it again: after its pause it is tried by itself.
  const now = vi.spyOn(performance, "now").mockReturnValue(performance.now() + 61_000);
  releases.wake();
  await until("the picture to be owed", () => isOwed("c"));
  now.mockRestore();
});

it("another capture that is saved late does not wait because the one before could not be taken", async () => {
  completed("p", 1);
  run();
  await until("the release", () => findProcedure(database, "p")?.state === "released");
  await capture("c", "p", still);
  database.prepare("PRAGMA query_only = ON").run();
  releases.savedLate("p");
  database.prepare("PRAGMA query_only = OFF").run();
  releases.savedLate("p");
  expect(database.prepare("SELECT 1 FROM instance WHERE capture_id = 'c'").get()).toBeDefined();
});

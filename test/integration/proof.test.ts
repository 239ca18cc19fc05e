/** What a real box writes while it works is what the check and the story read: no false alarm, and no blind eye. */

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chainHead } from "../../src/audit/audit.ts";
import { captureReceipt, checkProof, storyOfCapture, storyOfProcedure } from "../../src/proof/proof.ts";
import { checkStore, type Database, openDatabaseForReading } from "../../src/store/store.ts";
import { type RunningHospital, startHospital, temporaryDirectory } from "../support/peers.ts";
import { type Box, type Json, startScopeline, until } from "../support/scopeline.ts";

const run = promisify(execFile);
const main = resolve(import.meta.dirname, "../../src/main.ts");

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let hospital: RunningHospital;
let box: Box;
let storage = "";
let procedureId = "";
let stillId = "";
let clipId = "";

interface Capture extends Json {
  readonly id: string;
  readonly procedureId: string;
  readonly progress: string;
}

beforeAll(async () => {
  directory = await temporaryDirectory();
  hospital = await startHospital({ directory: join(directory.path, "hospital") });
  box = await startScopeline({
    directory: join(directory.path, "box"),
    input: { width: 320, height: 180, fps: 15 },
    nodes: [
      {
        name: "Archive",
        aeTitle: hospital.aeTitle,
        port: hospital.dicomPort,
        roles: ["storage", "mpps", "commitment", "query"],
      },
    ],
  });
  storage = join(directory.path, "box", "storage");
  await box.live();
  // Busy twice: the attempts before the one that counts.
  await hospital.setFaults([{ kind: "status", status: "A700", times: 2 }]);
  const still = await box.post<Capture>("/api/stills", {});
  ({ id: stillId, procedureId } = still);
  const clip = await box.post<Capture>("/api/clips", { procedureId });
  clipId = clip.id;
  await box.post(`/api/captures/${clipId}/stop`, {});
  const thrown = await box.post<Capture>("/api/stills", { procedureId });
  await box.delete(`/api/captures/${thrown.id}`, { reason: "blurred" });
  const patient = { patientId: "4711", patientName: "Test^Proof" };
  await box.post(`/api/procedures/${procedureId}/patient`, { patient });
  await box.post(`/api/procedures/${procedureId}/complete`);
  await box.post(`/api/procedures/${procedureId}/release`);
  await until("both captures to be safe", async () => {
    const { captures } = await box.get<{ captures: Capture[] }>(`/api/procedures/${procedureId}`);
    return captures.filter(({ progress }) => progress === "safe").length === 2;
  });
  await until("the performed step to be told", async () =>
    (await hospital.mpps()).some(({ state }) => state === "COMPLETED"),
  );
  await box[Symbol.asyncDispose]();
});

afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  await hospital?.[Symbol.asyncDispose]();
  await directory?.[Symbol.asyncDispose]();
});

async function findings(folder: string): Promise<string[]> {
  using database = openDatabaseForReading(join(folder, "scopeline.db"));
  const store = await checkStore(database, folder, { full: true, now: Date.now(), hasStorageNodes: true });
  return [...store.findings, ...checkProof(database).findings].map(
    ({ invariant, subject }) => `${invariant}: ${subject}`,
  );
}

function reading<T>(work: (database: Database) => T): T {
  using database = openDatabaseForReading(join(storage, "scopeline.db"));
  return work(database);
}

it("a box that only worked is clean, and its whole audit is chained", async () => {
  expect(await findings(storage)).toEqual([]);
  const { chain } = reading(checkProof);
  expect(chain.unchained).toBe(0);
  expect(chain.rows).toBeGreaterThan(25);
});

it("the story of its still has every step, with the archive's words and its promise", () => {
  const [capture] = reading((database) => storyOfCapture(database, stillId))?.captures ?? [];
  expect(capture).toMatchObject({ state: "safe", nodes: [{ node: "Archive", provenBy: "commitment" }] });
  const kinds = (capture?.events ?? []).map((event) =>
    event.kind === "attempt" ? `attempt ${event.outcome} ${event.status}` : event.kind,
  );
  const failures = kinds.filter((kind) => kind === `attempt retry ${0xa700}`).length;
  expect(failures).toBeGreaterThan(0);
  expect(kinds.filter((kind) => kind !== `attempt retry ${0xa700}`)).toEqual([
    ...["pressed", "saved", "composed", "attempt stored 0", "stored", "commitment-requested", "committed"],
  ]);
});

it("the story of its procedure has the patient who was chosen, and the step that was told", () => {
  const story = reading((database) => storyOfProcedure(database, procedureId));
  expect(story?.events.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(["begun", "patient-assigned", "completed", "released", "stored"]),
  );
  expect(story?.captures.map(({ state }) => state)).toEqual(["safe", "safe", "deleted"]);
});

it("the receipt's head is in the chain", () => {
  const head = reading(chainHead);
  const story = reading((database) => storyOfCapture(database, clipId));
  if (story === undefined) throw new Error("no story");
  const page = captureReceipt(story, { now: Date.now(), stationName: "OR" });
  expect(page.replaceAll(" ", "")).toContain(head?.hash);
});

it("scopeline check says so, and finds the hash of a receipt", async () => {
  const head = reading(chainHead)?.hash ?? "";
  const check = (receipt: string) =>
    run(process.execPath, [main, "check", "--config", box.settingsFile, "--receipt", receipt]);
  const { stdout } = await check(head.toUpperCase());
  expect(stdout).toMatch(/^clean: 2 captures/);
  expect(stdout).toContain(`head of the audit: ${head}`);
  expect(stdout).toMatch(/receipt: found, row \d+/);
  await expect(check("0".repeat(64))).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining("NOT SO: receipt"),
  });
});

describe("tampering with the box's database and files is found:", () => {
  const sha256 = createHash("sha256").update("another picture").digest("hex");
  const size = "another picture".length;

  /** A copy of the storage folder, changed by somebody who takes the triggers away first. */
  async function tampered(name: string, ...changes: readonly string[]): Promise<string> {
    const folder = join(directory.path, name);
    await cp(storage, folder, { recursive: true });
    const other = new DatabaseSync(join(folder, "scopeline.db"));
    for (const table of ["audit", "attempt"])
      for (const change of ["update", "delete"]) other.exec(`DROP TRIGGER ${table}_append_only_${change}`);
    for (const change of changes) other.exec(change);
    other.close();
    return folder;
  }

  it("a picture that was exchanged, its row with it", async () => {
    const change = `UPDATE capture SET sha256 = '${sha256}', size_bytes = ${size} WHERE id = '${stillId}'`;
    const folder = await tampered("picture", change);
    await writeFile(join(folder, "media", `${stillId}.jpg`), "another picture");
    expect(await findings(folder)).toEqual([`a capture is what was saved: ${stillId}`]);
  });

  it("a DICOM file that was exchanged, its row with it", async () => {
    const [instance] = reading((database) => storyOfCapture(database, stillId))?.captures[0]?.instances ?? [];
    const uid = instance?.sopInstanceUid ?? "";
    const change = `UPDATE instance SET sha256 = '${sha256}', size_bytes = ${size} WHERE sop_instance_uid = '${uid}'`;
    const folder = await tampered("instance", change);
    await writeFile(join(folder, "instances", `${uid}.dcm`), "another picture");
    expect(await findings(folder)).toEqual([`an instance is what was composed: ${uid}`]);
  });

  it.each([
    [
      "an audit row",
      "UPDATE audit SET actor = 'nobody' WHERE action = 'procedure-released'",
      /the audit is as it was written/,
    ],
    [
      "a deletion that is to be forgotten",
      "DELETE FROM audit WHERE action = 'capture-deleted'",
      /the audit is as it was written/,
    ],
    [
      "an attempt",
      "UPDATE attempt SET status = 0, outcome = 'stored' WHERE status = 42752",
      /an attempt is what was recorded/,
    ],
    [
      "the patient",
      "UPDATE procedure SET patient = json_set(patient, '$.patientName', 'Other^One')",
      /the patient it was given/,
    ],
    [
      "when it was safe",
      "UPDATE delivery SET committed_at = committed_at - 1 WHERE commitment = 'committed'",
      /safe when the audit says so/,
    ],
  ])("%s", async (name, change, finding) => {
    expect((await findings(await tampered(name, change))).join("\n")).toMatch(finding);
  });
});

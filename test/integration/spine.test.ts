/** The whole way: simulated microscope, worklist, presses, release, the simulated hospital's archive. */
import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LookBack } from "../../src/capture/capture.ts";
import { readPart10, transferSyntaxes } from "../../src/dicom/dicom.ts";
import { type RunningHospital, startHospital, temporaryDirectory } from "../support/peers.ts";
import { type Box, HttpProblem, type Json, startScopeline, until } from "../support/scopeline.ts";
import { stripesIn } from "../support/stripe.ts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
const size = { width: 640, height: 360, fps: 25 };

interface Capture extends Json {
  readonly id: string;
  readonly number: number;
  readonly progress: string;
  readonly sha256: string;
  readonly sopInstanceUid: string;
}
interface Procedure extends Json {
  readonly id: string;
  readonly state: string;
  readonly captures: Capture[];
}

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let hospital: RunningHospital;
let box: Box;

const node = () => ({
  name: "Hospital",
  aeTitle: hospital.aeTitle,
  port: hospital.dicomPort,
  roles: ["worklist", "storage"] as const,
});
const procedure = (id: string) => box.get<Procedure>(`/api/procedures/${id}`);
const problemOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "no problem",
    (error: unknown) => (error instanceof HttpProblem ? String(error.problem.code) : String(error)),
  );

beforeAll(async () => {
  directory = await temporaryDirectory();
  hospital = await startHospital({ directory: join(directory.path, "hospital") });
  box = await startScopeline({ directory: join(directory.path, "box"), input: size, nodes: [node()] });
  await box.live();
});

afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  await hospital?.[Symbol.asyncDispose]();
  await directory?.[Symbol.asyncDispose]();
});

/** The file that the archive has of an instance. */
const archived = (sopInstanceUid: string): string => join(hospital.archiveDirectory, `${sopInstanceUid}.dcm`);

/** The one fragment of an archived instance's pixel data, as a file of its own. */
async function pixelsOf(sopInstanceUid: string, extension: string): Promise<string> {
  const { pixelFragments } = await readPart10(archived(sopInstanceUid));
  const [fragment] = pixelFragments;
  if (fragment === undefined) throw new Error("no pixel data");
  const bytes = (await readFile(archived(sopInstanceUid))).subarray(
    fragment.offset,
    fragment.offset + fragment.sizeBytes,
  );
  const file = join(directory.path, `pixels-${sopInstanceUid}${extension}`);
  await writeFile(file, bytes);
  return file;
}

describe("a procedure from the worklist to the archive", () => {
  let id: string;

  it("begins with a worklist item, its patient and study", async () => {
    await box.post("/api/worklist/refresh");
    const worklist = await box.get<{ entries: Json[] }>("/api/worklist");
    expect(worklist.entries.length).toBeGreaterThan(3);
    const [entry] = worklist.entries;
    const begun = await box.post<Procedure>("/api/procedures", {
      worklistItemIds: [entry?.id],
      timeOutConfirmed: true,
    });
    expect(begun).toMatchObject({
      kind: "scheduled",
      state: "open",
      patient: entry?.patient,
      studyInstanceUid: entry?.studyInstanceUid,
    });
    id = begun.id;
  });

  it("refuses a second one while it is open", async () => {
    expect(await problemOf(box.post("/api/procedures", {}))).toBe("procedure-open");
  });

  it("keeps three stills and a clip, stills during the clip included", async () => {
    const clip = await box.post<Capture>("/api/clips", {});
    expect(clip).toMatchObject({ kind: "clip", state: "recording", progress: "recording", procedureId: id });
    for (let press = 0; press < 3; press += 1) {
      const still = await box.post<Capture>("/api/stills", {});
      expect(still).toMatchObject({
        kind: "still",
        state: "saved",
        progress: "saved",
        width: 640,
        height: 360,
        frameExact: true,
      });
      await sleep(200);
    }
    const stopped = await box.post<Capture>(`/api/captures/${clip.id}/stop`);
    expect(stopped).toMatchObject({ state: "saved", notice: null });
    expect(Number(stopped.frames)).toBeGreaterThan(10);
  });

  it("answers a repeated press with the same capture", async () => {
    const headers = { "idempotency-key": "press-1" };
    const [first, second] = await Promise.all([
      box.post<Capture>("/api/stills", {}, headers),
      box.post<Capture>("/api/stills", {}, headers),
    ]);
    expect(second.id).toBe(first.id);
    expect((await box.post<Capture>("/api/stills", {}, headers)).id).toBe(first.id);
    expect((await procedure(id)).captures).toHaveLength(5);
  });

  it("keeps a deleted capture to itself", async () => {
    const unwanted = (await procedure(id)).captures[4];
    const deleted = await box.delete<Capture>(`/api/captures/${unwanted?.id}`, { reason: "blurred" });
    expect(deleted.progress).toBe("deleted");
  });

  it("serves media with ranges, and thumbnails", async () => {
    const [clip, still] = (await procedure(id)).captures;
    const part = await fetch(`${box.url}/api/captures/${clip?.id}/media`, { headers: { range: "bytes=4-7" } });
    expect([part.status, await part.text()]).toEqual([206, "ftyp"]);
    for (const capture of [clip, still]) {
      const thumbnail = await fetch(`${box.url}/api/captures/${capture?.id}/thumbnail`);
      expect(thumbnail.headers.get("content-type")).toBe("image/jpeg");
      expect((await thumbnail.bytes()).slice(0, 2)).toEqual(Uint8Array.of(0xff, 0xd8));
    }
  });

  it("lets the last pictures be looked through, and shows a still as a JPEG", async () => {
    const address = `${box.url}/api/sources/scope`;
    const held = await box.get<LookBack>("/api/sources/scope/look-back");
    const picture = await fetch(`${address}/frames/${held.epoch}/${held.seqs[0]}`);
    expect(picture.headers.get("content-type")).toBe("image/jpeg");
    expect((await picture.bytes()).slice(0, 2)).toEqual(Uint8Array.of(0xff, 0xd8));
    expect((await fetch(`${address}/look-back/${held.holdId}`, { method: "DELETE" })).status).toBe(200);
    expect((await fetch(`${address}/frames/1/1`)).status).toBe(409);
    expect((await fetch(`${box.url}/api/sources/nowhere/look-back`)).status).toBe(404);
    const captures = `${box.url}/api/captures`;
    const [clip, still] = (await procedure(id)).captures;
    const path = `${captures}/${still?.id}`;
    const [shown, kept] = [await fetch(`${path}/picture`), await fetch(`${path}/media`)];
    expect(Buffer.from(await shown.bytes()).equals(Buffer.from(await kept.bytes()))).toBe(true);
    expect((await fetch(`${captures}/${clip?.id}/picture`)).status).toBe(404);
  });

  it("sends nothing during the hold window, and everything at 'send now'", async () => {
    const completed = await box.post<Procedure>(`/api/procedures/${id}/complete`);
    expect(completed).toMatchObject({ state: "completed" });
    expect(Number(completed.releaseAt)).toBeGreaterThan(Date.now() + 500_000);
    await sleep(300);
    expect(await hospital.archive()).toHaveLength(0);
    await box.post(`/api/procedures/${id}/release`);
    await until(
      "four sent captures",
      async () => (await procedure(id)).captures.filter((c) => c.progress === "sent").length === 4,
    );
    expect(await hospital.archive()).toHaveLength(4);
  });

  it("gives the archive the very bytes that were saved, labelled as what they are", async () => {
    for (const capture of (await procedure(id)).captures.filter((c) => c.progress === "sent")) {
      const { meta, dataSet } = await readPart10(archived(capture.sopInstanceUid));
      const isStill = capture.kind === "still";
      expect(meta.transferSyntaxUid).toBe(isStill ? transferSyntaxes.jpegBaseline : transferSyntaxes.h264HighLevel41);
      expect(dataSet).toMatchObject({
        Modality: "GM",
        PatientID: ((await procedure(id)).patient as Json).patientId,
        Columns: 640,
        Rows: 360,
      });
      const media = await (await fetch(`${box.url}/api/captures/${capture.id}/media`)).bytes();
      const pixels = await readFile(await pixelsOf(capture.sopInstanceUid, isStill ? ".jpg" : ".mp4"));
      expect(pixels.subarray(0, media.length).equals(media)).toBe(true);
      expect(pixels.length - media.length).toBe(media.length % 2);
    }
  });

  it("has every burned-in frame number of the clip once, in order, as the archive decodes it", async () => {
    const clip = (await procedure(id)).captures.find((capture) => capture.kind === "clip");
    const numbers = await stripesIn(await pixelsOf(clip?.sopInstanceUid ?? "", ".mp4"), 640, 360);
    expect(numbers).toHaveLength(Number(clip?.frames));
    const first = numbers[0] ?? Number.NaN;
    expect(numbers).toEqual(numbers.map((_unused, index) => first + index));
  });

  it("resumes as a new step in the same study", async () => {
    const resumed = await box.post<Procedure>(`/api/procedures/${id}/resume`);
    expect(resumed).toMatchObject({
      state: "open",
      resumedFrom: id,
      studyInstanceUid: (await procedure(id)).studyInstanceUid,
    });
    await box.post("/api/stills", {});
    await box.post(`/api/procedures/${resumed.id}/complete`);
    await box.post(`/api/procedures/${resumed.id}/release`);
    await until("the resumed step's still", async () => (await hospital.archive()).length === 5);
  });
});

describe("capture never waits for identity", () => {
  it("begins an unassigned procedure with a press, and sends it only under a patient", async () => {
    const still = await box.post<Capture>("/api/stills", {});
    const id = String(still.procedureId);
    expect(await procedure(id)).toMatchObject({ kind: "unassigned", patient: null, state: "open" });
    expect(await box.post(`/api/procedures/${id}/complete`)).toMatchObject({ state: "completed", releaseAt: null });
    expect(await problemOf(box.post(`/api/procedures/${id}/release`))).toBe("no-patient");
    const { entries } = await box.get<{ entries: Json[] }>("/api/worklist");
    const assigned = await box.post<Procedure>(`/api/procedures/${id}/patient`, { worklistItemIds: [entries[1]?.id] });
    expect(assigned).toMatchObject({ kind: "scheduled", patient: entries[1]?.patient });
    await box.post(`/api/procedures/${id}/release`);
    await until("the assigned still", async () => (await procedure(id)).captures[0]?.progress === "sent");
  });

  it("loses nothing of a clip whose press begins the procedure", async () => {
    // Completing forgot what was seen before; the next key frame comes within a second.
    await sleep(1_500);
    const [source] = await box.get<{ epoch: number }[]>("/api/sources");
    const preview = new WebSocket(`${box.url.replace("http", "ws")}/api/sources/scope/preview`);
    preview.binaryType = "arraybuffer";
    const header = await new Promise<DataView>((done) => {
      preview.onmessage = (message) => done(new DataView(message.data as ArrayBuffer));
    });
    preview.close();
    const frame = { source: "scope", epoch: header.getUint32(12), seq: header.getUint32(8) };
    expect(frame.epoch).toBe(source?.epoch);
    const clip = await box.post<Capture>("/api/clips", { frame });
    const stopped = await box.post<Capture>(`/api/captures/${clip.id}/stop`);
    expect(stopped.notice).toBeNull();
    await box.post(`/api/procedures/${String(clip.procedureId)}/complete`);
  });

  it("keeps a press for a closed procedure apart from the one that is open now", async () => {
    const closed = await box.post<Procedure>("/api/procedures", { emergency: {} });
    await box.post(`/api/procedures/${closed.id}/complete`);
    const open = await box.post<Procedure>("/api/procedures", { emergency: { patientSex: "F" } });
    const still = await box.post<Capture>("/api/stills", { procedureId: closed.id });
    expect(still.procedureId).not.toBe(open.id);
    expect(still.notice).toMatch(/without a patient/);
    expect(await procedure(String(still.procedureId))).toMatchObject({
      kind: "unassigned",
      state: "completed",
      releaseAt: null,
    });
    await box.post(`/api/procedures/${open.id}/complete`);
  });

  it("marks an emergency's identity as temporary, all the way into the instance", async () => {
    const begun = await box.post<Procedure>("/api/procedures", { emergency: {} });
    expect(begun).toMatchObject({ kind: "emergency", temporaryIdentity: true });
    await box.post("/api/stills", {});
    await box.post(`/api/procedures/${begun.id}/complete`);
    await box.post(`/api/procedures/${begun.id}/release`);
    await until("the emergency's still", async () => (await procedure(begun.id)).captures[0]?.progress === "sent");
    const { dataSet } = await readPart10(archived((await procedure(begun.id)).captures[0]?.sopInstanceUid ?? ""));
    expect(String(dataSet.PatientID)).toMatch(/^EM-/);
    expect(String(dataSet.PatientComments)).toMatch(/temporary/i);
  });
});

describe("the box as a service", () => {
  it("proves its own invariants", async () => {
    const { stdout } = await run(process.execPath, [join(root, "src/main.ts"), "check", "--config", box.settingsFile]);
    expect(stdout).toMatch(/^clean: \d+ captures, \d+ instances/);
  });

  it("finds a file that was changed behind its back", async () => {
    const { captures } = await procedure(
      String((await box.get<{ procedures: Json[] }>("/api/procedures")).procedures[0]?.id),
    );
    const file = join(directory.path, "box/storage/instances", `${captures[0]?.sopInstanceUid}.dcm`);
    const bytes = await readFile(file);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 20) ^ 1, bytes.length - 20);
    await writeFile(file, bytes);
    const check = run(process.execPath, [join(root, "src/main.ts"), "check", "--config", box.settingsFile]);
    await expect(check).rejects.toMatchObject({ code: 1, stdout: expect.stringContaining("not what was saved") });
  });

  it("says that a saved file is gone from the disk, instead of not knowing it", async () => {
    const { id, procedureId } = await box.post<Capture>("/api/stills");
    await rm(join(directory.path, "box/storage/media", `${id}.jpg`));
    const response = await fetch(`${box.url}/api/captures/${id}/media`);
    expect(await response.json()).toMatchObject({
      status: 500,
      code: "fault",
      detail: expect.stringContaining("check"),
    });
    await box.post(`/api/procedures/${String(procedureId)}/complete`);
  });

  it("refuses a page of another origin", async () => {
    const response = await fetch(`${box.url}/api/stills`, {
      method: "POST",
      headers: { origin: "https://evil.example" },
    });
    expect(response.status).toBe(403);
  });

  it("refuses what it does not know, with problem details", async () => {
    const response = await fetch(`${box.url}/api/procedures`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ worklistItemId: "x" }),
    });
    expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    expect(await response.json()).toMatchObject({
      status: 400,
      code: "bad-request",
      detail: expect.stringContaining("additional properties"),
    });
  });

  it("publishes an OpenAPI 3.1 document with every route", async () => {
    const { openapi, paths } = await box.get<{ openapi: string; paths: Json }>("/api/openapi.json");
    expect(openapi).toBe("3.1.0");
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        "/api/health",
        "/api/worklist",
        "/api/stills",
        "/api/clips",
        "/api/captures/{id}/stop",
        "/api/deliveries/{id}/retry",
      ]),
    );
  });

  it("writes no patient into its log", () => {
    expect(box.log).toMatch(/Scopeline is ready/);
    expect(box.log).not.toMatch(/patientName|Unknown\^Emergency|EM-2/);
  });
});

/**
 * The plug is pulled at random moments of a procedure, again and again; the archive is another process and lives on.
 * Afterwards everything that was acknowledged is at the archive exactly once, and the box's own check is clean.
 */
import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { startHospital, temporaryDirectory } from "../support/peers.ts";
import { type Box, type BoxOptions, HttpProblem, type Json, startScopeline, until } from "../support/scopeline.ts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
const kills = Number(process.env.SCOPELINE_KILLS ?? 50);
const seed = Number(process.env.SCOPELINE_SEED ?? Date.now() % 1_000_000);

/** mulberry32: the same seed gives the same moments. */
function randomOf(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Capture extends Json {
  readonly id: string;
  readonly state: string;
  readonly progress: string;
  readonly sopInstanceUid: string | null;
}
interface Procedure extends Json {
  readonly id: string;
  readonly state: string;
  readonly patient: Json | null;
  readonly captures: Capture[];
}

/** One procedure after the other, for as long as the box lives; what it answered with 201 is noted. */
async function work(box: Box, acknowledged: Set<string>, random: () => number): Promise<void> {
  const press = async (path: string): Promise<Capture> => {
    const capture = await box.post<Capture>(path, {});
    acknowledged.add(capture.id);
    return capture;
  };
  for (;;) {
    if (random() < 0.7) await box.post("/api/procedures", { emergency: {} }).catch(ignoreProblem);
    const clip = await press("/api/clips").catch(ignoreProblem);
    await press("/api/stills").catch(ignoreProblem);
    await Promise.all([press("/api/stills").catch(ignoreProblem), press("/api/stills").catch(ignoreProblem)]);
    await sleep(random() * 300);
    if (clip !== undefined && random() < 0.8) await box.post(`/api/captures/${clip.id}/stop`).catch(ignoreProblem);
    const { openProcedureId } = await box.get<{ openProcedureId: string | null }>("/api/procedures");
    if (openProcedureId === null) continue;
    await box.post(`/api/procedures/${openProcedureId}/complete`);
    await box.post(`/api/procedures/${openProcedureId}/release`).catch(ignoreProblem);
  }
}

/** A refusal is an answer; a broken connection is the kill, and ends the work. */
function ignoreProblem(error: unknown): undefined {
  if (!(error instanceof HttpProblem)) throw error;
}

/** As a person does: a procedure whose clip is still being rescued says so, and is sent a moment later. */
async function release(box: Box, id: string): Promise<void> {
  await until(`the release of ${id}`, async () => {
    const refusal = await box.post(`/api/procedures/${id}/release`).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (refusal === undefined) return true;
    if (refusal instanceof HttpProblem && refusal.problem.code === "still-recording") return false;
    throw refusal;
  });
}

async function allProcedures(box: Box): Promise<Procedure[]> {
  const found: Procedure[] = [];
  for (let before = ""; ; ) {
    const page = await box.get<{ procedures: Procedure[]; next: string | null }>(`/api/procedures?limit=200${before}`);
    for (const { id } of page.procedures) found.push(await box.get<Procedure>(`/api/procedures/${id}`));
    if (page.next === null) return found;
    before = `&before=${page.next}`;
  }
}

it(`survives ${kills} SIGKILLs of the whole process group, seed ${seed}`, { timeout: 900_000, retry: 0 }, async () => {
  process.stdout.write(`SIGKILL test: seed ${seed} (SCOPELINE_SEED repeats it)\n`);
  const random = randomOf(seed);
  await using directory = await temporaryDirectory();
  await using hospital = await startHospital({ directory: join(directory.path, "hospital") });
  const options: BoxOptions = {
    directory: join(directory.path, "box"),
    input: { width: 320, height: 180, fps: 15 },
    nodes: [{ name: "Archive", aeTitle: hospital.aeTitle, port: hospital.dicomPort, roles: ["storage"] }],
  };
  const acknowledged = new Set<string>();

  for (let kill = 0; kill < kills; kill += 1) {
    const box = await startScopeline(options);
    // Most moments lie in the middle of work; some while starting, before there is a picture.
    const isAtWork = random() < 0.9;
    if (isAtWork) await box.live();
    const before = acknowledged.size;
    const answers = isAtWork ? Math.floor(random() * 5) : 0;
    let isOver = false;
    const working = work(box, acknowledged, random)
      .catch(() => "killed")
      .finally(() => {
        isOver = true;
      });
    // Counted in answers first: on a slow machine a moment of the clock would always be before any of them.
    await until(`${answers} answers`, () => isOver || acknowledged.size - before >= answers, 60_000);
    await sleep(random() * 1_000);
    await box.kill();
    await working;
  }
  expect(acknowledged.size).toBeGreaterThan(kills);

  await using box = await startScopeline(options);
  for (const procedure of await allProcedures(box)) {
    if (procedure.state === "open") await box.post(`/api/procedures/${procedure.id}/complete`);
    if (procedure.patient === null) {
      await box.post(`/api/procedures/${procedure.id}/patient`, {
        patient: { patientName: "Late^Found", patientId: "L1" },
      });
    }
    if (procedure.state !== "released") await release(box, procedure.id);
  }
  const settled = async (): Promise<boolean> =>
    (await allProcedures(box)).every(({ captures }) =>
      captures.every((c) => c.progress === "sent" || c.progress === "failed"),
    );
  await until("everything to be sent", settled, 120_000);

  const captures = (await allProcedures(box)).flatMap((procedure) => procedure.captures);
  const byId = new Map(captures.map((capture) => [capture.id, capture]));
  const notSent = [...acknowledged].filter((id) => byId.get(id)?.progress !== "sent");
  expect(notSent).toEqual([]);

  const archive = await hospital.archive();
  const sent = captures.filter((capture) => capture.progress === "sent").map((capture) => capture.sopInstanceUid);
  expect(archive.map((instance) => instance.uid).sort()).toEqual(sent.toSorted());
  expect(new Set(sent).size).toBe(sent.length);
  // A second arrival of the same UID may happen (a lost answer); other bytes under it may not.
  expect(archive.every((instance) => instance.arrivals === 1 + instance.duplicates)).toBe(true);

  const { stdout } = await run(process.execPath, [join(root, "src/main.ts"), "check", "--config", box.settingsFile]);
  expect(stdout).toMatch(/^clean: /);
  process.stdout.write(`SIGKILL test: ${acknowledged.size} acknowledged, ${archive.length} at the archive\n`);
});

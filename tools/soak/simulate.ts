/**
 * Days of a box and its archive in minutes: only the clock is accelerated, processes, sockets, files and SIGKILLs are
 * real. The archive comes and goes and misbehaves as planned, the plug of the box is pulled, somebody presses all the
 * while; afterwards everything that was acknowledged has to be at the archive once, committed, and told of.
 */
import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Capture, Delivery, Procedure } from "../../src/api/schemas.ts";
import { startHospital } from "../../test/support/hospital.ts";
import { randomFrom } from "../../test/support/mutate.ts";
import { freePort } from "../../test/support/run.ts";
import { type Box, type BoxOptions, HttpProblem, startScopeline, until } from "../../test/support/scopeline.ts";
import { ChangeableArchive, tally } from "./archive.ts";
import { clockOf, planOf, type Work } from "./plan.ts";

const root = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

export interface SimulationOptions {
  /** Simulated. */
  readonly hours: number;
  /** How many times faster than real; a pause of five minutes should stay above some tens of real milliseconds. */
  readonly speed: number;
  readonly seed: number;
  /** Empty, for everything. */
  readonly directory: string;
  readonly say: (line: string) => void;
}

export interface SimulationFigures {
  readonly seed: number;
  readonly simulatedHours: number;
  readonly procedures: number;
  /** Presses that were answered with 201. */
  readonly acknowledged: number;
  readonly stills: number;
  readonly clips: number;
  readonly kills: number;
  /** How often the archive was in which state, and for how many simulated hours together. */
  readonly archive: Readonly<Record<string, { readonly times: number; readonly hours: number }>>;
  readonly deliveries: number;
  readonly attempts: number;
  /** A person pressed Retry. */
  readonly retries: number;
  readonly archived: number;
  /** The same bytes again: an answer was lost. */
  readonly duplicates: number;
  readonly commitmentRequests: number;
  readonly steps: number;
  /** What is not as it has to be, in words; empty. */
  readonly problems: readonly string[];
}

const settledWithinMs = 180_000;

export async function simulateDays(options: SimulationOptions): Promise<SimulationFigures> {
  const { hours, speed, seed, directory, say } = options;
  const plan = planOf(randomFrom(seed), hours);
  const listenerPort = await freePort();
  const origin = Date.now();
  const simulatedMs = (): number => (Date.now() - origin) * speed;
  const untilMs = hours * 3_600_000;
  const reportTo = { SCOPELINE: { host: "127.0.0.1", port: listenerPort } };
  const hospital = { directory: join(directory, "hospital"), reportTo };
  await using archive = new ChangeableArchive(await startHospital(hospital), hospital);
  const roles = ["storage", "mpps", "commitment", "query"] as const;
  const deadlines = { connectMs: 1_000, associationMs: 1_000, readMs: 1_000, writeMs: 1_000, responseMs: 2_000 };
  const { aeTitle, port } = archive;
  const boxOptions: BoxOptions = {
    directory: join(directory, "box"),
    input: { width: 320, height: 180, fps: 15 },
    nodes: [
      { name: "Archive", aeTitle, port, roles: [...roles], more: { deadlines, retry: { firstS: 5, maxS: 300 } } },
    ],
    holdWindowMinutes: 10,
    settings: { listener: { port: listenerPort } },
    environment: { SCOPELINE_CLOCK_SPEED: String(speed), SCOPELINE_CLOCK_ORIGIN: String(origin) },
  };

  const ending = new AbortController();
  const weather = archive.follow(plan.archive, { simulatedMs, speed, say, signal: ending.signal });
  const acknowledged = new Map<string, Capture>();
  let kills = 0;
  let retries = 0;
  let box = await startScopeline(boxOptions);
  try {
    const killTimes = [...plan.kills];
    while (simulatedMs() < untilMs) {
      const nextKill = killTimes.shift() ?? Number.POSITIVE_INFINITY;
      const stopAt = Math.min(nextKill, untilMs);
      const day = new AbortController();
      const working = Promise.all([
        work(box, plan.nextWork, acknowledged, { speed, signal: day.signal }),
        retryHeld(box, { everyMs: 3_600_000 / speed, signal: day.signal, onRetry: () => (retries += 1) }),
      ]).catch(ignoreKill);
      await sleep(Math.max(0, (stopAt - simulatedMs()) / speed));
      if (stopAt < untilMs) {
        await box.kill();
        kills += 1;
        say(`${clockOf(simulatedMs())} the plug of the box is pulled`);
      }
      day.abort();
      await working;
      if (stopAt < untilMs) box = await startScopeline(boxOptions);
    }
    await weather;
    say(`${clockOf(simulatedMs())} the days are over: what is left is sent`);
    await archive.isWell();
    await finish(box);
    await until(
      "everything to be safe",
      async () => {
        retries += await retryNow(box);
        return (await allDeliveries(box)).every(isSettled) && (await allCaptures(box)).every(isSettledCapture);
      },
      settledWithinMs,
    );
    await until("every step to have ended", async () => (await archive.mpps()).every(hasEnded), settledWithinMs);
    const problems = [...(await problemsOf(box, archive, acknowledged)), ...(await check(box))];
    const deliveries = await allDeliveries(box);
    const there = await archive.instances();
    return {
      seed,
      simulatedHours: Math.round(simulatedMs() / 3_600_000),
      procedures: (await allProcedures(box)).length,
      acknowledged: acknowledged.size,
      stills: [...acknowledged.values()].filter(({ kind }) => kind === "still").length,
      clips: [...acknowledged.values()].filter(({ kind }) => kind === "clip").length,
      kills,
      archive: tally(plan.archive),
      deliveries: deliveries.length,
      attempts: deliveries.reduce((sum, { attempts }) => sum + attempts, 0),
      retries,
      archived: there.length,
      duplicates: there.reduce((sum, { duplicates }) => sum + duplicates, 0),
      commitmentRequests: (await archive.commitments()).length,
      steps: (await archive.mpps()).length,
      problems,
    };
  } finally {
    ending.abort();
    await weather.catch(() => {});
    await box[Symbol.asyncDispose]();
  }
}

/** One procedure after the other, until the box is killed or the signal aborts; each release comes with its hold window. */
async function work(
  box: Box,
  nextWork: () => Work,
  acknowledged: Map<string, Capture>,
  { speed, signal }: { readonly speed: number; readonly signal: AbortSignal },
): Promise<void> {
  const press = async (path: string): Promise<Capture | undefined> => {
    const capture = await box.post<Capture>(path, {}).catch(ignoreProblem);
    if (capture !== undefined) acknowledged.set(capture.id, capture);
    return capture;
  };
  while (!(await isLive(box))) await sleep(50);
  while (!signal.aborted) {
    const { stills, hasClip, realMs, pauseMs } = nextWork();
    await box.post("/api/procedures", { emergency: {} }).catch(ignoreProblem);
    const clip = hasClip ? await press("/api/clips") : undefined;
    for (let still = 0; still < stills; still += 1) {
      await press("/api/stills");
      await sleep(realMs / stills);
    }
    if (clip !== undefined) await box.post(`/api/captures/${clip.id}/stop`).catch(ignoreProblem);
    const open = await openProcedure(box);
    if (open !== null) await box.post(`/api/procedures/${open}/complete`).catch(ignoreProblem);
    await sleep(pauseMs / speed, undefined, { signal }).catch(() => {});
  }
}

/** Somebody looks every hour, and presses Retry where the screen says that a person has to. */
async function retryHeld(
  box: Box,
  options: { readonly everyMs: number; readonly signal: AbortSignal; readonly onRetry: () => void },
): Promise<void> {
  while (!options.signal.aborted) {
    await sleep(options.everyMs, undefined, { signal: options.signal }).catch(() => {});
    if (options.signal.aborted) return;
    for (let retried = await retryNow(box); retried > 0; retried -= 1) options.onRetry();
  }
}

/** Says how many. */
async function retryNow(box: Box): Promise<number> {
  const waiting = (await allDeliveries(box)).filter(
    ({ transfer, commitment }) => transfer === "held" || (transfer === "stored" && commitment === "failed"),
  );
  for (const { id } of waiting) await box.post(`/api/deliveries/${id}/retry`).catch(ignoreProblem);
  return waiting.length;
}

/** As a person does at the end: what was cut off by a kill gets its end, and what has no patient one. */
async function finish(box: Box): Promise<void> {
  await until("the last procedure to be completed", async () => {
    const open = await openProcedure(box);
    if (open !== null) await box.post(`/api/procedures/${open}/complete`);
    return open === null;
  });
  for (const { id, patient } of await allProcedures(box)) {
    if (patient === null)
      await box.post(`/api/procedures/${id}/patient`, { patient: { patientName: "Late^Found", patientId: "L1" } });
  }
}

async function problemsOf(
  box: Box,
  archive: ChangeableArchive,
  acknowledged: ReadonlyMap<string, Capture>,
): Promise<string[]> {
  const problems: string[] = [];
  const captures = new Map((await allCaptures(box)).map((capture) => [capture.id, capture]));
  for (const id of acknowledged.keys()) {
    const progress = captures.get(id)?.progress ?? "nowhere";
    if (progress !== "safe") problems.push(`acknowledged, but ${progress}: ${id}`);
  }
  const sent = (await allDeliveries(box)).flatMap(({ kind, transfer, sopInstanceUid }) =>
    kind === "instance" && transfer === "stored" && sopInstanceUid !== null ? [sopInstanceUid] : [],
  );
  const there = await archive.instances();
  const known = new Set(there.map(({ uid }) => uid));
  if (new Set(sent).size !== sent.length) problems.push("an instance is sent under two deliveries");
  for (const uid of sent) if (!known.has(uid)) problems.push(`shown as safe, but not at the archive: ${uid}`);
  if (known.size !== sent.length || there.length !== known.size)
    problems.push(`${there.length} instances at the archive, ${sent.length} sent`);
  for (const { uid, arrivals, duplicates } of there)
    if (arrivals !== 1 + duplicates) problems.push(`came with other bytes: ${uid}`);
  for (const { uid, state, messages } of await archive.mpps()) {
    const applied = messages.filter(({ isApplied }) => isApplied).map(({ request }) => request);
    if (state !== "COMPLETED" || applied.join() !== "create,set")
      problems.push(`step ${uid} is ${state} after ${applied.join(", ")}`);
  }
  const uids = (await archive.commitments()).map(({ transactionUid }) => transactionUid);
  if (new Set(uids).size !== uids.length) problems.push("a Transaction UID was used twice");
  return problems;
}

async function check(box: Box): Promise<string[]> {
  const args = [join(root, "src/main.ts"), "check", "--config", box.settingsFile];
  return run(process.execPath, args).then(
    () => [],
    (error: { stdout: string; stderr: string }) => `${error.stdout}${error.stderr}`.trim().split("\n"),
  );
}

const isSettled = ({ kind, transfer, commitment }: Delivery): boolean =>
  transfer === "replaced" || (transfer === "stored" && (kind !== "instance" || commitment === "committed"));
/** `failed`: a clip of which the kill left nothing; whether anybody was told of it is looked at then. */
const isSettledCapture = ({ progress }: Capture): boolean => progress === "safe" || progress === "failed";
const hasEnded = ({ state }: { readonly state: string | null }): boolean => state === "COMPLETED";

async function isLive(box: Box): Promise<boolean> {
  return (await box.get<{ state: string }[]>("/api/sources")).every(({ state }) => state === "live");
}

async function openProcedure(box: Box): Promise<string | null> {
  return (await box.get<{ openProcedureId: string | null }>("/api/procedures")).openProcedureId;
}

async function allProcedures(box: Box): Promise<Procedure[]> {
  const all: Procedure[] = [];
  for (let before = ""; ; ) {
    const page = await box.get<{ procedures: Procedure[]; next: string | null }>(`/api/procedures?limit=200${before}`);
    all.push(...page.procedures);
    if (page.next === null) return all;
    before = `&before=${page.next}`;
  }
}

async function allCaptures(box: Box): Promise<Capture[]> {
  const procedures = await allProcedures(box);
  const whole = await Promise.all(procedures.map(({ id }) => box.get<Procedure>(`/api/procedures/${id}`)));
  return whole.flatMap(({ captures }) => captures);
}

async function allDeliveries(box: Box): Promise<Delivery[]> {
  const all: Delivery[] = [];
  for (let before = ""; ; ) {
    const path = `/api/deliveries?limit=500${before}`;
    const page = await box.get<{ deliveries: Delivery[]; next: number | null }>(path);
    all.push(...page.deliveries);
    if (page.next === null) return all;
    before = `&before=${page.next}`;
  }
}

/** A refusal is an answer; a broken connection is the kill, and ends the work. */
function ignoreProblem(error: unknown): undefined {
  if (!(error instanceof HttpProblem)) throw error;
}

function ignoreKill(error: unknown): void {
  if (!(error instanceof TypeError)) throw error;
}

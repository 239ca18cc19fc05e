/** Two boxes and the six hospitals they owe everything to; each hospital has one kind of thing to be hit at. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";
import type { Capture, Delivery, Procedure } from "../../src/api/schemas.ts";
import type { Fault } from "../../src/hospital/hospital.ts";
import { type CutLine, startCutLine } from "../support/cut-line.ts";
import { type RunningHospital, startHospital, temporaryDirectory } from "../support/peers.ts";
import { type Box, type BoxNode, startScopeline, until } from "../support/scopeline.ts";
import type { Strike } from "./fault-matrix-table.ts";

const root = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

/** Pauses and due times of the boxes run so much faster; the deadlines of the network are real. */
const speed = 40;
const hourMs = 3_600_000;
/** Each use is a copy: one object twice would become an anchor in the settings file, which they do not allow. */
const deadlines = { connectMs: 1_500, associationMs: 1_500, readMs: 1_500, writeMs: 1_500, responseMs: 1_500 };
const busyMs = 60_000;

export const waitFor = (what: string, isSo: () => Promise<boolean> | boolean) => until(what, isSo, busyMs);

/** A hospital that can be restarted, behind a line that can be cut. */
export class Provider implements AsyncDisposable {
  readonly name: string;
  readonly line: CutLine;
  readonly #directory: string;
  readonly #ports: { readonly dicomPort: number; readonly httpPort: number };
  #hospital: RunningHospital;
  #reportTo: Readonly<Record<string, { host: string; port: number }>> = {};

  private constructor(name: string, directory: string, hospital: RunningHospital, line: CutLine) {
    this.name = name;
    this.#directory = directory;
    this.#hospital = hospital;
    const { dicomPort, httpPort } = hospital;
    this.#ports = { dicomPort, httpPort };
    this.line = line;
  }

  static async start(name: string, directory: string): Promise<Provider> {
    const hospital = await startHospital({ directory: join(directory, name) });
    const line = await startCutLine(() => hospital.dicomPort);
    return new Provider(name, join(directory, name), hospital, line);
  }

  get hospital(): RunningHospital {
    return this.#hospital;
  }

  async reportsTo(port: number): Promise<void> {
    this.#reportTo = { SCOPELINE: { host: "127.0.0.1", port } };
    await this.#hospital.setPeers(this.#reportTo);
  }

  /** The process ends in the middle of whatever it does, and another one begins where it was. */
  async restart(): Promise<void> {
    process.kill(this.#hospital.program.pid, "SIGKILL");
    await this.#hospital.program.ended;
    this.#hospital = await startHospital({ directory: this.#directory, reportTo: this.#reportTo, ...this.#ports });
  }

  node(roles: BoxNode["roles"]): BoxNode {
    const more = {
      deadlines: { ...deadlines },
      retry: { firstS: 1, maxS: 10 },
      commitment: { reportWithinMinutes: 2 },
    };
    return { name: this.name, aeTitle: this.#hospital.aeTitle, port: this.line.port, roles, more };
  }

  /** No fault that strikes only so often is left over: it has struck. */
  async hasStruck(): Promise<boolean> {
    const left = (await this.#hospital.faults()).filter(({ times }) => times !== undefined);
    return left.length === 0 && this.line.left() === 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.line[Symbol.asyncDispose]();
    await this.#hospital[Symbol.asyncDispose]();
  }
}

/** A box, and what a person does with it. */
export class Room {
  readonly box: Box;
  readonly #stepFile: string;
  readonly #environment: Readonly<Record<string, string>>;
  #clockOffHours = 0;

  constructor(box: Box, stepFile: string, environment: Readonly<Record<string, string>>) {
    this.box = box;
    this.#stepFile = stepFile;
    this.#environment = environment;
  }

  async begin(): Promise<string> {
    return (await this.box.post<Procedure>("/api/procedures", { emergency: {} })).id;
  }

  still(source: string): Promise<Capture> {
    return this.box.post<Capture>("/api/stills", { source });
  }

  async clip(source: string): Promise<Capture> {
    const { id } = await this.box.post<Capture>("/api/clips", { source });
    return this.box.post<Capture>(`/api/captures/${id}/stop`);
  }

  release(procedureId: string): Promise<unknown> {
    return this.box.post(`/api/procedures/${procedureId}/release`);
  }

  async deliveries(procedureId: string, node: string): Promise<Delivery[]> {
    const path = `/api/deliveries?procedureId=${procedureId}&limit=500`;
    const { deliveries } = await this.box.get<{ deliveries: Delivery[] }>(path);
    return deliveries.filter((one) => one.node === node);
  }

  async allDeliveries(): Promise<Delivery[]> {
    const all: Delivery[] = [];
    for (let before = ""; ; ) {
      const page = await this.box.get<{ deliveries: Delivery[]; next: number | null }>(
        `/api/deliveries?limit=500${before}`,
      );
      all.push(...page.deliveries);
      if (page.next === null) return all;
      before = `&before=${page.next}`;
    }
  }

  retry({ id }: Delivery): Promise<unknown> {
    return this.box.post(`/api/deliveries/${id}/retry`);
  }

  /** Somebody sets the box's wall clock so many of its hours ahead. */
  async stepClock(hours: number): Promise<void> {
    this.#clockOffHours += hours;
    await writeFile(this.#stepFile, String((this.#clockOffHours * hourMs) / speed));
  }

  /** What `scopeline check` prints. */
  async check(): Promise<string> {
    const args = [join(root, "src/main.ts"), "check", "--config", this.box.settingsFile];
    const env = { ...process.env, ...this.#environment };
    return run(process.execPath, args, { env }).then(
      ({ stdout }) => stdout,
      (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
    );
  }
}

export interface Rig extends AsyncDisposable {
  /** Stills, clips and requests for commitment each have their own source and provider; `other` gets all of it. */
  readonly images: Room;
  readonly stills: Provider;
  readonly clips: Provider;
  readonly proof: Provider;
  readonly other: Provider;
  /** Tells of steps to `told`, and sends to `beside`. */
  readonly steps: Room;
  readonly told: Provider;
  readonly beside: Provider;
}

const input = { width: 320, height: 180, fps: 15 };

export async function startRig(): Promise<Rig> {
  await using stack = new AsyncDisposableStack();
  const directory = stack.use(await temporaryDirectory()).path;
  const provider = async (name: string) => stack.use(await Provider.start(name, directory));
  const [stills, clips, proof, other, told, beside] = await Promise.all([
    ...[provider("Stills"), provider("Clips"), provider("Proof")],
    ...[provider("Other"), provider("Told"), provider("Beside")],
  ] as const);
  if (!stills || !clips || !proof || !other || !told || !beside) throw new Error("a hospital is missing");

  const room = async (name: string, sources: readonly string[], nodes: readonly BoxNode[], routing: object) => {
    const stepFile = join(directory, `${name}.step`);
    const environment = {
      SCOPELINE_CLOCK_SPEED: String(speed),
      SCOPELINE_CLOCK_ORIGIN: String(Date.now()),
      SCOPELINE_CLOCK_STEP_FILE: stepFile,
      NODE_OPTIONS: `--import=${join(root, "test/support/step-clock.mjs")}`,
    };
    const box = stack.use(
      await startScopeline({
        directory: join(directory, name),
        sources: sources.map((id) => ({ id, profile: "simulated-microscope", input: { ...input } })),
        nodes,
        holdWindowMinutes: 1_440,
        settings: { routing },
        environment,
      }),
    );
    await waitFor("live pictures", async () =>
      (await box.get<{ state: string }[]>("/api/sources")).every(({ state }) => state === "live"),
    );
    return new Room(box, stepFile, environment);
  };
  const toItsOwn = (source: string, node: string) => ({
    name: source,
    when: { sources: [source] },
    to: [node, "Other"],
  });
  const images = await room(
    "images",
    ["still", "clip", "proof"],
    [
      stills.node(["storage", "query"]),
      clips.node(["storage", "query"]),
      proof.node(["storage", "commitment"]),
      other.node(["storage", "commitment"]),
    ],
    { rules: [toItsOwn("still", "Stills"), toItsOwn("clip", "Clips"), toItsOwn("proof", "Proof")] },
  );
  const steps = await room(
    "steps",
    ["scope"],
    [told.node(["mpps"]), beside.node(["storage", "commitment", "mpps"])],
    {},
  );
  for (const one of [proof, other]) await one.reportsTo(images.box.dicomPort);
  await beside.reportsTo(steps.box.dicomPort);

  const owned = stack.move();
  return {
    ...{ images, stills, clips, proof, other, steps, told, beside },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The fault begins. */
export async function strike(provider: Provider, what: Strike): Promise<void> {
  const faults = what.kind === "hospital" ? what.faults : what.kind === "line" ? [] : what.during;
  await provider.hospital.setFaults(faults);
  provider.line.cut(...(what.kind === "line" ? what.cuts : []));
}

/** In force before a request for commitment meets its fault: each is refused, and asked again. */
export const takenByNobody: Fault = { kind: "commitment-refuse", status: "0110" };

const ofTheAssociation: ReadonlySet<Fault["kind"]> = new Set<Fault["kind"]>([
  ...(["reject-association", "association-hang", "association-abort", "association-close"] as const),
  ...(["release-hang", "refuse-context"] as const),
]);

/**
 * The fault begins for requests that are asked again and again: on an association that is open already, none may pass
 * before what is about associations has struck.
 */
export async function strikeRequest(provider: Provider, what: Strike): Promise<void> {
  const faults = what.kind === "hospital" ? what.faults : [];
  const first = faults.filter(({ kind }) => ofTheAssociation.has(kind));
  if (first.length === 0 && what.kind !== "line") return strike(provider, what);
  await provider.hospital.setFaults([...first, takenByNobody]);
  provider.line.cut(...(what.kind === "line" ? what.cuts : []));
  await waitFor("the association to be struck", () => provider.hasStruck());
  await provider.hospital.setFaults(faults.filter((fault) => !first.includes(fault)));
}

/** What else belongs to the fault, once what it is about is under way. */
export async function goOn(
  provider: Provider,
  room: Room,
  what: Strike,
  isUnderWay: () => Promise<boolean>,
): Promise<void> {
  if (what.kind === "hospital" || what.kind === "line") return;
  await waitFor("it to be under way", isUnderWay);
  if (what.kind === "restart") return provider.restart();
  await room.stepClock(what.hours);
  await provider.hospital.setFaults([]);
}

/** How it all ends: nothing of this provider's is there twice, or with other bytes than came first. */
export async function archivedOnce(provider: Provider, sopInstanceUids: readonly string[]): Promise<void> {
  const there = await provider.hospital.archive();
  expect(there.map(({ uid }) => uid).toSorted()).toEqual(sopInstanceUids.toSorted());
  expect(there.filter(({ arrivals, duplicates }) => arrivals !== 1 + duplicates)).toEqual([]);
}

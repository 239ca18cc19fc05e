/** Where captures go, in which form, and what is told of the step: a whole box, two hospitals, real sockets. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type DataSet, itemsOf, readPart10, textOf, textsOf } from "../../src/dicom/dicom.ts";
import type { ScheduledItem } from "../../src/hospital/hospital.ts";
import { type RunningHospital, startHospital, temporaryDirectory } from "../support/peers.ts";
import { type Box, type Json, startScopeline, until } from "../support/scopeline.ts";

interface Delivery extends Json {
  readonly id: number;
  readonly node: string;
  readonly kind: string;
  readonly transfer: string;
  readonly commitment: string;
  readonly verifiedBy: string | null;
  readonly sentAs: string | null;
  readonly importance: string;
  readonly part: number;
  readonly parts: number;
  readonly reason: string | null;
  readonly captureKind: string | null;
  readonly sopInstanceUid: string | null;
}
interface Capture extends Json {
  readonly id: string;
  readonly kind: string;
  readonly progress: string;
  readonly sopInstanceUid: string;
}

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let near: RunningHospital;
let far: RunningHospital;
let box: Box;

const videoMicroscopic = "1.2.840.10008.5.1.4.1.1.77.1.2.1";
const videoEndoscopic = "1.2.840.10008.5.1.4.1.1.77.1.1.1";
const deadlines = { readMs: 2_000, writeMs: 2_000, responseMs: 3_000, associationMs: 2_000, connectMs: 1_000 };

beforeAll(async () => {
  directory = await temporaryDirectory();
  near = await startHospital({ directory: join(directory.path, "near"), aeTitle: "NEAR" });
  far = await startHospital({ directory: join(directory.path, "far"), aeTitle: "FAR" });
  const roles = ["storage", "commitment", "query"] as const;
  box = await startScopeline({
    directory: join(directory.path, "box"),
    input: { width: 640, height: 360, fps: 30 },
    nodes: [
      {
        name: "Near",
        aeTitle: near.aeTitle,
        port: near.dicomPort,
        roles: [...roles, "worklist", "mpps"],
        more: { deadlines },
      },
      {
        name: "Far",
        aeTitle: far.aeTitle,
        port: far.dicomPort,
        roles,
        more: { deadlines, encoding: { characterSet: "ISO_IR 100", maxInstanceBytes: 1_000_000 } },
      },
      {
        name: "Standby",
        aeTitle: far.aeTitle,
        port: far.dicomPort,
        roles: ["storage", "query"],
        // Another address of the same archive: two names of one peer are refused.
        more: { deadlines, host: "localhost" },
      },
    ],
    settings: {
      routing: {
        rules: [
          { name: "far clinic", when: { requestingServices: ["far clinic"] }, to: ["Near", "Far"] },
          { name: "named", when: { recipients: ["Far^Hospital"] }, to: ["Far"] },
        ],
        otherwise: { to: ["Near"], secondary: ["Standby"], secondaryAfterMinutes: 60 },
      },
    },
  });
  const report = { SCOPELINE: { host: "127.0.0.1", port: box.dicomPort } };
  await near.setPeers(report);
  await far.setPeers(report);
  await box.live();
});

afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  await near?.[Symbol.asyncDispose]();
  await far?.[Symbol.asyncDispose]();
  await directory?.[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await near.setFaults([]);
  await far.setFaults([]);
});

let number = 0;
/** Puts a patient on the list and gives the entry's id. */
async function scheduled(more: Partial<ScheduledItem> = {}): Promise<string> {
  number += 1;
  const now = new Date();
  const two = (value: number): string => String(value).padStart(2, "0");
  const item: ScheduledItem = {
    patientName: `Test^Patient${number}`,
    patientId: `D${number}`,
    patientBirthDate: "19700101",
    patientSex: "F",
    accessionNumber: `A${number}`,
    studyInstanceUid: `1.2.3.4.${Date.now()}.${number}`,
    requestedProcedureId: `R${number}`,
    requestedProcedureDescription: "Request",
    stepId: `S${number}`,
    stepDescription: "Step",
    stationAeTitle: "SCOPELINE",
    modality: "GM",
    startDate: `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`,
    startTime: "0800",
    ...more,
  };
  await near.addWorklistItem(item);
  await box.post("/api/worklist/refresh");
  const { entries } = await box.get<{ entries: (Json & { id: string; patient: Json })[] }>(
    `/api/worklist?search=${item.patientId}`,
  );
  const found = entries.find((entry) => entry.patient.patientId === item.patientId);
  if (found === undefined) throw new Error(`${item.patientId} is not on the list`);
  return found.id;
}

const begin = async (entry: string) =>
  (await box.post<{ id: string }>("/api/procedures", { worklistItemIds: [entry] })).id;
async function clip(ms: number): Promise<void> {
  const { id } = await box.post<{ id: string }>("/api/clips", {});
  await new Promise((resolve) => setTimeout(resolve, ms));
  await box.post(`/api/captures/${id}/stop`);
}
async function release(id: string): Promise<void> {
  await box.post(`/api/procedures/${id}/complete`);
  await box.post(`/api/procedures/${id}/release`);
}
const captures = async (id: string) => (await box.get<{ captures: Capture[] }>(`/api/procedures/${id}`)).captures;
const deliveries = async (id: string, kind = "instance") =>
  (await box.get<{ deliveries: Delivery[] }>(`/api/deliveries?procedureId=${id}`)).deliveries.filter(
    (delivery) => delivery.kind === kind,
  );
const allSafe = (id: string) =>
  until("all safe", async () => (await captures(id)).every((c) => c.progress === "safe"), 60_000);

/** What a hospital keeps of an instance. */
async function archived(hospital: RunningHospital, uid: string | null): Promise<DataSet | undefined> {
  const found = (await hospital.archive()).find((one) => one.uid === uid);
  if (found === undefined) return undefined;
  const { dataSet } = await readPart10(join(hospital.archiveDirectory, `${uid}.dcm`));
  return dataSet;
}

describe("where captures go", () => {
  it("as the order's department says: to both, and safe only when both have committed", async () => {
    const id = await begin(await scheduled({ requestingService: "Far Clinic" }));
    await box.post("/api/stills", {});
    await far.setFaults([{ kind: "commitment-delay", ms: 3_000, times: 1 } as never]);
    await release(id);
    await until("near has committed", async () =>
      (await deliveries(id)).some((d) => d.node === "Near" && d.commitment === "committed"),
    );
    const early = await captures(id);
    expect(early[0]?.progress).not.toBe("safe");
    await allSafe(id);
    const [still] = await captures(id);
    expect(await archived(near, still?.sopInstanceUid ?? null)).toBeDefined();
    expect(await archived(far, still?.sopInstanceUid ?? null)).toBeDefined();
  });

  it("as the recipient says that the order names, in any spelling of case", async () => {
    const id = await begin(await scheduled({ recipients: "FAR^Hospital" }));
    await box.post("/api/stills", {});
    await release(id);
    await allSafe(id);
    expect((await deliveries(id)).map(({ node }) => node)).toEqual(["Far"]);
  });

  it("otherwise to the primary, and a standby is not used while the primary takes them", async () => {
    const id = await begin(await scheduled());
    await box.post("/api/stills", {});
    await release(id);
    await allSafe(id);
    const list = await deliveries(id);
    expect(list.map(({ node, importance, transfer }) => [node, importance, transfer]).sort()).toEqual([
      ["Near", "primary", "stored"],
      ["Standby", "standby", "pending"],
    ]);
    const standby = list.find(({ node }) => node === "Standby");
    // A person may send it there all the same.
    await box.post(`/api/deliveries/${standby?.id}/retry`);
    await until("the standby has it", async () =>
      (await deliveries(id)).some((d) => d.node === "Standby" && d.commitment === "committed"),
    );
    expect((await deliveries(id)).find(({ node }) => node === "Standby")?.verifiedBy).toBe("query");
  });
});

describe("in which form", () => {
  it("a node that refuses Video Microscopic gets Video Endoscopic, derived; the other one the only original", async () => {
    await far.setFaults([{ kind: "refuse-context", sopClassUids: [videoMicroscopic] } as never]);
    const id = await begin(await scheduled({ requestingService: "Far Clinic" }));
    await clip(1_500);
    await release(id);
    await allSafe(id);
    const list = await deliveries(id);
    const original = list.find(({ node }) => node === "Near");
    const other = list.find(({ node, transfer }) => node === "Far" && transfer === "stored");
    expect(list.find(({ node, transfer }) => node === "Far" && transfer === "replaced")).toBeDefined();
    expect(other?.sentAs).toMatch(/Video Endoscopic/);
    expect(other?.sopInstanceUid).not.toBe(original?.sopInstanceUid);
    const first = await archived(near, original?.sopInstanceUid ?? null);
    const second = await archived(far, other?.sopInstanceUid ?? null);
    expect(textOf(first ?? {}, "SOPClassUID")).toBe(videoMicroscopic);
    expect(textsOf(first ?? {}, "ImageType")[0]).toBe("ORIGINAL");
    expect(textOf(second ?? {}, "SOPClassUID")).toBe(videoEndoscopic);
    expect(textsOf(second ?? {}, "ImageType")[0]).toBe("DERIVED");
    const [source] = itemsOf(second ?? {}, "SourceImageSequence");
    expect(textOf(source ?? {}, "ReferencedSOPInstanceUID")).toBe(original?.sopInstanceUid);
    expect(textOf(second ?? {}, "StudyInstanceUID")).toBe(textOf(first ?? {}, "StudyInstanceUID"));

    // It is remembered: the next clip goes there at once, and nothing is refused.
    await far.setFaults([{ kind: "refuse-context", sopClassUids: [videoMicroscopic] } as never]);
    const next = await begin(await scheduled({ requestingService: "Far Clinic" }));
    await clip(1_000);
    await release(next);
    await allSafe(next);
    expect((await deliveries(next)).some(({ transfer }) => transfer === "replaced")).toBe(false);
    const nodes = await box.get<{ name: string; encodings: Json[] }[]>("/api/nodes");
    expect(nodes.find(({ name }) => name === "Far")?.encodings).toHaveLength(1);
    expect(await box.post("/api/nodes/Far/forget-encodings")).toEqual({ forgotten: 1 });
  });

  it("silence never changes the form", async () => {
    await near.setFaults([{ kind: "hang", keep: false, times: 1 } as never]);
    const id = await begin(await scheduled());
    await clip(1_000);
    await release(id);
    await allSafe(id);
    expect((await deliveries(id)).every(({ sentAs }) => sentAs === null)).toBe(true);
  });

  it("text is written in the node's own character set, and what it cannot hold is held, not changed", async () => {
    const id = await begin(await scheduled({ patientName: "Müller^Jürgen", requestingService: "Far Clinic" }));
    await box.post("/api/stills", {});
    await release(id);
    await allSafe(id);
    const uid = (await captures(id))[0]?.sopInstanceUid ?? "";
    const bytes = await readFile(join(far.archiveDirectory, `${uid}.dcm`));
    expect(bytes.includes(Buffer.from("Müller^Jürgen", "latin1"))).toBe(true);
    expect(bytes.includes(Buffer.from("ISO_IR 100"))).toBe(true);
    expect((await readFile(join(near.archiveDirectory, `${uid}.dcm`))).includes(Buffer.from("Müller^Jürgen"))).toBe(
      true,
    );

    const other = await begin(
      await scheduled({ patientName: "Yamada^Tarou=山田^太郎", requestingService: "Far Clinic" }),
    );
    await box.post("/api/stills", {});
    await release(other);
    await until("held at Far", async () =>
      (await deliveries(other)).some((d) => d.node === "Far" && d.transfer === "held"),
    );
    const held = (await deliveries(other)).find(({ node }) => node === "Far");
    expect(held?.reason).toMatch(/ISO_IR 100.*PatientName/);
    await until("stored at Near", async () =>
      (await deliveries(other)).some((d) => d.node === "Near" && d.commitment === "committed"),
    );
    expect(await archived(far, held?.sopInstanceUid ?? null)).toBeUndefined();
  });

  it("a clip above a node's limit goes there in parts that are derived from the whole one", async () => {
    const id = await begin(await scheduled({ requestingService: "Far Clinic" }));
    const { id: captureId } = await box.post<{ id: string }>("/api/clips", {});
    await new Promise((resolve) => setTimeout(resolve, 12_000));
    await box.post(`/api/captures/${captureId}/stop`);
    await release(id);
    await allSafe(id);
    const [capture] = await captures(id);
    const size = Number(capture?.sizeBytes);
    const parts = (await deliveries(id)).filter(({ node }) => node === "Far");
    expect(parts.length).toBe(size > 1_000_000 ? parts[0]?.parts : 1);
    expect(size).toBeGreaterThan(1_000_000);
    expect(parts.length).toBeGreaterThan(1);
    let frames = 0;
    for (const { sopInstanceUid } of parts) {
      const { size } = await stat(join(far.archiveDirectory, `${sopInstanceUid}.dcm`));
      expect(size).toBeLessThan(1_000_000);
      const dataSet = (await archived(far, sopInstanceUid)) ?? {};
      expect(textsOf(dataSet, "ImageType")[0]).toBe("DERIVED");
      frames += Number(textOf(dataSet, "NumberOfFrames"));
    }
    expect(frames).toBe(capture?.frames);
  }, 60_000);
});

describe("the performed procedure step", () => {
  it("is told when it begins, and completed with the instances that were sent", async () => {
    const id = await begin(await scheduled());
    await box.post("/api/stills", {});
    await until("begun", async () => (await deliveries(id, "mpps-create"))[0]?.transfer === "stored");
    await release(id);
    await allSafe(id);
    await until("ended", async () => (await deliveries(id, "mpps-set"))[0]?.transfer === "stored");
    const uid = (await captures(id))[0]?.sopInstanceUid ?? "";
    const step = (await near.mpps()).at(-1);
    expect(step?.state).toBe("COMPLETED");
    expect(JSON.stringify(step?.attributes)).toContain(uid);
    const dataSet = (await archived(near, uid)) ?? {};
    const [referenced] = itemsOf(dataSet, "ReferencedPerformedProcedureStepSequence");
    expect(textOf(referenced ?? {}, "ReferencedSOPInstanceUID")).toBe(step?.uid);
  });

  it("of a wrong pick is discontinued as such, and another one begins for the right patient", async () => {
    const wrong = await scheduled();
    const id = await begin(wrong);
    await box.post("/api/stills", {});
    const before = (await near.mpps()).length;
    await box.post(`/api/procedures/${id}/patient`, { worklistItemIds: [await scheduled()] });
    await until("two steps", async () => (await near.mpps()).length === before + 1);
    await release(id);
    await allSafe(id);
    const right = `D${number}`;
    await until("both ended", async () => (await near.mpps()).slice(-2).every(({ state }) => state !== "IN PROGRESS"));
    const [first, second] = (await near.mpps()).slice(-2);
    expect(first?.state).toBe("DISCONTINUED");
    expect(JSON.stringify(first?.attributes)).toContain("110514");
    expect(second?.state).toBe("COMPLETED");
    expect((second?.attributes as Json | undefined)?.PatientID).toBe(right);
    const dataSet = (await archived(near, (await captures(id))[0]?.sopInstanceUid ?? null)) ?? {};
    expect(textOf(dataSet, "PatientID")).toBe(right);
    const [referenced] = itemsOf(dataSet, "ReferencedPerformedProcedureStepSequence");
    expect(textOf(referenced ?? {}, "ReferencedSOPInstanceUID")).toBe(second?.uid);
  });

  it("that was not done says why, and what was kept is sent all the same", async () => {
    const id = await begin(await scheduled());
    await box.post("/api/stills", {});
    const reasons = await box.get<{ codeValue: string }[]>("/api/discontinuation-reasons");
    expect(reasons.map(({ codeValue }) => codeValue)).toContain("110501");
    await box.post(`/api/procedures/${id}/discontinue`, { reasonCode: "110501" });
    await box.post(`/api/procedures/${id}/release`);
    await allSafe(id);
    await until("ended", async () => (await deliveries(id, "mpps-set"))[0]?.transfer === "stored");
    const step = (await near.mpps()).at(-1);
    expect(step?.state).toBe("DISCONTINUED");
    expect(JSON.stringify(step?.attributes)).toContain("110501");
  });
});

describe("the story of a capture", () => {
  it("has every step from the press to the commitment, on the screen and on paper", async () => {
    const id = await begin(await scheduled());
    await box.post("/api/stills", {});
    await release(id);
    await allSafe(id);
    const [still] = await captures(id);
    const story = await box.get<{ state: string; events: { words: string }[]; chainHead: string }>(
      `/api/captures/${still?.id}/story`,
    );
    const words = story.events.map((event) => event.words).join("\n");
    expect(story.state).toBe("safe");
    for (const step of [/press/i, /saved/i, /released/i, /instance .* made/i, /stored it/i, /commit|keep/i]) {
      expect(words).toMatch(step);
    }
    const headers = { cookie: await box.signIn() };
    const receipt = await (await fetch(`${box.url}/api/captures/${still?.id}/receipt`, { headers })).text();
    expect(receipt).toContain(String(still?.sha256));
    expect(receipt).toContain(`D${number}`);
  });
});

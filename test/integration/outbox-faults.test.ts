/** What an archive can do to us, and what becomes of the captures. The archive is a process of its own. */
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type RunningHospital, startHospital, temporaryDirectory } from "../support/peers.ts";
import { type Box, type Json, startScopeline, until } from "../support/scopeline.ts";

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let hospital: RunningHospital;
let box: Box;

interface Capture extends Json {
  readonly id: string;
  readonly progress: string;
  readonly sopInstanceUid: string;
}
interface Delivery extends Json {
  readonly id: number;
  readonly transfer: string;
  readonly attempts: number;
  readonly reason: string | null;
  readonly sentAs: string | null;
  readonly sopInstanceUid: string | null;
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
        roles: ["storage"],
        more: {
          deadlines: { readMs: 1_000, writeMs: 1_000, responseMs: 1_500, associationMs: 1_500, connectMs: 1_000 },
        },
      },
    ],
  });
  await box.live();
});

afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  await hospital?.[Symbol.asyncDispose]();
  await directory?.[Symbol.asyncDispose]();
});

beforeEach(() => hospital.setFaults([]));

/** A procedure with so many stills, released; its id. */
async function release(stills: number): Promise<string> {
  const { id } = await box.post<{ id: string }>("/api/procedures", { emergency: {} });
  for (let press = 0; press < stills; press += 1) await box.post("/api/stills", {});
  await box.post(`/api/procedures/${id}/complete`);
  await box.post(`/api/procedures/${id}/release`);
  return id;
}

const captures = async (id: string) => (await box.get<{ captures: Capture[] }>(`/api/procedures/${id}`)).captures;
const deliveries = async (id: string) =>
  (await box.get<{ deliveries: Delivery[] }>(`/api/deliveries?procedureId=${id}`)).deliveries;
const allSent = (id: string) => until("all sent", async () => (await captures(id)).every((c) => c.progress === "sent"));
const isArchived = async (capture: Capture | undefined) =>
  (await hospital.archive()).some((i) => i.uid === capture?.sopInstanceUid);

describe("an archive that is not well", () => {
  it.each([
    ["refuses associations for now", { kind: "reject-association", permanent: false, times: 2 }],
    ["does not know this box until somebody enters it", { kind: "reject-association", permanent: true, times: 2 }],
    ["aborts in the middle of the data", { kind: "abort-in-data", afterBytes: 2_000, times: 2 }],
    ["resets the connection in the middle of the data", { kind: "close-in-data", afterBytes: 2_000, times: 2 }],
    ["stops reading", { kind: "stop-reading", afterBytes: 2_000, times: 1 }],
    ["is out of resources", { kind: "status", status: "A700", times: 2 }],
    ["fails to process", { kind: "status", status: "0110", times: 2 }],
    ["never answers, but keeps the instance", { kind: "hang", keep: true, times: 1 }],
    ["never answers and keeps nothing", { kind: "hang", keep: false, times: 1 }],
    ["keeps the instance and closes before the answer", { kind: "close-before-answer", times: 1 }],
    ["answers an unknown status", { kind: "status", status: "7777", times: 1 }],
  ] as const)("gets everything once it is well again: %s", async (_name, fault) => {
    await hospital.setFaults([fault as never]);
    const id = await release(3);
    await allSent(id);
    for (const capture of await captures(id)) expect(await isArchived(capture)).toBe(true);
    const tried = (await deliveries(id)).reduce((sum, delivery) => sum + delivery.attempts, 0);
    const isOfTheNode = fault.kind === "reject-association";
    expect(tried).toBeGreaterThan(isOfTheNode ? 2 : 3);
  });

  it.each([
    ["A900", /refused/],
    ["C000", /refused/],
    ["0117", /refused/],
    ["0124", /allow/],
  ])("holds only the instance that it refuses with %s", async (status, words) => {
    await hospital.setFaults([{ kind: "status", status, times: 1 }]);
    const id = await release(3);
    await until("two sent", async () => (await captures(id)).filter((c) => c.progress === "sent").length === 2);
    const held = (await deliveries(id)).filter((delivery) => delivery.transfer === "held");
    expect(held).toHaveLength(1);
    expect(held[0]?.reason).toMatch(words);
    await box.post(`/api/deliveries/${held[0]?.id}/retry`);
    await allSent(id);
  });

  it("gets another form of the one instance that it does not take, 0122", async () => {
    await hospital.setFaults([{ kind: "status", status: "0122", times: 1 }]);
    const id = await release(3);
    await allSent(id);
    const replaced = (await deliveries(id)).filter(({ transfer }) => transfer === "replaced");
    const instead = (await deliveries(id)).filter(({ sentAs }) => sentAs !== null);
    expect([replaced.length, instead.length]).toEqual([1, 1]);
    expect((await hospital.archive()).filter(({ uid }) => uid === replaced[0]?.sopInstanceUid)).toEqual([]);
    await box.post("/api/nodes/Archive/forget-encodings");
  });

  it("is told apart from one that is full for good: held after the limit, not tried for ever", async () => {
    await hospital.setFaults([{ kind: "status", status: "0110" }]);
    const id = await release(1);
    await until("held", async () => (await deliveries(id))[0]?.transfer === "held", 60_000);
    expect((await deliveries(id))[0]?.attempts).toBe(5);
    await hospital.setFaults([]);
    await box.post(`/api/deliveries/${(await deliveries(id))[0]?.id}/retry`);
    await allSent(id);
  });

  it("that refuses the presentation context holds the instance and says who has to allow it", async () => {
    await hospital.setFaults([{ kind: "refuse-context" }]);
    const id = await release(2);
    await until(
      "two held",
      async () => (await deliveries(id)).filter((delivery) => delivery.transfer === "held").length === 2,
    );
    expect((await deliveries(id))[0]?.reason).toMatch(/administrator/);
    expect(await isArchived((await captures(id))[0])).toBe(false);
    await hospital.setFaults([]);
    for (const delivery of await deliveries(id)) await box.post(`/api/deliveries/${delivery.id}/retry`);
    await allSent(id);
  });

  it("that changes identifiers is shown with its warning", async () => {
    await hospital.setFaults([{ kind: "coerce-patient-id", patientId: "OTHER", times: 1 }]);
    const id = await release(1);
    await allSent(id);
    expect((await deliveries(id))[0]?.warning).toMatch(/0xB000/);
  });

  it("that is slow but healthy is waited for", async () => {
    await hospital.setFaults([{ kind: "delay-answer", ms: 900, times: 2 }]);
    const id = await release(2);
    await allSent(id);
    expect((await deliveries(id)).map((delivery) => delivery.attempts)).toEqual([1, 1]);
  });
});

describe("by hand", () => {
  it("holds, refuses to hold twice, and sends again", async () => {
    await hospital.setFaults([{ kind: "reject-association", permanent: false }]);
    const id = await release(1);
    await until("a delivery", async () => (await deliveries(id)).length === 1);
    const [delivery] = await deliveries(id);
    await until("held", async () => {
      const held = await box.post<Delivery>(`/api/deliveries/${delivery?.id}/hold`).catch(() => undefined);
      return held?.transfer === "held";
    });
    await hospital.setFaults([]);
    await box.post(`/api/deliveries/${delivery?.id}/retry`);
    await allSent(id);
  });

  it("cancels: that node never gets it, and the screen says so", async () => {
    await hospital.setFaults([{ kind: "reject-association", permanent: false }]);
    const id = await release(1);
    await until("a delivery", async () => (await deliveries(id)).length === 1);
    await box.post(`/api/deliveries/${(await deliveries(id))[0]?.id}/cancel`);
    await hospital.setFaults([]);
    const next = await release(1);
    await allSent(next);
    const [cancelled] = await captures(id);
    expect(cancelled?.progress).toBe("cancelled");
    expect(await isArchived(cancelled)).toBe(false);
  });
});

/**
 * Whatever a peer does: nothing is lost, doubled or blocked. The table says what; here it is done to real processes, one
 * fault after the other, to a still, a clip, a step and a request for commitment at the same time.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Capture, Delivery } from "../../src/api/schemas.ts";
import {
  archivedOnce,
  goOn,
  type Provider,
  type Rig,
  type Room,
  startRig,
  strike,
  strikeRequest,
  takenByNobody,
  waitFor,
} from "./fault-matrix-rig.ts";
import {
  type Case,
  type Cell,
  type Meaningless,
  matrix,
  type Outcome,
  type StepCell,
  type Strike,
} from "./fault-matrix-table.ts";

let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig?.[Symbol.asyncDispose]());

/** On a busy machine one attempt more may run into a deadline. */
const spareAttempts = 2;

const isMeaningless = (cell: Cell | StepCell): cell is Meaningless => "because" in cell;
const hasMeaning = (cell: Cell): cell is Case => !isMeaningless(cell);
const isProven = ({ transfer, commitment }: Delivery): boolean => transfer === "stored" && commitment === "committed";
const isDone = ({ kind, transfer, commitment }: Delivery): boolean =>
  transfer === "stored" && (kind !== "instance" || commitment === "committed");

/** One capture's transfer to the provider that is hit, or one message about a step. */
interface Owed {
  readonly provider: Provider;
  readonly room: Room;
  /** Newest first: what is sent instead comes before what it replaces. */
  deliveries(): Promise<Delivery[]>;
}

async function one({ deliveries }: Owed): Promise<Delivery> {
  const [delivery] = await deliveries();
  if (delivery === undefined) throw new Error("nothing is owed");
  return delivery;
}

/** On its way, for a peer that goes away then; waiting for its next attempt, for a clock that is set then. */
const isUnderWay =
  (owed: Owed, { kind }: Strike) =>
  async (): Promise<boolean> => {
    const { transfer, attempts } = await one(owed);
    return kind === "clock" ? transfer === "pending" && attempts > 1 : transfer === "sending" || attempts > 0;
  };

function expectAttempts({ attempts }: Delivery, least: number, most = least + spareAttempts): void {
  expect(attempts).toBeGreaterThanOrEqual(least);
  expect(attempts).toBeLessThanOrEqual(most);
}

/** Waits for what the table says, and does what it says a person has to do. */
async function comesTo(owed: Owed, outcome: Outcome): Promise<void> {
  const { provider, room, deliveries } = owed;
  switch (outcome.end) {
    case "by itself": {
      await waitFor("it to arrive", async () => isDone(await one(owed)));
      const delivery = await one(owed);
      expectAttempts(delivery, outcome.attempts, outcome.atMost);
      expect(delivery.warning ?? "").toMatch(outcome.warning ?? /.*/);
      return;
    }
    case "held":
    case "not told": {
      const state = outcome.end === "held" ? "held" : "cancelled";
      await waitFor(`it to be ${state}`, async () => (await one(owed)).transfer === state);
      const delivery = await one(owed);
      expect(delivery.reason).toMatch(outcome.words);
      if (outcome.end === "held") expectAttempts(delivery, outcome.attempts);
      return;
    }
    case "not safe": {
      await waitFor("the node's refusal", async () => (await one(owed)).commitment === "failed");
      expect((await one(owed)).commitmentReason).toMatch(outcome.words);
      return;
    }
    case "another rung": {
      await waitFor("another encoding to arrive", async () => isProven(await one(owed)));
      const [instead, ...before] = await deliveries();
      expect(instead?.sentAs).not.toBeNull();
      expect(before.map(({ transfer }) => transfer)).toEqual(["replaced"]);
      await room.box.post(`/api/nodes/${provider.name}/forget-encodings`);
      return;
    }
    default:
      outcome satisfies never;
  }
}

/** The fault is over; what waits for a person is sent by Retry. */
async function mend(owed: Owed, { end }: Outcome): Promise<void> {
  await waitFor("the fault to have struck", () => owed.provider.hasStruck());
  await owed.provider.hospital.setFaults([]);
  if (end === "held" || end === "not told" || end === "not safe") {
    await owed.room.retry(await one(owed));
    await waitFor("it to arrive after Retry", async () => isDone(await one(owed)));
  }
}

const uidsOf = (deliveries: readonly Delivery[]): string[] =>
  deliveries.flatMap(({ transfer, sopInstanceUid }) =>
    transfer === "stored" && sopInstanceUid !== null ? [sopInstanceUid] : [],
  );

/** Once, with the same bytes however often it came. */
async function isThereOnce(owed: Owed): Promise<void> {
  const uids = uidsOf(await owed.deliveries());
  const there = (await owed.provider.hospital.archive()).filter(({ uid }) => uids.includes(uid));
  expect(there).toHaveLength(1);
  expect(there[0]?.arrivals).toBe(1 + (there[0]?.duplicates ?? 0));
}

/** What goes to the other providers arrives while this one is hit. */
const othersGoOn = (room: Room, procedureId: string, node: string, count: number): Promise<void> =>
  waitFor(`${node} to get its own`, async () => {
    const deliveries = await room.deliveries(procedureId, node);
    return deliveries.length === count && deliveries.every(isDone);
  });

describe.each(matrix)("$fault", ({ still, clip, mpps, commitment }) => {
  let procedureId: string;
  let captures: { still: Capture; clip: Capture; proof: Capture };

  const owedOf = (provider: Provider, capture: Capture): Owed => ({
    provider,
    room: rig.images,
    deliveries: async () =>
      (await rig.images.deliveries(procedureId, provider.name)).filter(({ captureId }) => captureId === capture.id),
  });

  beforeAll(async () => {
    const { images, stills, clips, proof } = rig;
    if (![still, clip, commitment].some(hasMeaning)) return;
    procedureId = await images.begin();
    const [aStill, aClip, another] = await Promise.all([
      images.still("still"),
      images.clip("clip"),
      images.still("proof"),
    ]);
    captures = { still: aStill, clip: aClip, proof: another };
    await images.box.post(`/api/procedures/${procedureId}/complete`);
    if (hasMeaning(still)) await strike(stills, still.strike);
    if (hasMeaning(clip)) await strike(clips, clip.strike);
    // Until its turn comes, so that the fault meets the request and not the transfer.
    if (hasMeaning(commitment)) await proof.hospital.setFaults([takenByNobody]);
    await images.release(procedureId);
  });

  const sends = async (provider: Provider, capture: Capture, { strike: what, outcome }: Case): Promise<void> => {
    const owed = owedOf(provider, capture);
    await goOn(provider, rig.images, what, isUnderWay(owed, what));
    await comesTo(owed, outcome);
    await othersGoOn(rig.images, procedureId, "Other", 3);
    await mend(owed, outcome);
    await isThereOnce(owed);
  };

  it.concurrent("× still", async (context) => {
    if (isMeaningless(still)) return context.skip(still.because);
    await sends(rig.stills, captures.still, still);
  });

  it.concurrent("× clip", async (context) => {
    if (isMeaningless(clip)) return context.skip(clip.because);
    await sends(rig.clips, captures.clip, clip);
  });

  it.concurrent("× commitment", async (context) => {
    if (isMeaningless(commitment)) return context.skip(commitment.because);
    const { strike: what, outcome } = commitment;
    const { proof, images } = rig;
    const owed = owedOf(proof, captures.proof);
    await waitFor("the transfer", async () => (await one(owed)).transfer === "stored");
    await strikeRequest(proof, what);
    await goOn(proof, images, what, async () => (await one(owed)).commitment === "requested");
    await comesTo(owed, outcome);
    await othersGoOn(images, procedureId, "Other", 3);
    await mend(owed, outcome);
    await isThereOnce(owed);
    const uid = (await one(owed)).sopInstanceUid;
    const about = (await proof.hospital.commitments()).filter(({ items }) =>
      items.some(({ sopInstanceUid }) => sopInstanceUid === uid),
    );
    expect(new Set(about.map(({ transactionUid }) => transactionUid)).size).toBe(about.length);
    const reports = about.flatMap((transaction) => transaction.reports);
    expect(reports.some(({ outcome: answer, committed }) => answer === "0000" && committed.length === 1)).toBe(true);
  });

  it.concurrent("× MPPS", async (context) => {
    if (isMeaningless(mpps)) return context.skip(mpps.because);
    const { told, steps } = rig;
    const { create, set } = mpps;
    let stepId = "";
    const message = (kind: Delivery["kind"]): Owed => ({
      provider: told,
      room: steps,
      deliveries: async () => (await steps.deliveries(stepId, "Told")).filter((delivery) => delivery.kind === kind),
    });
    const tells = async (cell: Cell, owed: Owed, act: () => Promise<unknown>): Promise<void> => {
      if (hasMeaning(cell)) await strike(told, cell.strike);
      await act();
      if (!hasMeaning(cell)) return;
      await goOn(told, steps, cell.strike, isUnderWay(owed, cell.strike));
      await comesTo(owed, cell.outcome);
    };
    context.onTestFailed(async () => {
      await steps.box.post(`/api/procedures/${stepId}/complete`).catch(() => {});
    });
    await tells(create, message("mpps-create"), async () => {
      stepId = await steps.begin();
    });
    // Told of its begin or not, the picture is kept and sent.
    const kept = await steps.still("scope");
    const isTold = !hasMeaning(create) || create.outcome.end !== "not told";
    if (isTold && hasMeaning(create)) await mend(message("mpps-create"), create.outcome);
    await steps.box.post(`/api/procedures/${stepId}/complete`);
    await tells(set, message("mpps-set"), () => steps.release(stepId));
    await othersGoOn(steps, stepId, "Beside", 3);
    if (!isTold && hasMeaning(create)) {
      await waitFor(
        "its end not to be told either",
        async () => (await one(message("mpps-set"))).transfer === "cancelled",
      );
      await mend(message("mpps-create"), create.outcome);
    }
    if (hasMeaning(set)) await mend(message("mpps-set"), set.outcome);
    await waitFor("both to be told", async () => (await steps.deliveries(stepId, "Told")).every(isDone));
    const [instance] = uidsOf(
      (await steps.deliveries(stepId, "Beside")).filter(({ captureId }) => captureId === kept.id),
    );
    const step = (await told.hospital.mpps()).at(-1);
    expect(step?.state).toBe("COMPLETED");
    expect(step?.messages.filter(({ isApplied }) => isApplied).map(({ request }) => request)).toEqual([
      "create",
      "set",
    ]);
    expect(JSON.stringify(step?.attributes)).toContain(instance);
  });
});

describe("after all of it", () => {
  it("nothing waits and nothing is held, at either box", async () => {
    for (const room of [rig.images, rig.steps]) {
      const open = (await room.allDeliveries()).filter((one) => !isDone(one) && one.transfer !== "replaced");
      expect(open).toEqual([]);
      const nodes = await room.box.get<{ downSince: number | null }[]>("/api/nodes");
      expect(nodes.filter(({ downSince }) => downSince !== null)).toEqual([]);
    }
  });

  it("each archive has what was sent there, once, and nothing else", async () => {
    const { images, stills, clips, proof, other, steps, beside } = rig;
    const sent = [...(await images.allDeliveries()), ...(await steps.allDeliveries())];
    for (const provider of [stills, clips, proof, other, beside]) {
      await archivedOnce(provider, uidsOf(sent.filter(({ node }) => node === provider.name)));
    }
  });

  it("every step is told of once, and has ended", async () => {
    const counts = (await rig.told.hospital.mpps()).map(({ state, messages }) => [
      state,
      messages.filter(({ isApplied }) => isApplied).length,
    ]);
    expect(counts.filter(([state, applied]) => state !== "COMPLETED" || applied !== 2)).toEqual([]);
  });

  it("`scopeline check` is clean", async () => {
    expect(await rig.images.check()).toMatch(/^clean: /);
    expect(await rig.steps.check()).toMatch(/^clean: /);
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { brokenRules, until } from "../../../test/support/delivery-store.ts";
import { transferSyntaxes } from "../../dicom/dicom.ts";
import { DicomWebError } from "../../dicomweb/dicomweb.ts";
import { DimseError } from "../../dimse/dimse.ts";
import { silentLog } from "../../lib/log.ts";
import { NewsFeed } from "../../lib/news.ts";
import type { Database } from "../../store/store.ts";
import { type DeliveryView, listDeliveries } from "../list.ts";
import {
  capture,
  clip,
  clipUid,
  emptyStore,
  facts,
  instance,
  type NodeChanges,
  nodeNamed,
  owedClip,
  owedStill,
  renditionsFor,
  stillUid,
} from "../outbox.fixture.ts";
import { NodeWorker } from "./node-worker.ts";
import type { Renditions } from "./renditions.ts";
import {
  lost,
  ok,
  type Script,
  type ScriptedTransport,
  scriptedTransport,
  status,
} from "./scripted-transport.fixture.ts";
import type { LookUp } from "./settling.ts";

let database: Database;
let ending: AbortController;
let now = 1_000;
let wanted = 0;
let renditions: Renditions;
let runs: Promise<void>[];

beforeEach(() => {
  runs = [];
  database = emptyStore();
  ending = new AbortController();
  now = 1_000;
  wanted = 0;
});
afterEach(async () => {
  ending.abort();
  await Promise.allSettled(runs);
  expect(brokenRules(database)).toEqual([]);
  database.close();
});

interface Given {
  readonly node?: NodeChanges;
  readonly lookUp?: LookUp;
}

/** Owes what `owe` says to a scripted node, and lets its worker run. */
function run(script: Script, owe: () => void, given: Given = {}) {
  const node = nodeNamed("PACS", given.node);
  renditions = renditionsFor(database, [node], () => now);
  owe();
  const transport = scriptedTransport(script);
  const worker = new NodeWorker({
    database,
    storageDirectory: "/nowhere",
    node,
    renditions,
    lookUp: given.lookUp ?? (async () => "cannot-ask"),
    clock: () => now,
    log: silentLog,
    news: new NewsFeed(),
    onStored: () => {},
    onWanted: () => {
      wanted += 1;
    },
    transport,
  });
  const running = worker.run(ending.signal);
  runs.push(running);
  return { worker, transport, running };
}

const stills = (count: number) => () => {
  for (let number = 1; number <= count; number += 1) owedStill(database, renditions, number);
};
const oneStill = stills(1);
const oneClip = () => void owedClip(database, renditions, 1);
const all = (): DeliveryView[] => listDeliveries(database, { limit: 100 }).toReversed();
const one = () => all()[0];
const tried = (count = 1) => until(() => all().filter(({ attempts }) => attempts > 0).length >= count && one());
const idle = (transport: ScriptedTransport) =>
  until(() => transport.openCount() === 0 && transport.proposals.length > 0);
const attempts = () => database.prepare("SELECT outcome, status FROM attempt ORDER BY id").all();
const rendition = (key: string) => database.prepare("SELECT state, failure FROM rendition WHERE key = ?").get(key);

describe("sending", () => {
  it("uses one association for all that is due, and closes it", async () => {
    const { transport } = run({ onStore: () => ok }, stills(3));
    await tried(3);
    await idle(transport);
    expect(transport.requests).toEqual([["2.25.1"], ["2.25.2"], ["2.25.3"]]);
    expect(transport.proposals).toHaveLength(1);
    expect(all().map(({ transfer }) => transfer)).toEqual(["stored", "stored", "stored"]);
  });

  it("marks what is stored as owing its proof where the node can prove it", async () => {
    run({ onStore: () => ok }, oneStill, { node: { roles: ["storage", "commitment"] } });
    expect(await tried()).toMatchObject({ transfer: "stored", commitment: "owed" });
  });

  it("needs no proof of a node that has none", async () => {
    run({ onStore: () => ok }, oneStill);
    expect(await tried()).toMatchObject({ transfer: "stored", commitment: "not-required" });
  });

  it("proposes what is due and every rung that may go instead, each in its own context", async () => {
    const { transport } = run({ onStore: () => ok }, oneClip);
    await tried();
    const proposed = transport.proposals[0]?.map(
      ({ sopClassUid, transferSyntaxUid }) => `${sopClassUid} ${transferSyntaxUid}`,
    );
    expect(new Set(proposed).size).toBe(proposed?.length);
    expect(proposed?.[0]).toBe(`${clipUid} ${clip.transferSyntaxUid}`);
    expect(proposed).toContain(`${clipUid} ${transferSyntaxes.mpeg2MainLevel}`);
    expect(proposed).toContain(`1.2.840.10008.5.1.4.1.1.7 ${transferSyntaxes.jpegBaseline}`);
  });

  it("sends stills before clips over one association", async () => {
    const both = () => {
      oneClip();
      owedStill(database, renditions, 2);
    };
    const first = run({ onStore: () => ok }, both);
    await tried(2);
    expect(first.transport.requests).toEqual([["2.25.2"], ["2.25.1"]]);
  });

  it("a clip that is under way does not hold up a still where there are two associations", async () => {
    const gate = Promise.withResolvers<void>();
    const slowClip: Script = {
      onStore: async (item) => {
        if (item.sopInstanceUid === "2.25.1") await gate.promise;
        return ok;
      },
    };
    const { worker } = run(slowClip, oneClip, { node: { sending: { associations: 2 } } });
    await until(() => one()?.transfer === "sending");
    owedStill(database, renditions, 2);
    worker.wake();
    await until(() => all()[1]?.transfer === "stored");
    expect(one()?.transfer).toBe("sending");
    gate.resolve();
    await until(() => one()?.transfer === "stored");
  });

  it("sends clips only in their window, stills at any time", async () => {
    const minute = new Date(now).getHours() * 60 + new Date(now).getMinutes();
    const clipWindow = { fromMinute: (minute + 60) % 1_440, untilMinute: (minute + 120) % 1_440 };
    const both = () => {
      oneClip();
      owedStill(database, renditions, 2);
    };
    const { worker, transport } = run({ onStore: () => ok }, both, { node: { sending: { clipWindow } } });
    await tried();
    await idle(transport);
    expect(transport.requests).toEqual([["2.25.2"]]);
    now += 3_600_000;
    worker.wake();
    await tried(2);
  });

  it("limits the bandwidth of clips, and of nothing else", async () => {
    const both = () => {
      oneClip();
      owedStill(database, renditions, 2);
    };
    const { transport } = run({ onStore: () => ok }, both, { node: { sending: { clipBytesPerS: 5_000 } } });
    await tried(2);
    expect(transport.sent.map(({ maxBytesPerS }) => maxBytesPerS)).toEqual([undefined, 5_000]);
  });
});

describe("several in one request", () => {
  const batch = { instances: 3, bytes: 100_000 };

  it("are small stills of one kind, as many as the transport takes", async () => {
    const { transport } = run({ onStore: () => ok, batch }, stills(4));
    await tried(4);
    expect(transport.requests).toEqual([["2.25.1", "2.25.2", "2.25.3"], ["2.25.4"]]);
  });

  it("are not more bytes than the transport takes", async () => {
    const { transport } = run({ onStore: () => ok, batch: { instances: 3, bytes: 700 } }, stills(3));
    await tried(3);
    expect(transport.requests.map(({ length }) => length)).toEqual([2, 1]);
  });

  it("go alone when they failed together, so that one that does harm takes no other along twice", async () => {
    let isFirst = true;
    const harmful: Script = {
      batch,
      onStore: () => {
        if (!isFirst) return ok;
        isFirst = false;
        throw lost();
      },
    };
    const { worker, transport } = run(harmful, stills(2));
    await tried(2);
    expect(all().map(({ transfer }) => transfer)).toEqual(["pending", "pending"]);
    now += 60_000;
    worker.wake(true);
    await until(() => all().every(({ transfer }) => transfer === "stored"));
    // Each pause has its own jitter.
    expect(transport.requests[0]).toEqual(["2.25.1", "2.25.2"]);
    expect(transport.requests.slice(1).toSorted()).toEqual([["2.25.1"], ["2.25.2"]]);
  });

  it("leave out one that failed before, whichever comes first", async () => {
    let failures = 0;
    const script: Script = {
      batch,
      onStore: () => {
        failures += 1;
        if (failures === 1) throw lost();
        return ok;
      },
    };
    const { worker, transport } = run(script, oneStill);
    await tried();
    now += 60_000;
    owedStill(database, renditions, 2);
    worker.wake(true);
    await until(() => all().every(({ transfer }) => transfer === "stored"));
    expect(transport.requests).toEqual([["2.25.1"], ["2.25.1"], ["2.25.2"]]);
  });

  it("each have their own answer; one that is not spoken of is not stored", async () => {
    const half: Script = {
      batch,
      onStore: ({ sopInstanceUid }) =>
        sopInstanceUid === "2.25.1" ? ok : { kind: "unconfirmed", words: "HTTP 202: nothing said" },
    };
    run(half, stills(2), { lookUp: async () => "no" });
    await tried(2);
    expect(all().map(({ transfer }) => transfer)).toEqual(["stored", "pending"]);
  });
});

describe("a failure", () => {
  it("of the node itself pauses all that is for it, and counts for no delivery", async () => {
    const { worker } = run(
      {
        onOpen: () => {
          throw new DimseError("connect-failed", "refused");
        },
        onStore: () => ok,
      },
      oneStill,
    );
    await until(() => worker.state().downSince !== null);
    expect(worker.state()).toMatchObject({ downSince: now, reason: expect.stringContaining("does not answer") });
    expect(one()).toMatchObject({ transfer: "pending", attempts: 0 });
  });

  it("of the node over HTTP gives back what was claimed, and waits as long as the node asks", async () => {
    const busy: Script = {
      onStore: () => {
        throw new DicomWebError("busy", "503", { httpStatus: 503, retryAfterMs: 55_000 });
      },
    };
    const { worker } = run(busy, oneStill, { node: { retry: { firstMs: 1_000 } } });
    await until(() => worker.state().downSince !== null);
    expect(one()).toMatchObject({ transfer: "pending", attempts: 0 });
    expect((worker.state().nextTryAt ?? 0) - now).toBeGreaterThan(50_000);
  });

  it.each([502, 504])("HTTP %d is the node's, not the instance's", async (httpStatus) => {
    const gateway: Script = {
      onStore: () => {
        throw new DicomWebError("status", "gateway", { httpStatus });
      },
    };
    const { worker } = run(gateway, oneStill);
    await until(() => worker.state().downSince !== null);
    expect(one()).toMatchObject({ transfer: "pending", attempts: 0 });
  });

  it.each([
    [500, 5],
    [507, 20],
  ])("HTTP %d is held after %d times", async (httpStatus, times) => {
    const failing: Script = {
      onStore: () => {
        throw new DicomWebError("status", "failed", { httpStatus });
      },
    };
    const { worker } = run(failing, oneStill);
    for (let round = 1; round <= times; round += 1) {
      expect(one()?.transfer).not.toBe("held");
      await until(() => attempts().length >= round);
      now += 60_000;
      worker.wake(true);
    }
    expect(one()).toMatchObject({ transfer: "held", attempts: times });
  });

  it.each(["timeout", "aborted-by-peer"] as const)(
    "%s is tried again on a new association, however often, and never means another encoding",
    async (code) => {
      let failures = 0;
      const flaky: Script = {
        onStore: () => {
          failures += 1;
          if (failures > 8) return ok;
          throw lost(code);
        },
      };
      const { worker, transport } = run(flaky, oneClip);
      for (let round = 1; round <= 9; round += 1) {
        await until(() => attempts().length >= round);
        now += 60_000;
        worker.wake(true);
      }
      await until(() => one()?.transfer === "stored");
      expect(transport.proposals).toHaveLength(9);
      expect(database.prepare("SELECT count(*) AS n FROM rendition").get()).toEqual({ n: 1 });
    },
  );

  it("against the standard is tried again a few times, then a person has to look", async () => {
    const { worker } = run(
      {
        onStore: () => {
          throw lost("protocol");
        },
      },
      oneStill,
    );
    for (let round = 1; round <= 5; round += 1) {
      await until(() => attempts().length >= round);
      now += 60_000;
      worker.wake(true);
    }
    expect(one()).toMatchObject({ transfer: "held", attempts: 5 });
  });

  it("of three associations in a row is the node's", async () => {
    const { worker } = run(
      {
        onStore: () => {
          throw lost();
        },
      },
      stills(4),
    );
    await until(() => worker.state().downSince !== null);
    expect(all().map((d) => d.attempts)).toEqual([1, 1, 1, 0]);
  });

  it("to read our own file is held, and the next goes on", async () => {
    const unreadable: Script = {
      onStore: ({ sopInstanceUid }) => {
        if (sopInstanceUid === "2.25.1") throw lost("file-unreadable");
        return ok;
      },
    };
    run(unreadable, stills(2));
    await tried(2);
    expect(all().map(({ transfer }) => transfer)).toEqual(["held", "stored"]);
  });

  it("too-large of several sends each by itself; of one it is held, with the cure", async () => {
    const small: Script = {
      batch: { instances: 2, bytes: 100_000 },
      onStore: (item, items) => {
        if (items.length > 1 || item.sopInstanceUid === "2.25.2") throw new DicomWebError("too-large", "413");
        return ok;
      },
    };
    const { worker } = run(small, stills(2));
    await tried(2);
    now += 60_000;
    worker.wake();
    await until(() => all()[1]?.transfer === "held");
    expect(all().map(({ transfer }) => transfer)).toEqual(["stored", "held"]);
    expect(all()[1]?.reason).toContain("maxInstanceBytes");
  });

  it("of this program ends the run, with no association left behind and nothing lost", async () => {
    const { running, transport } = run(
      {
        onStore: () => {
          throw new TypeError("a defect");
        },
      },
      oneStill,
      { node: { sending: { associations: 3 } } },
    );
    await expect(running).rejects.toThrow("a defect");
    expect(transport.openCount()).toBe(0);
    expect(one()?.transfer).toBe("sending");
    // As the supervisor does: started again, what was interrupted is sent again.
    run({ onStore: () => ok }, () => {});
    await until(() => one()?.transfer === "stored");
    expect(attempts()).toEqual([
      { outcome: "interrupted", status: null },
      { outcome: "stored", status: 0 },
    ]);
  });

  it("by the end of the box gives back what was under way, without an attempt", async () => {
    const gate = Promise.withResolvers<typeof ok>();
    const { running } = run({ onStore: () => gate.promise }, oneStill);
    await until(() => one()?.transfer === "sending");
    ending.abort();
    gate.reject(lost());
    await running;
    expect(one()).toMatchObject({ transfer: "pending", attempts: 0 });
  });
});

describe("an encoding that is not taken", () => {
  const only = (...taken: string[]): Script => ({
    accepts: (sopClassUid) => taken.includes(sopClassUid),
    onStore: () => ok,
  });
  const endoscopic = "1.2.840.10008.5.1.4.1.1.77.1.1.1";

  it("is replaced by the next rung that the node accepts, which is remembered", async () => {
    run(only(endoscopic), oneClip);
    expect(await tried()).toMatchObject({
      transfer: "replaced",
      reason: expect.stringMatching(/does not take Video Microscopic Image.*Video Endoscopic Image/),
    });
    expect(rendition("videoEndoscopic")).toEqual({ state: "wanted", failure: null });
    expect(attempts()).toEqual([{ outcome: "replaced", status: null }]);
    expect(wanted).toBe(1);
    // The next such clip begins there.
    const captureId = capture(database, 2, clip);
    renditions.plan({ captureId, procedureId: "p", original: clip, sizeBytes: 300 }, facts);
    expect(database.prepare("SELECT key FROM rendition_node WHERE capture_id = 'c2'").all()).toEqual([
      { key: "videoEndoscopic" },
    ]);
  });

  it("is replaced too when the node says 0122 to it, and the same is never sent again", async () => {
    run({ onStore: () => status(0x0122) }, oneStill);
    await until(() => one()?.transfer === "replaced");
    expect(rendition("secondaryCapture")).toMatchObject({ state: "wanted" });
    instance(database, 9, { captureId: "c1", key: "secondaryCapture", sopClassUid: "1.2.840.10008.5.1.4.1.1.7" });
    database.transaction(() => renditions.owe("c1", "secondaryCapture"));
    ending.abort();
    ending = new AbortController();
    run({ onStore: () => status(0x0122) }, () => {});
    await until(() => all()[1]?.transfer === "replaced");
    instance(database, 10, {
      captureId: "c1",
      key: "secondaryCaptureUncompressed",
      sopClassUid: "1.2.840.10008.5.1.4.1.1.7",
      transferSyntaxUid: transferSyntaxes.explicitLittleEndian,
    });
    database.transaction(() => renditions.owe("c1", "secondaryCaptureUncompressed"));
    ending.abort();
    ending = new AbortController();
    run({ onStore: () => status(0x0122) }, () => {});
    await until(() => all()[2]?.transfer === "held");
    expect(database.prepare("SELECT count(*) AS n FROM rendition").get()).toEqual({ n: 3 });
  });

  it("is held when nothing else is accepted either, and the next instances are not blocked", async () => {
    const both = () => {
      oneClip();
      owedStill(database, renditions, 2);
    };
    run(only(stillUid), both);
    await tried(2);
    expect(all().map(({ transfer }) => transfer)).toEqual(["held", "stored"]);
    expect(one()?.reason).toContain("does not take");
  });

  it("is not tried again under the name of another rung", async () => {
    const mpeg2 = transferSyntaxes.mpeg2MainLevel;
    const owe = () => {
      database.transaction(() => {
        const original = { ...clip, transferSyntaxUid: mpeg2 };
        const captureId = capture(database, 1, original);
        renditions.plan({ captureId, procedureId: "p", original, sizeBytes: 300 }, facts);
        instance(database, 1, { captureId, sopClassUid: clipUid, transferSyntaxUid: mpeg2 });
        renditions.owe(captureId, "original");
      });
    };
    const takesIt = (sopClass: string, syntax: string) => sopClass === clipUid && syntax === mpeg2;
    run({ accepts: takesIt, onStore: () => status(0x0122) }, owe);
    expect((await tried())?.transfer).toBe("held");
  });

  it("takes the other parts of the same clip along, and asks for one rendition only", async () => {
    const parts = () => {
      database.transaction(() => {
        const captureId = capture(database, 1, clip, 900);
        renditions.plan({ captureId, procedureId: "p", original: clip, sizeBytes: 900 }, facts);
        const { transferSyntaxUid } = clip;
        for (const part of [1, 2, 3]) {
          instance(database, part, { captureId, sopClassUid: clipUid, transferSyntaxUid, part });
        }
        renditions.owe(captureId, "original");
      });
    };
    run(only(endoscopic), parts);
    await tried();
    expect(all().map(({ transfer }) => transfer)).toEqual(["replaced", "replaced", "replaced"]);
    expect(attempts()).toHaveLength(1);
    expect(database.prepare("SELECT count(*) AS n FROM rendition").get()).toEqual({ n: 2 });
  });

  it("is sent at once when another node needed the same, and it is made", async () => {
    const other = () => {
      oneClip();
      database
        .prepare(
          "INSERT INTO rendition (capture_id, key, procedure_id, state, wanted_at, made_at) VALUES ('c1', 'videoEndoscopic', 'p', 'made', 0, 0)",
        )
        .run();
      const { transferSyntaxUid } = clip;
      instance(database, 5, { captureId: "c1", key: "videoEndoscopic", sopClassUid: endoscopic, transferSyntaxUid });
    };
    const { transport } = run(only(endoscopic), other);
    await until(() => all()[1]?.transfer === "stored");
    expect(transport.requests).toEqual([["2.25.5"]]);
  });

  it("is never concluded from a refusal of the object", async () => {
    run({ onStore: () => status(0xa900) }, oneClip);
    expect(await tried()).toMatchObject({ transfer: "held" });
    expect(database.prepare("SELECT count(*) AS n FROM rendition").get()).toEqual({ n: 1 });
  });

  it("over HTTP is 415", async () => {
    const refusing: Script = {
      onStore: () => {
        throw new DicomWebError("status", "415", { httpStatus: 415 });
      },
    };
    run(refusing, oneClip);
    expect((await tried())?.transfer).toBe("replaced");
  });
});

describe("what the node says it has", () => {
  const duplicate: Script = { onStore: () => status(0x0111) };
  const unconfirmed: Script = { onStore: () => ({ kind: "unconfirmed", words: "HTTP 202" }) };

  it.each<[string, Script, Awaited<ReturnType<LookUp>>, DeliveryView["transfer"]]>([
    ["already, and finds", duplicate, "yes", "stored"],
    ["already, and does not find", duplicate, "no", "held"],
    ["already, and cannot be asked for", duplicate, "cannot-ask", "stored"],
    ["taken unconfirmed, and finds", unconfirmed, "yes", "stored"],
    ["taken unconfirmed, and does not find", unconfirmed, "no", "pending"],
    ["taken unconfirmed, and cannot be asked for", unconfirmed, "cannot-ask", "held"],
  ])("%s", async (_name, script, found, transfer) => {
    run(script, oneStill, { lookUp: async () => found });
    const delivery = await tried();
    expect(delivery?.transfer).toBe(transfer);
    if (found === "cannot-ask") expect(delivery?.warning ?? delivery?.reason).toContain("cannot be asked");
  });

  it("taken unconfirmed is stored where its proof is still to come", async () => {
    run(unconfirmed, oneStill, { node: { roles: ["storage", "commitment"] } });
    expect(await tried()).toMatchObject({
      transfer: "stored",
      commitment: "owed",
      warning: expect.stringContaining("cannot be asked"),
    });
  });

  it("is not believed when it cannot be asked just now", async () => {
    const lookUp: LookUp = async () => {
      throw lost("timeout");
    };
    run(duplicate, oneStill, { lookUp });
    expect(await tried()).toMatchObject({ transfer: "pending", reason: expect.stringContaining("Asked again") });
  });

  it("but never shows, is held in the end", async () => {
    const { worker } = run(unconfirmed, oneStill, { lookUp: async () => "no" });
    for (let round = 1; round <= 5; round += 1) {
      await until(() => attempts().length >= round);
      now += 60_000;
      worker.wake();
    }
    expect(one()).toMatchObject({ transfer: "held" });
  });
});

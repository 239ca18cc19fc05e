import { once } from "node:events";
import { createServer, connect as dial, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { silentLog } from "../../src/lib/log.ts";
import { describePeer, freePort, startWlmscpfs, temporaryDirectory, type Wlmscpfs } from "../support/peers.ts";
import { dumpOf, firstNumbered, writeNumbered } from "./worklist-files.ts";
import { boxAsking, noon } from "./worklist-support.ts";

/** Passes everything between us and the peer, until `cutAfterBytes` of the peer's bytes went by; then pulls the cable. */
async function cable(port: number) {
  const state = { cutAfterBytes: Number.POSITIVE_INFINITY, silentAfterBytes: Number.POSITIVE_INFINITY };
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = dial(port, "127.0.0.1");
    let passed = 0;
    const both = [near, far];
    for (const socket of both) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        for (const other of both) other.destroy();
        sockets.delete(socket);
      });
    }
    near.on("data", (chunk) => far.write(chunk));
    far.on("data", (chunk: Buffer) => {
      const room = Math.max(0, Math.min(state.cutAfterBytes, state.silentAfterBytes) - passed);
      passed += chunk.length;
      near.write(chunk.subarray(0, room));
      if (passed > state.cutAfterBytes) near.end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return {
    port: address.port,
    aeTitle: "WORKLIST",
    state,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

describePeer("wlmscpfs", ["wlmscpfs", "dump2dcm"], () => {
  const opened = new AsyncDisposableStack();
  let peer: Wlmscpfs;
  beforeAll(async () => {
    const { path: directory } = opened.use(await temporaryDirectory());
    const tomorrow = dumpOf({ patientName: "Later^One", patientId: "T1", startDate: "20261125" });
    const elsewhere = dumpOf({ patientName: "Other^Room", patientId: "E1", station: "OR5" });
    peer = opened.use(await startWlmscpfs({ directory, items: [firstNumbered, tomorrow, elsewhere] }));
    await writeNumbered(join(directory, peer.aeTitle), 300);
  });
  afterAll(() => opened.disposeAsync());

  describe("the worklist of a real provider", () => {
    test("is asked by station and day", async () => {
      using box = boxAsking(peer);
      await box.worklist.refresh();
      const page = box.worklist.list({ limit: 1000 });
      expect(page.total).toBe(300);
      expect(page.nodes[0]).toMatchObject({ error: null, matches: 300, query: "for station SCOPELINE on 24-Nov-2026" });
      expect(page.ageMs).toBe(0);
      expect(page.performingPhysicians).toEqual(["Op^Surgeon"]);
      using wide = boxAsking(peer, { query: { stationAeTitle: "*", daysBack: 0, daysAhead: 1 } });
      await wide.worklist.refresh();
      expect(wide.worklist.list().total).toBe(302);
      using other = boxAsking(peer, {
        query: { stationAeTitle: "SCOPELINE", modality: "ES", daysBack: 0, daysAhead: 0 },
      });
      await other.worklist.refresh();
      expect(other.worklist.list().total).toBe(0);
    });

    test("one patient of another room is looked up by ID or name and added to the list", async () => {
      using box = boxAsking(peer);
      await box.worklist.refresh();
      expect(box.worklist.list({ search: "E1" }).total).toBe(0);
      await box.worklist.lookUp({ patientId: "E1" });
      const [found] = box.worklist.list({ search: "E1" }).items;
      expect(found?.patient.patientName).toBe("Other^Room");
      await box.worklist.refresh();
      expect(box.worklist.get(found?.id ?? "")).toEqual(found);
      using byName = boxAsking(peer);
      await byName.worklist.lookUp({ patientName: "Other" });
      expect(byName.worklist.list().items.map((item) => item.patient.patientId)).toEqual(["E1"]);
      const audited = box.database.prepare("SELECT detail FROM audit WHERE action = 'worklist.look-up'").all();
      expect(audited.map((row) => JSON.parse(String(row.detail)))).toEqual([{ by: "patientId", items: 1 }]);
    });

    test("is watched for look-alikes, anew when it changes", async () => {
      using box = boxAsking(peer, { query: { stationAeTitle: "OR5", daysBack: 0, daysAhead: 1 } });
      await box.worklist.refresh();
      expect(box.worklist.lookAlikes()).toEqual([]);
      await box.worklist.lookUp({ patientId: "T1" });
      expect(box.worklist.lookAlikes().map((pair) => pair.because)).toEqual([["same-birth-date"]]);
    });

    test("that has nothing for us says so in words", async () => {
      using box = boxAsking(peer, { query: { stationAeTitle: "NOBODY", daysBack: 0, daysAhead: 0 } });
      await box.worklist.refresh();
      expect(box.worklist.list().emptyReason).toBe("RIS answered: no procedures for station NOBODY on 24-Nov-2026.");
    });

    test("is taken up to the limit, and that is said", async () => {
      using box = boxAsking(peer, { maxItems: 50 });
      await box.worklist.refresh();
      expect(box.worklist.list().total).toBe(50);
      expect(box.worklist.state()[0]).toMatchObject({ error: null, matches: 50 });
      expect(box.worklist.state()[0]?.notice).toContain("more than 50 procedures");
    });

    test("asked by three at once is asked once; an unchanged list is not written again", async () => {
      using box = boxAsking(peer);
      let news = 0;
      box.news.subscribe(() => {
        news += 1;
      });
      await Promise.all([box.worklist.refresh(), box.worklist.refresh(), box.worklist.refresh()]);
      expect(news).toBe(1);
      await box.worklist.refresh();
      expect(box.database.prepare("SELECT COUNT(*) AS n FROM audit").get()?.n).toBe(1);
    });

    test("is asked by itself once started, until the signal", async () => {
      using box = boxAsking(peer);
      const stop = new AbortController();
      const answered = new Promise<void>((resolve) => box.news.subscribe(() => resolve()));
      const running = box.worklist.start(stop.signal);
      await answered;
      expect(box.worklist.list().total).toBe(300);
      stop.abort();
      await running;
    });
  });

  describe("a worklist that fails keeps the last list", () => {
    test("not there: connection refused", async () => {
      using box = boxAsking({ port: await freePort(), aeTitle: "NONE" });
      await box.worklist.refresh();
      const page = box.worklist.list();
      expect(page).toMatchObject({ total: 0, ageMs: null });
      expect(page.emptyReason).toContain("RIS cannot be reached at 127.0.0.1:");
    });

    test("refuses the called AE title", async () => {
      using box = boxAsking({ port: peer.port, aeTitle: "WRONG" });
      await box.worklist.refresh();
      expect(box.worklist.list().emptyReason).toMatch(/^RIS refuses this box: .*AE title.* WRONG\.$/);
    });

    test("accepts and says nothing", async () => {
      await using link = await cable(peer.port);
      link.state.silentAfterBytes = 0;
      using box = boxAsking(link, { nodes: [] });
      expect(box.worklist.list().emptyReason).toContain("No worklist is set up.");
      using silent = boxAsking(link);
      await silent.worklist.refresh();
      expect(silent.worklist.list().emptyReason).toMatch(/^RIS .*answer/);
    });

    test("cut anywhere in the middle of its answers: all of the old list stays, with its age", async () => {
      await using link = await cable(peer.port);
      let now = noon;
      using box = boxAsking(link, { clock: () => now });
      await box.worklist.refresh();
      const before = box.worklist.list({ limit: 1000 }).items;
      expect(before).toHaveLength(300);
      for (const cutAfterBytes of [0, 1, 100, 1_000, 30_000, 100_000]) {
        link.state.cutAfterBytes = cutAfterBytes;
        now += 60_000;
        await box.worklist.refresh();
        const page = box.worklist.list({ limit: 1000 });
        expect(page.items, `cut after ${cutAfterBytes}`).toEqual(before);
        expect(page.nodes[0]?.error, `cut after ${cutAfterBytes}`).toMatch(/^RIS /);
        expect(page.ageMs).toBe(now - noon);
      }
      link.state.cutAfterBytes = Number.POSITIVE_INFINITY;
      await box.worklist.refresh();
      expect(box.worklist.list()).toMatchObject({ total: 300, ageMs: 0, nodes: [{ error: null }] });
    });

    test("and a database that cannot be written: logged, and asked again, not thrown", async () => {
      const errors: string[] = [];
      const log = { ...silentLog, error: (_fields: object, message: string) => errors.push(message) };
      using box = boxAsking(peer, { log });
      box.database.prepare("DROP TABLE worklist_item").run();
      box.database.prepare("DROP TABLE worklist_node").run();
      await box.worklist.refresh();
      expect(errors).toEqual(["worklist state not written", "old worklists not removed"]);
    });

    test("takes too long: given up for now", async () => {
      await using link = await cable(peer.port);
      link.state.silentAfterBytes = 1_000;
      using box = boxAsking(link, { answerWithinMs: 300 });
      await box.worklist.refresh();
      expect(box.worklist.state()[0]?.error).toContain("RIS took too long for a whole answer.");
    });

    test("for longer than a list is kept: the old list goes", async () => {
      await using link = await cable(peer.port);
      let now = noon;
      using box = boxAsking(link, { clock: () => now, keepMs: 3_600_000 });
      await box.worklist.refresh();
      link.state.cutAfterBytes = 0;
      now += 3_599_000;
      await box.worklist.refresh();
      expect(box.worklist.list().total).toBe(300);
      now += 2_000;
      await box.worklist.refresh();
      expect(box.worklist.list().total).toBe(0);
      // And it is written anew although it is the same list as the last one that was written.
      link.state.cutAfterBytes = Number.POSITIVE_INFINITY;
      await box.worklist.refresh();
      expect(box.worklist.list().total).toBe(300);
    });
  });

  describe("a very long worklist", () => {
    test("of ten thousand answers arrives, each once", async () => {
      await using directory = await temporaryDirectory();
      await using large = await startWlmscpfs({ directory: directory.path, items: [firstNumbered] });
      await writeNumbered(join(directory.path, large.aeTitle), 10_000);
      using box = boxAsking(large, { maxItems: 10_000 });
      await box.worklist.refresh();
      expect(box.worklist.state()[0]).toMatchObject({ error: null, matches: 10_000, notice: null });
      expect(box.worklist.list({ search: "P009999" }).total).toBe(1);
      const ids = new Set<string>();
      for (let offset = 0; offset < 10_000; offset += 1000) {
        for (const item of box.worklist.list({ limit: 1000, offset }).items) ids.add(item.patient.patientId);
      }
      expect(ids.size).toBe(10_000);
      expect(box.worklist.list({ offset: 10_000 }).emptyReason).toContain("it has 10000 entries");
    });
  });
});

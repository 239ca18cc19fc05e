import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { FitNode, FitReport } from "../../src/fit/fit.ts";
import { dimseNode, fitQuickly, webNode } from "../support/fit.ts";
import { describePeer, freePort, startHospital, startStorescp, temporaryDirectory } from "../support/peers.ts";
import {
  authority,
  otherAuthority,
  ownCertificate,
  ownKey,
  peerCertificate,
  peerKey,
  serverName,
} from "../support/tls-identity.ts";
import { startWebPeer } from "../support/web-peer.ts";

const stepOf = (report: FitReport, name: string) => report.steps.find((step) => step.name === name);

describePeer("a fit test of a node in trouble", ["ffmpeg", "storescp"], () => {
  it("says so when nothing listens, and proposes nothing", async () => {
    await using directory = await temporaryDirectory();
    const node = { ...dimseNode({ aeTitle: "NOBODY", port: await freePort() }), roles: ["storage", "query"] } as const;
    const report = await fitQuickly(node, directory.path);
    expect(report).toMatchObject({ proposed: null, rungs: [], leftBehind: { instances: 0 } });
    expect(report.steps.map(({ result }) => result)).toEqual(["failed", ...Array(9).fill("skipped")]);
    expect(report.warnings).toEqual([expect.stringContaining("was not reached")]);
  });

  it("gives up on a node that answers nothing after three instances, and blames none of the encodings", async () => {
    await using directory = await temporaryDirectory();
    await using hospital = await startHospital({ directory: directory.path });
    await hospital.setFaults([{ kind: "hang" }]);
    const report = await fitQuickly(dimseNode(hospital, { responseMs: 1_500 }), directory.path);
    const kinds = Map.groupBy(report.rungs, ({ store }) => store.kind);
    expect([kinds.get("failed")?.length, kinds.get("not-tried")?.length]).toEqual([3, report.rungs.length - 3]);
    expect(report.proposed).toBeNull();
    expect(report.warnings).toEqual([expect.stringContaining("Nothing could be stored")]);
  });

  it("ends a step that takes too long, goes on with the next and reports what it knows by then", async () => {
    await using directory = await temporaryDirectory();
    await using hospital = await startHospital({ directory: directory.path });
    await hospital.setFaults([{ kind: "hang" }]);
    const report = await fitQuickly(dimseNode(hospital), directory.path, { limits: { stepMs: 4_000 } });
    expect(stepOf(report, "store")).toMatchObject({ result: "failed", words: expect.stringContaining("given up") });
    expect(report.rungs.every(({ store }) => store.kind === "not-tried" || store.kind === "failed")).toBe(true);
    expect(report.steps).toHaveLength(10);
  });

  it("ends at once when it is told to, and leaves nothing on the disk", async () => {
    await using directory = await temporaryDirectory();
    await using hospital = await startHospital({ directory: directory.path });
    await hospital.setFaults([{ kind: "hang", times: 1 }]);
    const stop = new AbortController();
    const onProgress = ({ words }: { readonly words: string }): void => {
      if (words.startsWith("Storing: ")) setImmediate(() => stop.abort(new Error("enough")));
    };
    const running = fitQuickly(dimseNode(hospital), directory.path, { signal: stop.signal, onProgress });
    await expect(running).rejects.toThrow("enough");
    expect(await readdir(join(directory.path, "fit"))).toEqual([]);
  });

  it("does not propose what a query or a commitment misses, though it was said to be stored", async () => {
    await using directory = await temporaryDirectory();
    await using hospital = await startHospital({ directory: directory.path });
    await hospital.setFaults([
      // The first five of the request are the stills.
      { kind: "commitment-partly", reason: "0110", instances: 5 },
      { kind: "commitment-same-association" },
    ]);
    const report = await fitQuickly(dimseNode(hospital), directory.path);
    const stills = report.rungs.filter(({ candidate }) => candidate.kind === "still");
    expect(stills.map(({ committed }) => committed)).toEqual([false, false, false, false, false]);
    expect(report.proposed?.roles).toEqual(["storage", "commitment", "query"]);
    expect(report.warnings.join()).toMatch(/does not keep.*takes no stills.*failed for 5 instances/);
  });

  it("works over TLS, and says what is wrong with a certificate before anything is sent", async () => {
    await using directory = await temporaryDirectory();
    const pem = async (name: string, text: string): Promise<string> => {
      const file = join(directory.path, name);
      await writeFile(file, text);
      return file;
    };
    const own = [await pem("key.pem", peerKey), await pem("certificate.pem", peerCertificate)];
    const tls = ["+tls", ...own, "+cf", await pem("ca.pem", authority)];
    await using storescp = await startStorescp({ directory: join(directory.path, "in"), extraArguments: tls });
    const node = dimseNode(storescp, { connectMs: 3_000, associationMs: 3_000 });
    const withTls = (ca: string): FitNode => ({
      ...node,
      dimse: node.dimse && { ...node.dimse, tls: () => ({ ca, cert: ownCertificate, key: ownKey, serverName }) },
    });
    const report = await fitQuickly(withTls(authority), directory.path);
    expect(stepOf(report, "reach")).toMatchObject({ result: "passed", words: expect.stringContaining("over TLS") });
    expect(report.proposed?.roles).toEqual(["storage"]);
    const wrong = await fitQuickly(withTls(otherAuthority), directory.path);
    expect(stepOf(wrong, "reach")).toMatchObject({ result: "failed", words: expect.stringContaining("caFile") });
    expect(wrong.leftBehind.instances).toBe(0);
  });

  it("tells a DICOMweb server that refuses each instance from one that wants a password", async () => {
    await using directory = await temporaryDirectory();
    const answer = { post: "415 Unsupported Media Type", get: "204 No Content" };
    await using server = await startWebPeer(async (wire) => {
      for (;;) {
        const { head } = await wire.webRequest();
        await wire.respond(head.startsWith("POST") ? answer.post : answer.get);
      }
    });
    const node = webNode({ url: `http://127.0.0.1:${server.port}` });
    const refusing = await fitQuickly(node, directory.path);
    expect(refusing.rungs.map(({ store }) => store.kind)).toEqual(refusing.rungs.map(() => "refused"));
    expect(refusing.warnings).toEqual([expect.stringContaining("takes nothing that this box can send")]);
    answer.post = "202 Accepted";
    const silent = await fitQuickly(node, directory.path, { limits: { indexMs: 100 } });
    expect(silent.rungs.map(({ store }) => store.kind)).toEqual(silent.rungs.map(() => "unconfirmed"));
    expect(silent.warnings).toEqual([expect.stringContaining("keeps nothing that it could be asked for")]);
    answer.get = "401 Unauthorized";
    const closed = await fitQuickly(node, directory.path);
    expect(closed).toMatchObject({ proposed: null, rungs: [] });
  });

  it("refuses a node without any address", async () => {
    await using directory = await temporaryDirectory();
    const node: FitNode = { ...dimseNode({ aeTitle: "NOBODY", port: 1 }), dimse: null };
    await expect(fitQuickly(node, directory.path)).rejects.toMatchObject({ name: "FitError", code: "no-address" });
  });

  it("says that ffmpeg is at fault when no picture can be made", async () => {
    await using directory = await temporaryDirectory();
    await using hospital = await startHospital({ directory: directory.path });
    const broken = fitQuickly(dimseNode(hospital), directory.path, { ffmpegPath: "/bin/false" });
    await expect(broken).rejects.toMatchObject({ name: "FitError", code: "media" });
    expect(await readdir(join(directory.path, "fit"))).toEqual([]);
  });
});

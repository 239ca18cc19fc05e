/** Asking a DICOMweb server what it has, and reading it back: what servers answer, and what they should not. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DicomWebTarget, findInstances, retrieveInstance } from "../../src/dicomweb/dicomweb.ts";
import { startWebPeer, type WebPeer, type WebWire } from "../support/web-peer.ts";

/** An answer that stops is noticed soon; nothing else is measured by the clock. */
const deadlines = { connectMs: 20_000, readMs: 800, writeMs: 20_000, responseMs: 130_000 };
const series = { studyInstanceUid: "1.2.3", seriesInstanceUid: "1.2.3.4" };
const instance = { ...series, sopInstanceUid: "1.2.3.4.5" };

let peer: WebPeer | undefined;
let heads: string[];
let folder: string;
beforeEach(async () => {
  heads = [];
  folder = await mkdtemp(join(tmpdir(), "scopeline-web-"));
});
afterEach(async () => {
  await peer?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Answers each request; gets its address. */
async function serve(answer: (wire: WebWire, url: URL) => Promise<void>): Promise<DicomWebTarget> {
  peer = await startWebPeer(async (wire) => {
    for (;;) {
      const { head } = await wire.webRequest();
      heads.push(head);
      await answer(wire, new URL(head.split(" ")[1] ?? "", "http://x"));
    }
  });
  return { url: `http://127.0.0.1:${peer.port}/rs`, deadlines };
}

const uids = (count: number, offset = 0): string[] =>
  Array.from({ length: Math.max(0, count) }, (_, index) => `1.2.3.4.${offset + index + 1}`);
const matches = (list: readonly string[]): string =>
  JSON.stringify(list.map((uid) => ({ "00080018": { vr: "UI", Value: [uid] }, "00100010": { vr: "PN" } })));
const json = "Content-Type: application/dicom+json";

/** A server with so many instances, that gives at most `cap` at once. */
const archive = (count: number, cap: number) => (wire: WebWire, url: URL) => {
  const offset = Number(url.searchParams.get("offset") ?? 0);
  const limit = Math.min(cap, Number(url.searchParams.get("limit") ?? cap));
  const page = uids(Math.min(limit, count - offset), offset);
  return page.length === 0 ? wire.respond("204 No Content") : wire.respond("200 OK", matches(page), json);
};

const failed = (asking: Promise<unknown>): Promise<unknown> =>
  asking.then(
    () => "it succeeded",
    (error: unknown) => error,
  );

describe("a query", () => {
  it("names the series, a limit and the form of the answer", async () => {
    const target = await serve(archive(0, 10));
    expect(await findInstances(target, instance, { limit: 5 })).toEqual({ uids: new Set(), isTruncated: false });
    expect(heads).toHaveLength(1);
    const path = "/rs/studies/1.2.3/series/1.2.3.4/instances?limit=5&SOPInstanceUID=1.2.3.4.5";
    expect(heads[0]).toContain(`GET ${path} HTTP/1.1\n`);
    expect(heads[0]).toContain("\naccept: application/dicom+json\n");
  });

  it("goes on until there are no more, also when the server gives fewer at once than it is asked for", async () => {
    const target = await serve(archive(25, 10));
    const found = await findInstances(target, series, { limit: 1000 });
    expect(found).toEqual({ uids: new Set(uids(25)), isTruncated: false });
  });

  it("ends at its limit, and says so", async () => {
    const target = await serve(archive(25, 10));
    const found = await findInstances(target, series, { limit: 15 });
    expect(found).toEqual({ uids: new Set(uids(15)), isTruncated: true });
  });

  it("ends at a server that gives the same page for ever", async () => {
    const target = await serve((wire) => wire.respond("200 OK", matches(uids(10)), json));
    expect((await findInstances(target, series, { limit: 1000 })).uids.size).toBe(10);
    expect(heads).toHaveLength(2);
  });

  it("ends at a server that never runs out", async () => {
    const target = await serve(archive(1_000_000, 1));
    const found = await findInstances(target, series, { limit: 1_000_000 });
    expect(found.isTruncated).toBe(true);
    expect(found.uids.size).toBe(200);
  });

  it("for one instance asks once when it is there", async () => {
    const target = await serve((wire) => wire.respond("200 OK", matches(uids(9)), json));
    expect((await findInstances(target, instance, { limit: 5 })).uids.has(instance.sopInstanceUid)).toBe(true);
    expect(heads).toHaveLength(1);
  });

  it("does not know what is missing when a further page is refused", async () => {
    const target = await serve((wire, url) =>
      url.searchParams.has("offset") ? wire.respond("400 Bad Request") : wire.respond("200 OK", matches(uids(9)), json),
    );
    expect(await findInstances(target, series, { limit: 50 })).toEqual({ uids: new Set(uids(9)), isTruncated: true });
  });

  it("fails when the server fails on a further page", async () => {
    const target = await serve(async (wire, url) => {
      if (url.searchParams.has("offset")) wire.reset();
      else await wire.respond("200 OK", matches(uids(9)), json);
    });
    expect(await failed(findInstances(target, series, { limit: 50 }))).toMatchObject({ code: "closed-by-peer" });
  });

  it("takes 200 with nothing for none, and passes over what is no instance", async () => {
    const odd = '[null, 1, "1.2.3.4.1", {}, {"00080018": {"Value": ["1.2.x"]}}, {"00080018": {"Value": ["1.2.9"]}}]';
    for (const [body, expected] of [
      ["", []],
      ["[]", []],
      [odd, ["1.2.9"]],
    ] as const) {
      const target = await serve((wire) => wire.respond("200 OK", body));
      expect((await findInstances(target, series, { limit: 5 })).uids).toEqual(new Set(expected));
      await peer?.[Symbol.asyncDispose]();
    }
  });

  const errors: [string, (wire: WebWire) => Promise<void>, string][] = [
    ["a page", (wire) => wire.respond("200 OK", "<html></html>"), "protocol"],
    ["an object", (wire) => wire.respond("200 OK", "{}", json), "protocol"],
    ["4 GB", (wire) => wire.text("HTTP/1.1 200 OK", "Content-Length: 4294967296", "", "["), "protocol"],
    ["404", (wire) => wire.respond("404 Not Found"), "not-found"],
    ["a redirect", (wire) => wire.respond("302 Found", "", "Location: /login"), "status"],
    ["its head only", (wire) => wire.text("HTTP/1.1 200 OK", "Content-Length: 9", "", ""), "timeout"],
    ["half of it", (wire) => wire.text("HTTP/1.1 200 OK", "Content-Length: 9", "", "["), "timeout"],
  ];
  it.each(errors)("that is answered by %s finds nothing out", async (_name, answer, code) => {
    const target = await serve(answer);
    expect(await failed(findInstances(target, series, { limit: 5 }))).toMatchObject({ code });
  });

  it("never puts what is no UID into an address", async () => {
    const target = await serve(archive(1, 1));
    const query = { ...series, studyInstanceUid: "1/../2?x=" };
    expect(await failed(findInstances(target, query, { limit: 5 }))).toMatchObject({ code: "protocol" });
    expect(heads).toEqual([]);
  });
});

describe("a retrieval", () => {
  const content = Buffer.alloc(3_000_000, "DICM\r\n--b\r\n--");
  const parts = Buffer.concat([Buffer.from("\r\n--bb\r\nContent-Type: x\r\n\r\n"), content, Buffer.from("\r\n--bb--")]);
  const multipart = 'Content-Type: multipart/related; type="application/dicom"; boundary="bb"';
  const send = async (wire: WebWire, body: Buffer, type: string, length = body.length): Promise<void> => {
    await wire.text("HTTP/1.1 200 OK", `Content-Length: ${length}`, type, "", "");
    await wire.send(body);
  };
  const file = (): string => join(folder, "back.dcm");

  const good: [string, (wire: WebWire) => Promise<void>][] = [
    ["in parts", (wire) => send(wire, parts, multipart)],
    ["as it is", (wire) => send(wire, content, "Content-Type: application/dicom; transfer-syntax=1.2.3")],
  ];
  it.each(good)("writes what comes %s", async (_name, answer) => {
    const target = await serve(answer);
    const { sizeBytes } = await retrieveInstance(target, instance, file(), { maxBytes: content.length });
    expect(sizeBytes).toBe(content.length);
    expect((await readFile(file())).equals(content)).toBe(true);
    expect(heads[0]).toContain("GET /rs/studies/1.2.3/series/1.2.3.4/instances/1.2.3.4.5 HTTP/1.1\n");
    expect(heads[0]).toContain('\naccept: multipart/related; type="application/dicom"; transfer-syntax=*\n');
  });

  const bad: [string, (wire: WebWire) => Promise<void>, string][] = [
    [
      "is longer than it can be",
      (wire) => send(wire, Buffer.concat([parts, parts]), "Content-Type: application/dicom"),
      "too-large",
    ],
    ["has no end", (wire) => send(wire, parts.subarray(0, -5), multipart), "protocol"],
    ["is empty", (wire) => send(wire, Buffer.alloc(0), "Content-Type: application/dicom"), "protocol"],
    ["has another boundary", (wire) => send(wire, parts, 'Content-Type: multipart/related; boundary="cc"'), "protocol"],
    [
      "is compressed",
      (wire) => send(wire, gzipSync(content), "Content-Encoding: gzip\r\nContent-Type: application/dicom"),
      "protocol",
    ],
    ["is a page", (wire) => wire.respond("200 OK", "<html>", "Content-Type: text/html"), "protocol"],
    ["is not there", (wire) => wire.respond("404 Not Found"), "not-found"],
    ["stops", (wire) => send(wire, parts.subarray(0, 9_000), multipart, parts.length), "timeout"],
    [
      "is cut off",
      (wire) => send(wire, parts.subarray(0, 9_000), multipart, parts.length).then(() => wire.reset()),
      "closed-by-peer",
    ],
  ];
  it.each(bad)("leaves no file when what comes %s", async (_name, answer, code) => {
    const target = await serve(answer);
    const retrieving = retrieveInstance(target, instance, file(), { maxBytes: 4_000_000 });
    expect(await failed(retrieving)).toMatchObject({ code });
    expect(await readdir(folder)).toEqual([]);
  });

  it("says when it cannot be written", async () => {
    const target = await serve((wire) => send(wire, parts, multipart));
    const retrieving = retrieveInstance(target, instance, join(folder, "no", "where"), { maxBytes: 4_000_000 });
    expect(await failed(retrieving)).toMatchObject({ code: "file-unreadable" });
  });
});

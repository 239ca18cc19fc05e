import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RawPeer, startRawPeer } from "../../../test/support/raw-peer.ts";
import { startWebPeer } from "../../../test/support/web-peer.ts";
import { encodeReleaseResponse } from "../../dimse/pdu-writer.ts";
import { clip, clipUid, still, stillUid } from "../outbox.fixture.ts";
import { dimseTransport } from "./dimse-transport.ts";
import { stowTransport } from "./stow-transport.ts";
import type { Sendable } from "./transport.ts";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "scopeline-transports-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const { signal } = new AbortController();
const encoding = { sopClassUid: stillUid, transferSyntaxUid: still.transferSyntaxUid };

/** A file of 4 bytes that stand for the meta information, 6 that stand for text, and 10 for pixels. */
async function sendable(number: number, head?: string): Promise<Sendable> {
  const file = join(directory, `f${number}`);
  await writeFile(file, "METAtext..pixels....");
  const rewritten = head === undefined ? {} : { head: { bytes: Buffer.from(head), replacesBytes: 6 } };
  return {
    ...encoding,
    ...rewritten,
    id: number,
    sopInstanceUid: `2.25.${number}`,
    file,
    dataSetOffset: 4,
    sizeBytes: 20,
  };
}

describe("over DIMSE", () => {
  const transport = (peer: RawPeer) =>
    dimseTransport({
      address: { host: "127.0.0.1", port: peer.port, calledAeTitle: "PEER", callingAeTitle: "SCOPELINE" },
      deadlines: { releaseMs: 500 },
    });

  it("a node that accepts nothing of what was proposed is reached, and takes nothing", async () => {
    await using peer = await startRawPeer(async (wire) => {
      const request = await wire.pdu();
      if (request.type !== "associate-rq") throw new Error("no request");
      await wire.send(
        wire.acceptance(
          request,
          request.contexts.map(({ id }) => ({ id, result: 3, transferSyntax: "" })),
        ),
      );
      if ((await wire.pdu()).type === "release-rq") await wire.send(encodeReleaseResponse());
    });
    const connection = await transport(peer).open([encoding], signal);
    expect(connection.accepts(stillUid, still.transferSyntaxUid)).toBe(false);
    await connection.close();
  });

  it("what is proposed is accepted one by one, and an Instance goes with its beginning rewritten", async () => {
    const got = Promise.withResolvers<string | undefined>();
    await using peer = await startRawPeer(async (wire) => {
      const request = await wire.pdu();
      if (request.type !== "associate-rq") throw new Error("no request");
      const contexts = request.contexts.map(({ id, abstractSyntax, transferSyntaxes }) => ({
        id,
        result: abstractSyntax === stillUid ? 0 : 3,
        transferSyntax: transferSyntaxes[0] ?? "",
      }));
      await wire.send(wire.acceptance(request, contexts));
      const message = await wire.message();
      got.resolve(message.dataSet?.toString());
      await wire.send(
        wire.answer(message, { status: 0xa700, errorComment: "disk full", affectedSopInstanceUid: "2.25.1" }),
      );
      if ((await wire.pdu()).type === "release-rq") await wire.send(encodeReleaseResponse());
    });
    const refused = { sopClassUid: clipUid, transferSyntaxUid: clip.transferSyntaxUid };
    const connection = await transport(peer).open([encoding, refused], signal);
    expect(connection.accepts(stillUid, still.transferSyntaxUid)).toBe(true);
    expect(connection.accepts(clipUid, clip.transferSyntaxUid)).toBe(false);
    const answers = await connection.store([await sendable(1, "TEXT!!!!")], undefined, signal);
    expect(await got.promise).toBe("TEXT!!!!pixels....");
    expect(answers.get("2.25.1")).toEqual({ kind: "status", status: 0xa700, words: "disk full" });
    await connection.close();
    expect(connection.isOpen).toBe(false);
  });
});

describe("over HTTP", () => {
  it("several go in one request, whole files, and each has its own answer", async () => {
    const stored = { "00081150": { vr: "UI", Value: [stillUid] }, "00081155": { vr: "UI", Value: ["2.25.1"] } };
    const failed = {
      "00081150": { vr: "UI", Value: [stillUid] },
      "00081155": { vr: "UI", Value: ["2.25.2"] },
      "00081197": { vr: "US", Value: [0xa700] },
    };
    const answer = { "00081199": { vr: "SQ", Value: [stored] }, "00081198": { vr: "SQ", Value: [failed] } };
    const bodies: string[] = [];
    await using peer = await startWebPeer(async (wire) => {
      bodies.push((await wire.webRequest()).body.toString());
      await wire.respond("202 Accepted", JSON.stringify(answer), "Content-Type: application/dicom+json");
    });
    const deadlines = { connectMs: 2_000, readMs: 2_000, writeMs: 2_000, responseMs: 2_000 };
    const connection = await stowTransport({ url: `http://127.0.0.1:${peer.port}`, deadlines }).open([], signal);
    const items = [await sendable(1), await sendable(2, "TEXT!!!!"), await sendable(3)];
    const answers = await connection.store(items, undefined, signal);
    expect(bodies[0]).toContain("\r\n\r\nMETAtext..pixels....\r\n");
    expect(bodies[0]).toContain("\r\n\r\nMETATEXT!!!!pixels....\r\n");
    expect(answers.get("2.25.1")).toEqual({ kind: "status", status: 0, words: null });
    expect(answers.get("2.25.2")).toMatchObject({ kind: "status", status: 0xa700 });
    expect(answers.get("2.25.3")).toMatchObject({ kind: "unconfirmed", words: expect.stringContaining("HTTP 202") });
  });
});

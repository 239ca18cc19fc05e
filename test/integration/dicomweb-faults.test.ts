/** What a DICOMweb server, or the network before it, can do to a store: each costs that request and nothing else. */
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { DicomWebError, type DicomWebTarget, type StowItem, storeInstances } from "../../src/dicomweb/dicomweb.ts";
import { freePort } from "../support/run.ts";
import { startWebPeer, type WebPeer, type WebWire } from "../support/web-peer.ts";

/** Far longer than anything takes, also on a busy machine; and so short that silence is over soon. */
const deadlines = { connectMs: 20_000, readMs: 20_000, writeMs: 20_000, responseMs: 20_000 };
const impatient = { connectMs: 600, readMs: 300, writeMs: 300, responseMs: 500 };
const sopClassUid = "1.2.840.10008.5.1.4.1.1.77.1.2";
const uid = "1.2.3.4";

function item(sopInstanceUid: string, piece: StowItem["pieces"][number]): StowItem {
  return { sopInstanceUid, sopClassUid, transferSyntaxUid: "1.2.840.10008.1.2.4.50", pieces: [piece] };
}
const small = [item(uid, Buffer.from("DICM"))];
/** More than the buffers of two sockets hold. */
const large = [item(uid, Buffer.alloc(48_000_000, 7))];

type Script = (wire: WebWire) => Promise<void>;

/** Takes the whole request, then does this. */
function afterRequest(then: (wire: WebWire) => unknown): Script {
  return async (wire) => {
    await wire.webRequest();
    await then(wire);
  };
}

const stored = (...uids: string[]): string =>
  JSON.stringify({ "00081199": { vr: "SQ", Value: uids.map((one) => ({ "00081155": { vr: "UI", Value: [one] } })) } });

const peers: WebPeer[] = [];
afterEach(async () => {
  for (const peer of peers.splice(0)) {
    expect(peer.failures()).toEqual([]);
    await peer[Symbol.asyncDispose]();
  }
});

async function serve(script: (wire: WebWire) => Promise<void>): Promise<{ peer: WebPeer; target: DicomWebTarget }> {
  const peer = await startWebPeer(script);
  peers.push(peer);
  return { peer, target: { url: `http://127.0.0.1:${peer.port}/dicom-web/`, deadlines } };
}

const failed = (storing: Promise<unknown>): Promise<unknown> =>
  storing.then(
    () => "it succeeded",
    (error: unknown) => error,
  );

describe("a store", () => {
  it("is a multipart request of known length, and what the answer names is stored", async () => {
    const requests: { head: string; body: Buffer }[] = [];
    const { target } = await serve(async (wire) => {
      requests.push(await wire.webRequest());
      await wire.respond("200 OK", stored("1.2.3", "1.2.4"), "Content-Type: application/dicom+json");
    });
    const items = [item("1.2.3", Buffer.from("first\r\n--x")), item("1.2.4", Buffer.from("second"))];
    const answer = await storeInstances({ ...target, authorization: () => "Bearer abc" }, items);
    expect(answer).toEqual({
      httpStatus: 200,
      instances: new Map([
        ["1.2.3", { kind: "stored" }],
        ["1.2.4", { kind: "stored" }],
      ]),
    });
    const { head = "", body = Buffer.alloc(0) } = requests[0] ?? {};
    expect(head).toMatch(/^POST \/dicom-web\/studies HTTP\/1\.1\n/);
    expect(head).toContain("\naccept: application/dicom+json\n");
    expect(head).toContain("\nauthorization: Bearer abc\n");
    expect(head).toContain("\naccept-encoding: identity\n");
    expect(head).not.toMatch(/^(expect|transfer-encoding):/m);
    const boundary = /^content-type: multipart\/related; type="application\/dicom"; boundary=(\w+)$/m.exec(head)?.[1];
    const part = (text: string): string => `--${boundary}\r\nContent-Type: application/dicom\r\n\r\n${text}\r\n`;
    expect(body.toString()).toBe(`${part("first\r\n--x")}${part("second")}--${boundary}--\r\n`);
  });

  it("of nothing asks nobody", async () => {
    const target = { url: "http://127.0.0.1:1", deadlines };
    expect((await storeInstances(target, [])).instances.size).toBe(0);
  });

  it("of the same instance twice is refused", async () => {
    const target = { url: "http://127.0.0.1:1", deadlines };
    expect(await failed(storeInstances(target, [...small, ...small]))).toMatchObject({ code: "protocol" });
  });

  it("uses a connection again", async () => {
    const { peer, target } = await serve(async (wire) => {
      for (;;) {
        await wire.webRequest();
        await wire.respond("200 OK", stored(uid));
      }
    });
    for (let time = 0; time < 3; time += 1) await storeInstances(target, small);
    expect(peer.connections()).toBe(1);
  });

  it("goes out once more when a connection that was kept is closed just then", async () => {
    const { peer, target } = await serve(async (wire) => {
      await wire.webRequest();
      await wire.respond("200 OK", stored(uid));
      await wire.bytes(1);
      wire.reset();
    });
    await storeInstances(target, small);
    const again = await storeInstances(target, small);
    expect(again.instances.get(uid)?.kind).toBe("stored");
    expect(peer.connections()).toBe(2);
  });

  it("goes to a slow reader for as long as it reads", async () => {
    let taken = 0;
    const { target } = await serve(async (wire) => {
      const length = Number(/^content-length: (\d+)$/m.exec(await wire.head())?.[1]);
      while (taken < length) {
        taken += (await wire.bytes(Math.min(length - taken, 1_000_000))).length;
        await sleep(40);
      }
      await wire.respond("200 OK", stored(uid));
    });
    // It takes all in all longer than the deadline, which the buffers between the two make long.
    const patient = { ...target, deadlines: { ...deadlines, writeMs: 1_500 } };
    expect((await storeInstances(patient, large)).instances.get(uid)?.kind).toBe("stored");
  });

  it("takes 202 with a list, and an answer in parts", async () => {
    const { target } = await serve(async (wire) => {
      await wire.webRequest();
      const body = stored(uid);
      const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
      await wire.text("HTTP/1.1 202 Accepted", "Transfer-Encoding: chunked", "", "");
      for (const part of [body.slice(0, 9), body.slice(9)]) {
        await wire.text(chunk(part));
        await sleep(50);
      }
      await wire.text("0\r\n\r\n");
    });
    expect(await storeInstances(target, small)).toMatchObject({ httpStatus: 202 });
  });
});

describe("silence", () => {
  const head = "HTTP/1.1 200 OK\r\n";
  const drip = async (wire: WebWire, text: string): Promise<void> => {
    for (let times = 0; times < 3_000 && !wire.socket.destroyed; times += 1) {
      await wire.text(text);
      await sleep(50);
    }
  };
  const cases: [string, StowItem[], Script][] = [
    ["before anything is read", large, async () => {}],
    ["in the middle of the body", large, async (wire) => void (await wire.bytes(5_000_000))],
    ["after the request", small, afterRequest(() => {})],
    ["in the answer's head", small, afterRequest((wire) => wire.text(`${head}Content-`))],
    ["in the answer's body", small, afterRequest((wire) => wire.text(`${head}Content-Length: 9\r\n\r\n{`))],
    ["but for a header without end", large, (wire) => wire.text(`${head}x: `).then(() => drip(wire, "a"))],
    [
      "but for an answer without end",
      small,
      afterRequest((wire) => wire.text(`${head}\r\n`).then(() => drip(wire, " "))),
    ],
  ];
  it.each(cases)("%s ends in a timeout", async (_name, items, script) => {
    const { peer, target } = await serve(script);
    expect(await failed(storeInstances({ ...target, deadlines: impatient }, items))).toMatchObject({ code: "timeout" });
    await peer.idle();
  });

  it("instead of TLS ends in a timeout", async () => {
    const { peer } = await serve(async () => {});
    const target = { url: `https://127.0.0.1:${peer.port}`, deadlines: impatient };
    expect(await failed(storeInstances(target, small))).toMatchObject({ code: "connect-timeout" });
    await peer.idle();
  });
});

describe("a connection", () => {
  it("that is refused is told with its address and nothing of the path", async () => {
    const port = await freePort();
    const error = await failed(storeInstances({ url: `http://user:secret@127.0.0.1:${port}/x`, deadlines }, small));
    expect(error).toMatchObject({ code: "connect-failed", message: expect.stringContaining(`127.0.0.1:${port}`) });
    expect(String(error)).not.toMatch(/secret|\/x/);
  });

  const closing: [string, StowItem[], Script][] = [
    ["at once", large, (wire) => wire.bytes(1).then(() => wire.reset())],
    ["in the middle of the body", large, (wire) => wire.bytes(5_000_000).then(() => wire.reset())],
    ["after the request", small, afterRequest((wire) => wire.socket.end())],
    ["after the request, hard", small, afterRequest((wire) => wire.reset())],
    [
      "in the middle of the answer",
      small,
      async (wire) => {
        await wire.webRequest();
        await wire.text("HTTP/1.1 200 OK", "Content-Length: 1000", "", stored(uid));
        wire.socket.end();
      },
    ],
  ];
  it.each(closing)("that is closed %s proves nothing", async (_name, items, script) => {
    const { peer, target } = await serve(script);
    expect(await failed(storeInstances(target, items))).toMatchObject({ code: "closed-by-peer" });
    // Not tried again behind the caller's back: only a kept connection is.
    expect(peer.connections()).toBe(1);
  });
});

describe("an answer", () => {
  const refusals: [string, string, string[], object][] = [
    ["401 Unauthorized", "", ["WWW-Authenticate: Basic"], { code: "unauthorised", httpStatus: 401 }],
    ["403 Forbidden", "", [], { code: "forbidden", httpStatus: 403 }],
    ["404 Not Found", "<html>", [], { code: "not-found", httpStatus: 404 }],
    ["413 Content Too Large", "", [], { code: "too-large", httpStatus: 413 }],
    ["429 Too Many", "", ["Retry-After: 7"], { code: "busy", httpStatus: 429, retryAfterMs: 7_000 }],
    ["503 Unavailable", "", ["Retry-After: Fri, 31 Dec 1999 23:59:59 GMT"], { code: "busy", retryAfterMs: 0 }],
    ["503 Unavailable", "", ["Retry-After: 99999999"], { code: "busy", retryAfterMs: 86_400_000 }],
    ["503 Unavailable", "", ["Retry-After: soon"], { code: "busy", retryAfterMs: undefined }],
    ["500 Internal Server Error", "<html>", [], { code: "status", httpStatus: 500 }],
    ["400 Bad Request", stored("9.9"), [], { code: "status", httpStatus: 400 }],
    ["415 Unsupported Media Type", "", [], { code: "status", httpStatus: 415 }],
    ["304 Not Modified", "", [], { code: "status", httpStatus: 304 }],
    ["101 Switching Protocols", "", ["Connection: upgrade", "Upgrade: x"], { code: "protocol" }],
  ];
  it.each(refusals)("%s is a refusal of the request", async (status, body, headers, expected) => {
    const { target } = await serve(async (wire) => {
      await wire.webRequest();
      await wire.respond(status, body, ...headers);
    });
    expect(await failed(storeInstances(target, small))).toMatchObject(expected);
  });

  it("409 without a list, or 400 with one, fails the instances", async () => {
    const list = JSON.stringify({
      "00081198": { Value: [{ "00081155": { Value: [uid] }, "00081197": { Value: [0xa900] } }] },
    });
    for (const [status, body, reason] of [
      ["409 Conflict", "", null],
      ["400 Bad Request", list, 0xa900],
    ] as const) {
      const { target } = await serve(async (wire) => {
        await wire.webRequest();
        await wire.respond(status, body);
      });
      expect((await storeInstances(target, small)).instances.get(uid)).toMatchObject({ kind: "failed", reason });
    }
  });

  it("that refuses while the body is still on its way counts, read or not", async () => {
    for (const [status, code] of [
      ["413 Content Too Large", "too-large"],
      ["401 Unauthorized", "unauthorised"],
      ["503 Unavailable", "busy"],
    ]) {
      const { peer, target } = await serve(async (wire) => {
        await wire.head();
        await wire.respond(String(status));
      });
      expect(await failed(storeInstances(target, large))).toMatchObject({ code });
      await peer.idle();
    }
  });

  it("that refuses and never ends is a refusal all the same", async () => {
    for (const [status, code] of [
      ["403 Forbidden", "forbidden"],
      ["500 Internal Server Error", "status"],
    ]) {
      const script = afterRequest((wire) => wire.text(`HTTP/1.1 ${status}`, "Content-Length: 1000", "", "no"));
      const { target } = await serve(script);
      const error = await failed(storeInstances({ ...target, deadlines: impatient }, small));
      expect(error).toMatchObject({ code });
    }
  });

  it("of success before everything was sent is not believed", async () => {
    const { peer, target } = await serve(async (wire) => {
      await wire.head();
      await wire.respond("200 OK", stored(uid));
    });
    expect(await failed(storeInstances(target, large))).toMatchObject({ code: "protocol" });
    await peer.idle();
  });

  it("whose head comes early and whose end comes when everything was sent is believed", async () => {
    const body = stored(uid);
    const { target } = await serve(async (wire) => {
      const length = Number(/^content-length: (\d+)$/m.exec(await wire.head())?.[1]);
      await wire.text("HTTP/1.1 200 OK", `Content-Length: ${body.length}`, "", "");
      for (let taken = 0; taken < length; ) {
        taken += (await wire.bytes(Math.min(length - taken, 1_000_000))).length;
        await sleep(40);
      }
      await wire.text(body);
    });
    // Sending goes on for longer than an answer may take; what counts is that it goes on.
    const patient = { ...target, deadlines: { ...deadlines, responseMs: 1_500 } };
    expect((await storeInstances(patient, large)).httpStatus).toBe(200);
  });

  const redirect = async (wire: WebWire, location: string): Promise<void> => {
    await wire.webRequest();
    await wire.respond("307 Temporary Redirect", "", `Location: ${location}`);
  };
  it("that leads elsewhere is not followed, and only the host is told", async () => {
    const other = await serve(async () => {});
    const location = `http://127.0.0.1:${other.peer.port}/studies/1.2.3?token=secret`;
    const { target } = await serve((wire) => redirect(wire, location));
    const error = await failed(storeInstances({ ...target, authorization: () => "Bearer abc" }, small));
    expect(error).toMatchObject({ code: "status", httpStatus: 307 });
    expect(String(error)).toContain(`http://127.0.0.1:${other.peer.port}`);
    expect(String(error)).not.toMatch(/secret|1\.2\.3/);
    expect(other.peer.connections()).toBe(0);
  });

  const unproven: [string, string[], string | Buffer][] = [
    ["with nothing in it", ["Content-Length: 0"], ""],
    ["of a page", ["Content-Type: text/html"], "<html>OK</html>"],
    ["that is compressed although nobody asked", ["Content-Encoding: gzip"], gzipSync(stored(uid))],
    ["that says it is 4 GB long", ["Content-Length: 4294967296"], stored(uid)],
    ["that is longer than an answer can be", [], stored(uid).padEnd(3_000_000)],
  ];
  it.each(unproven)("%s proves nothing", async (_name, headers, body) => {
    const { peer, target } = await serve(async (wire) => {
      await wire.webRequest();
      await wire.text("HTTP/1.1 200 OK", "Connection: close", ...headers, "", "");
      await wire.send(Buffer.from(body));
      wire.socket.end();
    });
    const answer = await storeInstances(target, small);
    expect(answer.httpStatus).toBe(200);
    expect(answer.instances.get(uid)?.kind).toBe("unconfirmed");
    await peer.idle();
  });

  const broken: [string, string][] = [
    ["that is not HTTP", "SSH-2.0-OpenSSH_9\r\n"],
    ["with endless headers", `HTTP/1.1 200 OK\r\n${`x: ${"a".repeat(1000)}\r\n`.repeat(40)}`],
    ["with two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"],
    ["announced without end", "HTTP/1.1 102 Processing\r\n\r\n".repeat(200)],
  ];
  it.each(broken)("%s is a protocol error", async (_name, text) => {
    const { peer, target } = await serve(async (wire) => {
      await wire.webRequest();
      await wire.text(text);
    });
    expect(await failed(storeInstances(target, small))).toMatchObject({ code: "protocol" });
    await peer.idle();
  });
});

describe("stopping", () => {
  const phases: [string, StowItem[], Script][] = [
    ["while the server reads nothing", large, async () => {}],
    ["while the answer is awaited", small, afterRequest(() => {})],
    [
      "in the middle of the answer",
      small,
      afterRequest((wire) => wire.text("HTTP/1.1 200 OK", "Content-Length: 99", "", "{")),
    ],
    [
      "in the middle of a refusal",
      small,
      afterRequest((wire) => wire.text("HTTP/1.1 409 Conflict", "Content-Length: 99", "", "{")),
    ],
  ];
  it.each(phases)("%s closes the connection", async (_name, items, script) => {
    const stop = new AbortController();
    const { peer, target } = await serve(async (wire) => {
      await script(wire);
      setTimeout(() => stop.abort(), 50);
    });
    expect(await failed(storeInstances(target, items, { signal: stop.signal }))).toMatchObject({ code: "cancelled" });
    await peer.idle();
  });

  it("before it began asks nobody", async () => {
    const { peer, target } = await serve(async () => {});
    const signal = AbortSignal.abort();
    expect(await failed(storeInstances(target, small, { signal }))).toMatchObject({ code: "cancelled" });
    expect(peer.connections()).toBe(0);
  });
});

describe("what is ours", () => {
  it("a file is closed when the request has failed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "scopeline-web-"));
    try {
      const file = join(folder, "large");
      await writeFile(file, Buffer.alloc(20_000_000));
      const { target } = await serve((wire) => wire.bytes(3_000_000).then(() => wire.reset()));
      const open = (): string[] =>
        readdirSync("/proc/self/fd").filter((name) => {
          const at = `/proc/self/fd/${name}`;
          return existsSync(at) && readlinkSync(at) === file;
        });
      await failed(storeInstances(target, [item(uid, { file, offset: 0, sizeBytes: 20_000_000 })]));
      expect(open()).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("a file that is shorter than it was ends the request unfinished and says whose it is", async () => {
    const folder = await mkdtemp(join(tmpdir(), "scopeline-web-"));
    try {
      const file = join(folder, "short");
      await writeFile(file, Buffer.alloc(100));
      const { peer, target } = await serve(afterRequest(() => {}));
      const items = [...small, item("1.2.5", { file, offset: 0, sizeBytes: 200 })];
      const error = await failed(storeInstances(target, items));
      expect(error).toMatchObject({ code: "file-unreadable", sopInstanceUid: "1.2.5" });
      await peer.idle();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  const settings: [string, Partial<DicomWebTarget>, string][] = [
    ["an address that is none", { url: "pacs/dicom-web" }, "connect-failed"],
    ["an address of another kind", { url: "ftp://pacs/dicom-web" }, "connect-failed"],
    [
      "a token that cannot be read",
      {
        authorization: () => {
          throw new DicomWebError("unauthorised", "x");
        },
      },
      "unauthorised",
    ],
    ["a header that is two", { authorization: () => "a\r\nHost: b" }, "unauthorised"],
  ];
  it.each(settings)("%s is said before anybody is asked", async (_name, change, code) => {
    const { peer, target } = await serve(async () => {});
    expect(await failed(storeInstances({ ...target, ...change }, small))).toMatchObject({ code });
    expect(peer.connections()).toBe(0);
  });
});

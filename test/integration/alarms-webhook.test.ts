import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttps } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { NotifierError } from "../../src/alarms/notifier.ts";
import type { AlarmMessage } from "../../src/alarms/told.ts";
import { Webhook, type WebhookOptions } from "../../src/alarms/webhook.ts";
import { temporaryDirectory } from "../support/run.ts";
import { authority, peerCertificate, peerKey, serverName } from "../support/tls-identity.ts";

const alarm = { id: "held", area: "delivery", level: "caution", message: "2 wait.", since: 0 } as const;
const message: AlarmMessage = {
  station: "OR 3",
  at: Date.UTC(2027, 0, 15, 12),
  raised: [{ ...alarm, detail: "DOE^JOHN" }],
  reminded: [],
  cleared: [{ ...alarm, id: "store", toldAt: 5 }],
  onCount: 1,
};
const never = new AbortController().signal;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const ok: Answer = (_request, response) => void response.end("{}");

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let servers: Server[] = [];
let bodies: { method: string | undefined; headers: IncomingMessage["headers"]; body: unknown }[] = [];

beforeEach(async () => {
  directory = await temporaryDirectory();
  bodies = [];
});

afterEach(async () => {
  for (const server of servers) server.close();
  servers = [];
  await directory[Symbol.asyncDispose]();
});

async function listen(answer: Answer, isTls = false): Promise<string> {
  const take: Answer = async (request, response) => {
    const { method, headers } = request;
    bodies.push({ method, headers, body: JSON.parse(await text(request)) });
    answer(request, response);
  };
  const server = isTls ? createHttps({ cert: peerCertificate, key: peerKey }, take) : createServer(take);
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `${isTls ? "https" : "http"}://127.0.0.1:${(server.address() as AddressInfo).port}/alarms`;
}

const send = (url: string, options: Partial<WebhookOptions> = {}, signal = never): Promise<void> =>
  new Webhook({ url, timeoutMs: 20_000, ...options }).send(message, signal);
const failure = (...args: Parameters<typeof send>): Promise<NotifierError> =>
  send(...args).then(
    () => expect.unreachable("it was sent"),
    (error: NotifierError) => error,
  );

describe("a webhook", () => {
  it("gets the message as JSON with its token, and nothing that another said", async () => {
    const tokenFile = join(directory.path, "token");
    await writeFile(tokenFile, "s3cret\n");
    await send(await listen(ok), { tokenFile });
    expect(bodies).toEqual([
      {
        method: "POST",
        headers: expect.objectContaining({ "content-type": "application/json", authorization: "Bearer s3cret" }),
        body: {
          station: "OR 3",
          at: "2027-01-15T12:00:00.000Z",
          raised: [{ ...alarm, since: "1970-01-01T00:00:00.000Z" }],
          reminded: [],
          cleared: [{ ...alarm, id: "store", since: "1970-01-01T00:00:00.000Z" }],
          on: 1,
        },
      },
    ]);
  });

  it("over HTTPS has the hospital's own certificate, or is refused", async () => {
    const url = await listen(ok, true);
    await send(url, { tls: () => ({ ca: authority, serverName }) });
    expect(bodies).toHaveLength(1);
    expect(await failure(url)).toMatchObject({ code: "tls" });
    const other = () => ({ ca: authority, serverName: "other.test" });
    expect(await failure(url, { tls: other })).toMatchObject({ code: "tls" });
    expect(bodies).toHaveLength(1);
  });

  it("that answers without end is not waited for", async () => {
    let isClosed = false;
    const url = await listen((_request, response) => {
      response.writeHead(200);
      response.on("close", () => {
        isClosed = true;
      });
      const more = (): void =>
        void (response.destroyed || response.write(Buffer.alloc(65_536), () => setImmediate(more)));
      more();
    });
    await send(url);
    await expect.poll(() => isClosed).toBe(true);
  });

  it.each([301, 401, 404, 500])("that answers %i is an error", async (status) => {
    const url = await listen(
      (_request, response) => void response.writeHead(status, { location: "/x" }).end("its words"),
    );
    const error = await failure(url);
    expect(error).toMatchObject({ code: "refused", message: expect.stringContaining(String(status)) });
    expect(error.message).not.toContain("its words");
    expect(bodies).toHaveLength(1);
  });

  it.each<[string, Answer, string]>([
    ["is silent", () => {}, "timeout"],
    ["closes", (_request, response) => void response.destroy(), "unreachable"],
    ["is not HTTP", (request) => void request.socket.end("220 mail.test\r\n"), "unreachable"],
    [
      "drips its head",
      ({ socket }) => {
        socket.write("HTTP/1.1 200 OK\r\nx: ");
        const timer = setInterval(() => socket.write("x"), 20);
        socket.on("close", () => clearInterval(timer));
      },
      "timeout",
    ],
  ])("that %s is an error in bounded time", async (_name, answer, code) => {
    expect(await failure(await listen(answer), { timeoutMs: 300 })).toMatchObject({ code });
  });

  it("is let go of at once when the box stops", async () => {
    const stop = new AbortController();
    const failed = failure(await listen(() => stop.abort()), {}, stop.signal);
    expect(await failed).toMatchObject({ code: "cancelled" });
  });

  it.each([
    ["missing", undefined],
    ["empty", "\n"],
    ["of several lines that would be headers", "a\u000bb: c"],
  ])("is not asked with a token file that is %s", async (_name, content) => {
    const tokenFile = join(directory.path, "token");
    if (content !== undefined) await writeFile(tokenFile, content);
    expect(await failure(await listen(ok), { tokenFile })).toMatchObject({ code: "secret-file" });
    expect(bodies).toEqual([]);
  });
});

it("checks the certificate whatever the environment of the process says", async () => {
  const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  try {
    expect(await failure(await listen(ok, true))).toMatchObject({ code: "tls" });
    expect(bodies).toEqual([]);
  } finally {
    if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
  }
});

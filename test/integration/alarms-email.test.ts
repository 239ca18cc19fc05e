import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Email, type EmailOptions } from "../../src/alarms/email.ts";
import type { NotifierError } from "../../src/alarms/notifier.ts";
import type { AlarmMessage } from "../../src/alarms/told.ts";
import { temporaryDirectory } from "../support/run.ts";
import { authority, serverName } from "../support/tls-identity.ts";
import { type SmtpManners, type SmtpServer, startSmtp } from "./alarms-smtp-server.ts";

const message: AlarmMessage = {
  station: "Säal 3",
  at: Date.UTC(2027, 0, 15, 12),
  raised: [
    {
      id: "held",
      area: "delivery",
      level: "caution",
      message: "2 wait.\r\n.\r\nStill this line.",
      detail: "DOE^JOHN",
      since: 0,
    },
  ],
  reminded: [],
  cleared: [],
  onCount: 1,
};
const never = new AbortController().signal;
const trusting = () => ({ ca: authority, serverName });

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let server: SmtpServer | undefined;

beforeEach(async () => {
  directory = await temporaryDirectory();
});

afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
  server = undefined;
  await directory[Symbol.asyncDispose]();
});

async function send(manners: SmtpManners, options: Partial<EmailOptions> = {}, signal = never): Promise<SmtpServer> {
  server = await startSmtp(manners);
  const rest = {
    host: "127.0.0.1",
    security: "none",
    from: "box@hospital.test",
    to: ["a@it.test", "b@it.test"],
  } as const;
  await new Email({ port: server.port, ...rest, ...options }).send(message, signal);
  return server;
}

const failure = async (...args: Parameters<typeof send>): Promise<NotifierError> =>
  send(...args).then(
    () => expect.unreachable("it was sent"),
    (error: NotifierError) => error,
  );

async function passwordFile(password: string): Promise<string> {
  const file = join(directory.path, "password");
  await writeFile(file, `${password}\n`);
  return file;
}

describe("an e-mail", () => {
  it("goes to everybody, with a subject and all of its text, and nothing that another said", async () => {
    const { messages } = await send({});
    expect(messages).toHaveLength(1);
    const [{ from, to, text } = { from: "", to: [], text: "" }] = messages;
    expect(from).toContain("<box@hospital.test>");
    expect(to).toEqual([expect.stringContaining("<a@it.test>"), expect.stringContaining("<b@it.test>")]);
    expect(text).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(text).toMatch(/^Auto-Submitted: auto-generated/m);
    expect(text).toContain("Still this line.");
    expect(text).not.toContain("DOE");
  });

  it.each(["starttls", "tls"] as const)(
    "goes over %s, to a server with the hospital's own certificate",
    async (security) => {
      const { messages } = await send({ hasStartTls: true, isTls: security === "tls" }, { security, tls: trusting });
      expect(messages).toEqual([expect.objectContaining({ isTls: true })]);
    },
  );

  it("goes with a login", async () => {
    const login = { user: "box", password: "pass word!" };
    const file = await passwordFile(login.password);
    const { messages } = await send(
      { login, hasStartTls: true },
      { user: "box", passwordFile: file, security: "starttls", tls: trusting },
    );
    expect(messages).toHaveLength(1);
  });
});

describe("a mail server", () => {
  it.each<[string, SmtpManners, Partial<EmailOptions>, string]>([
    ["that says nothing", { silentAt: "connect" }, {}, "timeout"],
    ["that is silent after EHLO", { silentAt: "EHLO" }, {}, "timeout"],
    ["that is silent after MAIL", { silentAt: "MAIL" }, {}, "timeout"],
    ["that never takes the message", { silentAt: "end" }, {}, "timeout"],
    ["that drips", { dripsEveryMs: 20 }, {}, "timeout"],
    ["that turns everybody away", { answers: { greeting: "554 no" } }, {}, "refused"],
    ["that is busy", { answers: { greeting: "421 later" } }, {}, "refused"],
    ["that refuses the sender", { answers: { MAIL: "550 no" } }, {}, "refused"],
    ["that refuses the recipients", { answers: { RCPT: "550 no" } }, {}, "refused"],
    ["that refuses the message", { answers: { end: "554 spam" } }, {}, "refused"],
    ["that speaks another language", { answers: { greeting: "HTTP/1.1 400 Bad Request" } }, {}, "unreachable"],
    ["that closes", { closesAt: "DATA" }, {}, "unreachable"],
    ["without STARTTLS where that is asked for", {}, { security: "starttls" }, "tls"],
    ["whose certificate nobody signed", { hasStartTls: true }, { security: "starttls" }, "tls"],
    ["whose certificate nobody signed, with TLS at once", { isTls: true }, { security: "tls" }, "tls"],
    [
      "whose certificate is another's",
      { isTls: true },
      { security: "tls", tls: () => ({ ca: authority, serverName: "other.test" }) },
      "tls",
    ],
  ])("%s is an error in bounded time, and its connection is closed", async (_name, manners, options, code) => {
    const error = await failure(manners, { timeoutMs: 400, ...options });
    expect(error).toMatchObject({ name: "NotifierError", code });
    expect(error.message).toMatch(/^[A-Z].*\. .*\.$/);
    expect(server?.messages).toEqual([]);
    await expect.poll(() => server?.openCount()).toBe(0);
  });

  it("that is told to stop waiting is let go of at once", async () => {
    const stop = new AbortController();
    const failed = failure({ silentAt: "MAIL" }, {}, stop.signal);
    await expect.poll(() => server?.commands.length).toBe(2);
    stop.abort();
    expect((await failed).code).toBe("cancelled");
    await expect.poll(() => server?.openCount()).toBe(0);
  });

  it("that refuses the login never sees it again in words", async () => {
    const file = await passwordFile("sesame");
    const login = { user: "box", password: "other" };
    const error = await failure({ login }, { user: "box", passwordFile: file });
    expect(error).toMatchObject({ code: "refused", message: expect.stringContaining("passwordFile") });
    expect(error.message).not.toContain("sesame");
  });

  it("that is not there, or whose password file is not, is told as such", async () => {
    const gone = await startSmtp();
    await gone[Symbol.asyncDispose]();
    expect(await failure({}, { port: gone.port })).toMatchObject({ code: "unreachable" });
    expect(await failure({}, { user: "box", passwordFile: "/nowhere" })).toMatchObject({ code: "secret-file" });
  });
});

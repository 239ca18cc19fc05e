/** An SMTP server (RFC 5321) whose manners are scripted, for the tests of alarms by e-mail. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { createServer as createTlsServer, TLSSocket } from "node:tls";
import { peerCertificate, peerKey } from "../support/tls-identity.ts";

export interface SmtpManners {
  /** `connect`: says nothing at all; else the command after which it is silent. */
  readonly silentAt?: "connect" | "EHLO" | "MAIL" | "DATA" | "end";
  /** What it answers instead, by command; `greeting` and `end` (of the message) as well. */
  readonly answers?: Readonly<Record<string, string>>;
  /** Sends one byte of an answer without end, again and again. */
  readonly dripsEveryMs?: number;
  /** Offers STARTTLS. */
  readonly hasStartTls?: boolean;
  /** Speaks TLS from the first byte. */
  readonly isTls?: boolean;
  /** Asks for AUTH PLAIN with these. */
  readonly login?: { readonly user: string; readonly password: string };
  readonly closesAt?: string;
}

export interface SmtpServer extends AsyncDisposable {
  readonly port: number;
  /** The messages it took, as they came. */
  readonly messages: {
    readonly from: string;
    readonly to: readonly string[];
    readonly text: string;
    readonly isTls: boolean;
  }[];
  readonly commands: string[];
  /** How many connections are open at this moment. */
  openCount(): number;
}

export async function startSmtp(manners: SmtpManners = {}): Promise<SmtpServer> {
  const messages: SmtpServer["messages"] = [];
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const take = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    speak(socket, manners, { messages, commands, isTls: manners.isTls === true });
  };
  const server = manners.isTls ? createTlsServer({ cert: peerCertificate, key: peerKey }, take) : createServer(take);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    messages,
    commands,
    openCount: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function secured(socket: Socket): TLSSocket {
  const upgraded = new TLSSocket(socket, { isServer: true, cert: peerCertificate, key: peerKey });
  // The socket below is not told of the end of what lies on it.
  for (const event of ["error", "close"]) upgraded.on(event, () => socket.destroy());
  return upgraded;
}

function speak(
  socket: Socket,
  manners: SmtpManners,
  heard: { messages: SmtpServer["messages"]; commands: string[]; isTls: boolean },
  isGreeted = false,
): void {
  const { silentAt, answers = {}, dripsEveryMs, hasStartTls, login, closesAt } = manners;
  let from = "";
  let to: string[] = [];
  let isData = false;
  let pending = "";
  const say = (at: string, answer: string): void => {
    if (silentAt === at) return;
    if (closesAt === at) socket.destroy();
    else socket.write(`${answers[at] ?? answer}\r\n`);
  };
  if (dripsEveryMs !== undefined) {
    const timer = setInterval(() => socket.write("2"), dripsEveryMs);
    socket.on("close", () => clearInterval(timer));
    return;
  }
  if (silentAt === "connect") return;
  if (!isGreeted) say("greeting", "220 mail.test ESMTP");
  const onData = (chunk: Buffer): void => {
    pending += chunk.toString("latin1");
    for (;;) {
      const end = isData ? "\r\n.\r\n" : "\r\n";
      const at = pending.indexOf(end);
      if (at < 0) return;
      const line = pending.slice(0, at);
      pending = pending.slice(at + end.length);
      if (isData) {
        isData = false;
        if (answers.end === undefined && silentAt !== "end")
          heard.messages.push({ from, to, text: line, isTls: heard.isTls });
        say("end", "250 taken");
        continue;
      }
      heard.commands.push(line);
      const [verb = ""] = line.toUpperCase().split(" ");
      switch (verb) {
        case "EHLO":
          say(
            "EHLO",
            [
              "250-mail.test",
              hasStartTls && !heard.isTls ? "250-STARTTLS" : "",
              login ? "250-AUTH PLAIN" : "",
              "250 8BITMIME",
            ]
              .filter(Boolean)
              .join("\r\n"),
          );
          break;
        case "STARTTLS":
          socket.off("data", onData);
          socket.write("220 go\r\n", () => speak(secured(socket), manners, { ...heard, isTls: true }, true));
          return;
        case "AUTH": {
          const given = Buffer.from(line.split(" ")[2] ?? "", "base64").toString();
          say("AUTH", given === `\u0000${login?.user}\u0000${login?.password}` ? "235 welcome" : "535 no");
          break;
        }
        case "MAIL":
          from = line;
          say("MAIL", "250 ok");
          break;
        case "RCPT":
          to = [...to, line];
          say("RCPT", "250 ok");
          break;
        case "DATA":
          if (silentAt !== "DATA" && answers.DATA === undefined) isData = true;
          say("DATA", "354 go on");
          break;
        default:
          say(verb, "221 bye");
      }
    }
  };
  socket.on("data", onData);
}

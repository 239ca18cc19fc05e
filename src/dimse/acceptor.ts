import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { TlsServerIdentity } from "../lib/tls-files.ts";
import { AcceptedAssociation, type AcceptorRules } from "./accepted-association.ts";
import type { AcceptorService, Caller } from "./acceptor-service.ts";
import { Admissions } from "./admissions.ts";
import { asDimseError, DimseError } from "./dimse-error.ts";
import { type Deadlines, defaultDeadlines, defaultMaxPduBytes } from "./limits.ts";
import { requireAeTitle } from "./names.ts";
import { echoService } from "./services/echo-acceptor.ts";
import { TlsAcceptor } from "./tls-acceptor.ts";

export interface ListenOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly aeTitle: string;
  /** The calling AE titles that may come in; `"any"`, the default: all. */
  readonly callers?: "any" | readonly string[];
  /** More are turned away for the moment (transient); by default 16. */
  readonly maxAssociations?: number;
  /** The same for one remote address, so that one caller never takes every place; by default half of them. */
  readonly maxPerAddress?: number;
  readonly deadlines?: Partial<Deadlines>;
  readonly maxPduBytes?: number;
  /** An association without a request for so long is aborted; by default 60 s. */
  readonly idleMs?: number;
  /** Only TLS is spoken then. Asked for at each connection: new certificate files count at once. */
  readonly tls?: () => TlsServerIdentity;
  readonly handlers?: {
    /** The status of a C-ECHO, by default 0. What it throws is told to `onError` and answered with 0110. */
    readonly echo?: (caller: Caller) => number | Promise<number>;
  };
  /** What is taken besides C-ECHO, such as `eventReportService(…)`. */
  readonly services?: readonly AcceptorService[];
  /** Associations and TLS handshakes that failed, and handlers that threw; ends as they should are not told. */
  readonly onError?: (error: DimseError, caller: Caller) => void;
}

export interface Acceptor {
  readonly port: number;
  /** Stops listening, aborts what is open, settles when every connection is gone. */
  close(): Promise<void>;
}

/**
 * Listens for associations. Throws DimseError: `connect-failed` when the port cannot be had, `tls` when our certificate
 * or key cannot be used.
 */
export async function listen(options: ListenOptions): Promise<Acceptor> {
  requireAeTitle(options.aeTitle, "Our AE title");
  const { maxAssociations = 16, maxPerAddress = Math.ceil(maxAssociations / 2), onError = () => {} } = options;
  const admissions = new Admissions(maxAssociations, maxPerAddress);
  const deadlines = { ...defaultDeadlines, ...options.deadlines };
  const rules: AcceptorRules = {
    aeTitle: options.aeTitle,
    callers: options.callers ?? "any",
    services: [echoService(options.handlers?.echo ?? (() => 0)), ...(options.services ?? [])],
    deadlines,
    maxPduBytes: options.maxPduBytes ?? defaultMaxPduBytes,
    idleMs: options.idleMs ?? 60_000,
    isFull: (remoteAddress) => admissions.isFull(remoteAddress),
    onError,
  };
  const associate = (socket: Socket): void => {
    const association = new AcceptedAssociation(socket, socket.remoteAddress ?? "", rules);
    admissions.add(association);
    association.start();
  };
  const tls =
    options.tls &&
    new TlsAcceptor({
      identity: options.tls,
      handshakeMs: deadlines.associationMs,
      onSocket: associate,
      onFailure: (error, remoteAddress) => onError(error, { callingAeTitle: "", remoteAddress }),
    });
  tls?.check();
  const server = createServer({ noDelay: true }, (socket: Socket) => {
    if (!admissions.connected(socket)) socket.destroy();
    else if (tls) tls.take(socket);
    else associate(socket);
  });
  server.maxConnections = admissions.maxConnections;
  const port = await bind(server, options.host, options.port);
  return {
    port,
    async close() {
      const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
      await admissions.close();
      await stopped;
    },
  };
}

async function bind(server: Server, host: string, port: number): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port }, resolve);
    });
  } catch (cause) {
    throw asDimseError(cause, "connect-failed", `Port ${port} cannot be listened on: is something else using it?`);
  }
  // A failing accept (no file descriptors left) is one connection lost, not the end of the process.
  server.on("error", () => {});
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new DimseError("connect-failed", "No port to listen on.");
  return address.port;
}

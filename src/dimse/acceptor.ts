import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { AcceptedAssociation, type AcceptorRules } from "./accepted-association.ts";
import type { Caller } from "./acceptor-service.ts";
import { asDimseError, DimseError } from "./dimse-error.ts";
import { type Deadlines, defaultDeadlines, defaultMaxPduBytes } from "./limits.ts";
import { requireAeTitle } from "./names.ts";
import { echoService } from "./services/echo-acceptor.ts";

export interface ListenOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly aeTitle: string;
  /** The calling AE titles that may come in; `"any"`, the default: all. */
  readonly callers?: "any" | readonly string[];
  /** More are turned away for the moment (transient); by default 16. */
  readonly maxAssociations?: number;
  readonly deadlines?: Partial<Deadlines>;
  readonly maxPduBytes?: number;
  /** An association without a request for so long is aborted; by default 60 s. */
  readonly idleMs?: number;
  readonly handlers?: {
    /** The status of a C-ECHO, by default 0. What it throws is told to `onError` and answered with 0110. */
    readonly echo?: (caller: Caller) => number | Promise<number>;
  };
  /** Associations that failed, and handlers that threw; ends as they should are not told. */
  readonly onError?: (error: DimseError, caller: Caller) => void;
}

export interface Acceptor {
  readonly port: number;
  /** Stops listening, aborts what is open, settles when every connection is gone. */
  close(): Promise<void>;
}

/** Connections beyond `maxAssociations` that are still told why they cannot come in; more are dropped at once. */
const turnedAwayAtOnce = 8;

/** Listens for associations. Throws DimseError `connect-failed` when the port cannot be had. */
export async function listen(options: ListenOptions): Promise<Acceptor> {
  requireAeTitle(options.aeTitle, "Our AE title");
  const { maxAssociations = 16 } = options;
  const open = new Set<AcceptedAssociation>();
  const rules: AcceptorRules = {
    aeTitle: options.aeTitle,
    callers: options.callers ?? "any",
    services: [echoService(options.handlers?.echo ?? (() => 0))],
    deadlines: { ...defaultDeadlines, ...options.deadlines },
    maxPduBytes: options.maxPduBytes ?? defaultMaxPduBytes,
    idleMs: options.idleMs ?? 60_000,
    isFull: () => [...open].filter((association) => association.isEstablished).length >= maxAssociations,
    onError: options.onError ?? (() => {}),
  };
  const server = createServer({ noDelay: true }, (socket: Socket) => {
    const association = new AcceptedAssociation(socket, rules);
    open.add(association);
    association.closed.then(() => open.delete(association));
    association.start();
  });
  server.maxConnections = maxAssociations + turnedAwayAtOnce;
  const port = await bind(server, options.host, options.port);
  return {
    port,
    async close() {
      const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const association of open) association.abort();
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

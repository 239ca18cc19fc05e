import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { nameToCheck, type TlsIdentity } from "../lib/tls-files.ts";
import { DimseError } from "./dimse-error.ts";
import { ownTlsFailure, tlsFailure, tlsProfile } from "./tls-profile.ts";

export interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  /** The association runs over TLS and the peer's certificate is always checked (PS3.15 B.9 and on). */
  readonly tls?: (() => TlsIdentity) | undefined;
  readonly connectMs: number;
  readonly signal?: AbortSignal | undefined;
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there; is the port right and the peer running?",
  ENOTFOUND: "the host name is not known; is it right, does name resolution work?",
  EAI_AGAIN: "the host name could not be looked up; does name resolution work?",
  EHOSTUNREACH: "the host cannot be reached; is the network connected?",
  ENETUNREACH: "the network cannot be reached; is it connected?",
  ETIMEDOUT: "the host did not answer; is it on, and does a firewall stand between?",
  ECONNRESET: "the peer closed the connection at once",
};

/** A connected socket, paused; DimseError `connect-failed`, `connect-timeout`, `tls` or `cancelled`. */
export async function connect(options: ConnectOptions): Promise<Socket> {
  const { host, port, tls, connectMs, signal } = options;
  if (signal?.aborted) throw cancelled();
  const where = `${host}:${port}`;
  const socket = open(options);
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const onAbort = (): void => reject(cancelled());
  const onError = (cause: Error): void => reject(tlsFailure(where, cause) ?? connectFailed(where, cause));
  const onClose = (): void => reject(connectFailed(where));
  const timer = setTimeout(() => {
    reject(new DimseError("connect-timeout", `No connection to ${where} within ${connectMs} ms: is the host on?`));
  }, connectMs);
  signal?.addEventListener("abort", onAbort);
  socket.once(tls ? "secureConnect" : "connect", () => resolve(socket));
  socket.once("error", onError);
  socket.once("close", onClose);
  try {
    return await promise;
  } catch (error) {
    socket.on("error", () => {});
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    socket.off("error", onError);
    socket.off("close", onClose);
  }
}

/** The identity is asked for here, once for each association: new certificate files count from the next one on. */
function open({ host, port, tls }: ConnectOptions): Socket {
  if (!tls) return connectTcp({ host, port, noDelay: true });
  try {
    const { serverName, ...identity } = tls();
    return connectTls({ host, port, ...tlsProfile, ...identity, ...nameToCheck(serverName), rejectUnauthorized: true });
  } catch (cause) {
    throw ownTlsFailure(cause);
  }
}

function connectFailed(where: string, cause?: Error): DimseError {
  const code = cause && "code" in cause ? String(cause.code) : "";
  const why = words[code] ?? (code || cause?.message || "the connection was closed");
  return new DimseError("connect-failed", `No connection to ${where}: ${why}`, { cause });
}

export function cancelled(): DimseError {
  return new DimseError("cancelled", "The association was cancelled.");
}

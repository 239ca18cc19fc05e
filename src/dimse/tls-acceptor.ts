import type { Socket } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import type { TlsServerIdentity } from "../lib/tls-files.ts";
import { asDimseError, type DimseError } from "./dimse-error.ts";
import { ownTlsFailure, refusedCertificate, tlsFailure, tlsProfile } from "./tls-profile.ts";

export interface TlsAcceptorOptions {
  readonly identity: () => TlsServerIdentity;
  /** From the connection to the end of the handshake. */
  readonly handshakeMs: number;
  readonly onSocket: (socket: TLSSocket) => void;
  /** A handshake that failed; the connection is gone. `remoteAddress`: whose. */
  readonly onFailure: (error: DimseError, remoteAddress: string) => void;
}

/** TLS on connections that came in. The identity is asked for at each one, so that new files count at once. */
export class TlsAcceptor {
  readonly #options: TlsAcceptorOptions;
  /** Never listens itself: it is handed each connection. A new identity gets a new one, and with it new session keys. */
  #server: Server | undefined;
  #identity: TlsServerIdentity | undefined;

  constructor(options: TlsAcceptorOptions) {
    this.#options = options;
  }

  /** Throws DimseError `tls` when our certificate or key cannot be used. */
  check(): void {
    this.#current();
  }

  take(socket: Socket): void {
    const remoteAddress = socket.remoteAddress ?? "";
    try {
      this.#current().emit("connection", socket);
    } catch (reason) {
      socket.destroy();
      this.#options.onFailure(ownTlsFailure(reason), remoteAddress);
    }
  }

  #current(): Server {
    try {
      const identity = this.#options.identity();
      if (this.#server === undefined || !isSame(identity, this.#identity)) {
        this.#server = this.#make(identity);
        this.#identity = identity;
      }
      return this.#server;
    } catch (reason) {
      throw ownTlsFailure(reason);
    }
  }

  #make({ ca, cert, key, requireClientCertificate }: TlsServerIdentity): Server {
    const { handshakeMs, onSocket, onFailure } = this.#options;
    const server = createServer({
      ...tlsProfile,
      cert,
      key,
      ...(ca === undefined ? {} : { ca }),
      requestCert: requireClientCertificate,
      rejectUnauthorized: true,
      handshakeTimeout: handshakeMs,
    });
    server.on("secureConnection", onSocket);
    server.on("tlsClientError", (cause, socket) => {
      const refused = refusedCertificate(socket.authorizationError);
      onFailure(refused ?? tlsFailure("the caller", cause) ?? lost(cause), socket.remoteAddress ?? "");
      socket.destroy();
    });
    return server;
  }
}

function isSame(one: TlsServerIdentity, other: TlsServerIdentity | undefined): boolean {
  return (
    one.cert === other?.cert &&
    one.key === other.key &&
    one.ca === other.ca &&
    one.requireClientCertificate === other.requireClientCertificate
  );
}

function lost(cause: Error): DimseError {
  return asDimseError(cause, "closed-by-peer", "The connection was closed in the middle of the TLS handshake.");
}

/** An HTTP server whose every byte is scripted, plain or over TLS. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { Wire } from "./raw-peer.ts";

/** One connection; nothing is read but what the script asks for. */
export class WebWire extends Wire {
  /** A request up to its empty line, in lower case but for the first line. */
  async head(): Promise<string> {
    let text = "";
    while (!text.endsWith("\r\n\r\n")) text += (await this.bytes(1)).toString("latin1");
    const [first = "", ...rest] = text.split("\r\n");
    return [first, ...rest.map((line) => line.replace(/^[^:]*/, (name) => name.toLowerCase()))].join("\n");
  }

  /** A whole request, its body included. */
  async webRequest(): Promise<{ head: string; body: Buffer }> {
    const head = await this.head();
    const length = Number(/^content-length: (\d+)$/m.exec(head)?.[1] ?? 0);
    const parts: Buffer[] = [];
    for (let left = length; left > 0; ) {
      const part = await this.bytes(Math.min(left, 16_384));
      parts.push(Buffer.from(part));
      left -= part.length;
    }
    return { head, body: Buffer.concat(parts) };
  }

  async text(...lines: readonly string[]): Promise<void> {
    await this.send(Buffer.from(lines.join("\r\n")));
  }

  /** A whole answer, with its length. */
  async respond(status: string, body = "", ...headers: readonly string[]): Promise<void> {
    await this.text(`HTTP/1.1 ${status}`, `Content-Length: ${Buffer.byteLength(body)}`, ...headers, "", body);
  }
}

export interface WebPeer extends AsyncDisposable {
  readonly port: number;
  /** Connections so far. */
  connections(): number;
  /** What the scripts threw, but for the other side closing on them. */
  failures(): readonly unknown[];
  /** Resolves when no connection is open. */
  idle(): Promise<void>;
}

/** Listens on loopback and runs the script for each connection; when it ends the connection stays as it is. */
export async function startWebPeer(script: (wire: WebWire) => Promise<void>, tls?: TlsOptions): Promise<WebPeer> {
  const sockets = new Set<Socket>();
  const failures: unknown[] = [];
  let connections = 0;
  const onSocket = (socket: Socket): void => {
    connections += 1;
    script(new WebWire(socket)).catch((error: unknown) => {
      if (!(error instanceof Error && error.message === "the other side closed")) failures.push(error);
    });
  };
  const server: Server = tls ? createTlsServer(tls, onSocket) : createServer({ noDelay: true }, onSocket);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    connections: () => connections,
    failures: () => failures,
    async idle() {
      for (const socket of sockets) {
        socket.resume();
        if (!socket.destroyed) await new Promise((resolve) => socket.once("close", resolve));
      }
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

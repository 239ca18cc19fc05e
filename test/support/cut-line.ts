/** A line in front of a DICOM node that can be cut at the data of a request, for what no provider does on demand. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { encodeAbort } from "../../src/dimse/pdu-writer.ts";

export interface Cut {
  /** What the caller sees. */
  readonly how: "abort" | "reset" | "silence";
  /** The node gets nothing of the data, or some of it; never all, so it does nothing. */
  readonly where: "before-data" | "in-data";
}

export interface CutLine extends AsyncDisposable {
  readonly port: number;
  /** The next requests with data meet these, one each. */
  cut(...cuts: readonly Cut[]): void;
  /** How many have not struck yet. */
  left(): number;
}

const pDataType = 0x04;
const pduHeadBytes = 6;
/** Of the fragment that is cut. */
const bytesThatPass = 20;

/** Listens on loopback and passes everything on to the port, both ways, until a cut strikes. */
export async function startCutLine(targetPort: () => number): Promise<CutLine> {
  const sockets = new Set<Socket>();
  let cuts: Cut[] = [];
  const server = createServer({ noDelay: true }, (caller) => {
    const node = connect({ port: targetPort(), host: "127.0.0.1", noDelay: true });
    for (const [socket, other] of [
      [caller, node],
      [node, caller],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    node.pipe(caller);
    let bytes: Buffer = Buffer.alloc(0);
    let isCut = false;
    caller.on("data", (chunk: Buffer) => {
      if (isCut) return;
      bytes = Buffer.concat([bytes, chunk]);
      for (let pdu = wholePdu(bytes); pdu !== undefined && !isCut; pdu = wholePdu(bytes)) {
        bytes = bytes.subarray(pdu.length);
        const cut = hasData(pdu) ? cuts.shift() : undefined;
        if (cut === undefined) {
          node.write(pdu);
          continue;
        }
        isCut = true;
        node.unpipe(caller);
        if (cut.where === "in-data") node.write(pdu.subarray(0, pduHeadBytes + bytesThatPass));
        if (cut.how === "abort") caller.end(encodeAbort(2, 0));
        if (cut.how === "reset") caller.resetAndDestroy();
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    cut: (...next) => {
      cuts = [...next];
    },
    left: () => cuts.length,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function wholePdu(bytes: Buffer): Buffer | undefined {
  if (bytes.length < pduHeadBytes) return undefined;
  const sizeBytes = pduHeadBytes + bytes.readUInt32BE(2);
  return bytes.length < sizeBytes ? undefined : bytes.subarray(0, sizeBytes);
}

/** Whether a fragment in it belongs to a data set and not to a command (PS3.8 E.2). */
function hasData(pdu: Buffer): boolean {
  if (pdu[0] !== pDataType) return false;
  for (let at = pduHeadBytes; at + pduHeadBytes <= pdu.length; at += 4 + pdu.readUInt32BE(at)) {
    if (((pdu[at + 5] ?? 1) & 1) === 0) return true;
  }
  return false;
}

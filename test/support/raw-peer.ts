/** A DICOM peer whose every byte is scripted, for the faults that no real software commits on demand. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { type CommandSet, encodeCommandSet, noDataSet, responseBit, withDataSet } from "../../src/dimse/command-set.ts";
import { type Message, MessageReader } from "../../src/dimse/message-reader.ts";
import { answerContexts } from "../../src/dimse/negotiate.ts";
import type { AssociateRequest, Pdu } from "../../src/dimse/pdu.ts";
import { decodePdu } from "../../src/dimse/pdu-reader.ts";
import { encodeAssociateAccept, encodeData } from "../../src/dimse/pdu-writer.ts";

/** One connection. Nothing is read from it but what the script asks for, so a script that stops is a peer that stops. */
export class Wire {
  readonly socket: Socket;
  #bytes: Buffer = Buffer.alloc(0);
  #isEnded = false;
  #wake: (() => void) | undefined;
  maxPduBytes = 16_384;
  /** Every role that is proposed, or none at all. */
  grantsRoles = true;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.pause();
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#wake?.();
    });
    for (const event of ["end", "close"]) {
      socket.on(event, () => {
        this.#isEnded = true;
        this.#wake?.();
      });
    }
  }

  async send(...parts: readonly Buffer[]): Promise<void> {
    await new Promise<void>((resolve) => this.socket.write(Buffer.concat(parts), () => resolve()));
  }

  /** The next bytes; rejects when the other side closes before. */
  async bytes(count: number): Promise<Buffer> {
    while (this.#bytes.length < count) {
      if (this.#isEnded) throw new Error("the other side closed");
      await this.#more();
    }
    const taken = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return taken;
  }

  async pdu(): Promise<Pdu> {
    return (await this.rawPdu()).pdu;
  }

  async rawPdu(): Promise<{ pdu: Pdu; sizeBytes: number }> {
    const head = await this.bytes(6);
    const sizeBytes = head.readUInt32BE(2);
    return { pdu: decodePdu(head[0] ?? 0, await this.bytes(sizeBytes)), sizeBytes };
  }

  async message(): Promise<Message> {
    const reader = new MessageReader();
    for (;;) {
      const pdu = await this.pdu();
      if (pdu.type !== "p-data") throw new Error(`a PDU ${pdu.type} instead of a message`);
      for (const pdv of pdu.pdvs) {
        const message = reader.push(pdv);
        if (message) return message;
      }
    }
  }

  /** Reads the association request and accepts every context with the first transfer syntax it proposes. */
  async accept(maxPduBytes = this.maxPduBytes): Promise<AssociateRequest> {
    const request = await this.pdu();
    if (request.type !== "associate-rq") throw new Error(`a PDU ${request.type} instead of a request`);
    const offer = new Map(
      request.contexts.map((one) => [one.abstractSyntax, request.contexts.flatMap((c) => c.transferSyntaxes)]),
    );
    await this.send(this.acceptance(request, answerContexts(request.contexts, offer), maxPduBytes));
    return request;
  }

  acceptance(
    request: AssociateRequest,
    contexts: Parameters<typeof encodeAssociateAccept>[0]["contexts"],
    maxPduBytes = this.maxPduBytes,
  ): Buffer {
    const user = { maxPduBytes, implementationClassUid: "1.2.3", implementationVersionName: "RAW" };
    const roles = this.grantsRoles ? request.user.roles : undefined;
    return encodeAssociateAccept({ ...request, contexts, user: { ...user, ...(roles && { roles }) } });
  }

  /** An answer to a request, as bytes; any field may be overridden. */
  answer(request: Message, fields: CommandSet, dataSet?: Buffer): Buffer {
    const command: CommandSet = {
      commandField: (request.command.commandField ?? 0) | responseBit,
      messageIdBeingRespondedTo: request.command.messageId ?? 0,
      commandDataSetType: dataSet ? withDataSet : noDataSet,
      ...fields,
    };
    return this.#message(request.contextId, command, dataSet);
  }

  /** A request of this side, as bytes. */
  request(contextId: number, fields: CommandSet, dataSet?: Buffer): Buffer {
    const command: CommandSet = { messageId: 1, commandDataSetType: dataSet ? withDataSet : noDataSet, ...fields };
    return this.#message(contextId, command, dataSet);
  }

  /** Settles when the other side has closed; what still comes is thrown away. */
  async closed(): Promise<void> {
    while (!this.#isEnded) {
      this.#bytes = Buffer.alloc(0);
      await this.#more();
    }
  }

  /** TCP RST. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  #message(contextId: number, command: CommandSet, dataSet: Buffer | undefined): Buffer {
    const head = encodeData(contextId, true, encodeCommandSet(command), this.maxPduBytes);
    return dataSet ? Buffer.concat([head, encodeData(contextId, false, dataSet, this.maxPduBytes)]) : head;
  }

  async #more(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.socket.resume();
    });
    this.#wake = undefined;
    this.socket.pause();
  }
}

export interface RawPeer extends AsyncDisposable {
  readonly port: number;
  /** What the scripts threw first. */
  readonly failures: readonly unknown[];
}

/** Listens on loopback and runs the script for each connection. */
export async function startRawPeer(script: (wire: Wire) => Promise<void>): Promise<RawPeer> {
  const sockets = new Set<Socket>();
  const failures: unknown[] = [];
  const server = createServer({ noDelay: true, pauseOnConnect: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    script(new Wire(socket)).catch((error: unknown) => {
      if (failures.length < 100) failures.push(error);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    failures,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The other way round: a raw caller. */
export async function callRaw(port: number): Promise<Wire & Disposable> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  return Object.assign(new Wire(socket), { [Symbol.dispose]: () => void socket.destroy() });
}

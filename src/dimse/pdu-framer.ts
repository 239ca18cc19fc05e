import { DimseError } from "./dimse-error.ts";
import { maxAssociatePduBytes } from "./limits.ts";
import { type Pdu, pduCode, pduHeaderBytes } from "./pdu.ts";
import { decodePdu, malformed } from "./pdu-reader.ts";

/**
 * Cuts a byte stream into PDUs. A whole PDU inside one chunk is not copied; one that spans chunks is copied once.
 * The length is checked before anything is kept, so that a claim of 4 GB costs nothing.
 */
export class PduFramer {
  readonly #maxPduBytes: number;
  readonly #head = Buffer.alloc(pduHeaderBytes);
  #headBytes = 0;
  #body: Buffer | undefined;
  #bodyBytes = 0;
  #isFirst = true;

  constructor(maxPduBytes: number) {
    this.#maxPduBytes = maxPduBytes;
  }

  /** True while a PDU has begun and is not complete. */
  get isPartial(): boolean {
    return this.#headBytes > 0;
  }

  /** Yields the PDUs that this chunk completes; throws DimseError `protocol`, after which the framer is of no use. */
  *push(chunk: Buffer): Generator<Pdu> {
    let at = 0;
    while (at < chunk.length) {
      if (this.#headBytes < pduHeaderBytes) {
        const taken = chunk.copy(this.#head, this.#headBytes, at, at + pduHeaderBytes - this.#headBytes);
        this.#headBytes += taken;
        at += taken;
        if (this.#headBytes < pduHeaderBytes) return;
        this.#check();
      }
      const length = this.#head.readUInt32BE(2);
      if (this.#body === undefined && at + length <= chunk.length) {
        const body = chunk.subarray(at, at + length);
        at += length;
        yield this.#finish(body);
        continue;
      }
      this.#body ??= Buffer.allocUnsafe(length);
      const taken = chunk.copy(this.#body, this.#bodyBytes, at);
      this.#bodyBytes += taken;
      at += taken;
      if (this.#bodyBytes === length) yield this.#finish(this.#body);
    }
  }

  #finish(body: Buffer): Pdu {
    this.#isFirst = false;
    this.#headBytes = 0;
    this.#body = undefined;
    this.#bodyBytes = 0;
    return decodePdu(this.#head[0] ?? 0, body);
  }

  #check(): void {
    const code = this.#head[0] ?? 0;
    const length = this.#head.readUInt32BE(2);
    // A TLS record (RFC 8446 5.1) as the first thing: an alert or a hello.
    if (this.#isFirst && (code === 0x15 || code === 0x16) && this.#head[1] === 3) {
      throw new DimseError(
        "tls",
        "The peer speaks TLS here and this side does not: set TLS the same way on both sides.",
      );
    }
    if (code === 0 || code > pduCode.abort) throw malformed(`PDU type ${code} does not exist`);
    const isAssociate = code === pduCode["associate-rq"] || code === pduCode["associate-ac"];
    const limit = code === pduCode["p-data"] ? this.#maxPduBytes : isAssociate ? maxAssociatePduBytes : 4;
    if (length > limit) throw malformed(`a PDU of type ${code} claims ${length} bytes, more than the ${limit} we take`);
    if (limit === 4 && length !== 4) throw malformed(`a PDU of type ${code} must have 4 bytes`);
  }
}

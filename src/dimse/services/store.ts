import { commandField } from "../command-set.ts";
import { DimseError } from "../dimse-error.ts";
import type { Answer, Channel, Exchange } from "../exchange.ts";
import { slowestPieceWaits } from "../limits.ts";
import { requireUid } from "../names.ts";
import type { Opened, Send } from "../outgoing.ts";
import { malformed } from "../pdu-reader.ts";
import type { Slab } from "../slab.ts";
import { totalBytes } from "../source-file.ts";
import { Throttle, within } from "../throttle.ts";

/**
 * An instance on disk: its encoded data set is `head` (a beginning rewritten for this peer; often none) followed by
 * `sizeBytes` of `file` from `offset` on, after the file meta information. `maxBytesPerS` holds the sending back.
 */
export interface StoreInput extends Send {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  readonly priority?: "low" | "medium" | "high";
}

/** What the peer says; only status 0 or an allowed warning is success (PS3.4 B.2.3). */
export interface StoreResponse {
  readonly status: number;
  readonly errorComment?: string;
  readonly affectedSopInstanceUid?: string;
  /** Tags, `"ggggeeee"`. */
  readonly offendingElements?: readonly string[];
}

/** What Linux grows its send and receive buffers to together (net.ipv4.tcp_wmem and tcp_rmem). */
const kernelBufferBytes = 10_485_760;

/** How long after an answer the last of our bytes may be told to have left before it: the event loop's turns, under load. */
const orderMs = 250;

const priorities = { medium: 0, high: 1, low: 2 } as const;

/**
 * C-STORE (PS3.7 9.1.1), streamed from the disk. Throws DimseError; `file-unreadable` before the first byte leaves the
 * association usable, later it is aborted, since half a message cannot be taken back.
 */
export async function store(channel: Channel, input: StoreInput, next?: StoreInput): Promise<StoreResponse> {
  check(input);
  const exchange = channel.begin(commandField.store, input.sopClassUid, [input.transferSyntaxUid]);
  let isBegun = false;
  try {
    const opened = await exchange.outgoing.open(input);
    let isWhole: boolean;
    isBegun = true;
    const startedAt = performance.now();
    const throttle = input.maxBytesPerS === undefined ? undefined : new Throttle(input.maxBytesPerS);
    try {
      isWhole = await send(exchange, opened, { input, next, throttle });
    } finally {
      opened.file.close();
    }
    const sendingMs = performance.now() - startedAt - (throttle?.waitedMs ?? 0);
    const tailMs = inFlightMs(sendingMs, totalBytes(input));
    const { command } = await exchange.next(exchange.responseMs + tailMs);
    const response = responseOf(command, input);
    if (!isWhole) giveUpSending(exchange, response.status);
    return response;
  } catch (error) {
    // Half a message cannot be taken back, and a peer that answers about another instance cannot be believed.
    if (isBegun && error instanceof DimseError) exchange.abort(error);
    throw error;
  } finally {
    exchange.over();
  }
}

function check(input: StoreInput): void {
  requireUid(input.sopClassUid, "The SOP class");
  requireUid(input.sopInstanceUid, "The SOP instance UID");
  requireUid(input.transferSyntaxUid, "The transfer syntax");
  const { offset, sizeBytes, maxBytesPerS } = input;
  const total = totalBytes(input);
  if (!Number.isSafeInteger(offset) || offset < 0 || !Number.isSafeInteger(sizeBytes) || sizeBytes < 0 || total === 0) {
    throw new DimseError("invalid-request", "The place of the data set in its file is not valid.");
  }
  if (total % 2 !== 0) throw new DimseError("invalid-request", "A data set has an even number of bytes (PS3.5 7.1).");
  if (maxBytesPerS !== undefined && !(maxBytesPerS >= 1)) {
    throw new DimseError("invalid-request", "The highest rate to send at must be one byte a second at least.");
  }
}

/**
 * How long the bytes that the kernels on both sides still hold may take to arrive, at the rate of those before: the
 * socket says that it took them, not that the peer has them. A slow link must not use up the time for the answer.
 */
function inFlightMs(sendingMs: number, sizeBytes: number): number {
  return sendingMs * Math.min(1, kernelBufferBytes / sizeBytes);
}

interface Sending {
  readonly input: StoreInput;
  readonly next: StoreInput | undefined;
  readonly throttle: Throttle | undefined;
}

/** Sends command and data set. False: an answer (or the end) came before everything was handed to the socket. */
async function send(exchange: Exchange, opened: Opened, { input, next, throttle }: Sending): Promise<boolean> {
  const { outgoing, context } = exchange;
  const total = totalBytes(input);
  const pieceBytes = outgoing.pieceBytes(input);
  const command = {
    affectedSopClassUid: input.sopClassUid,
    commandField: commandField.store,
    messageId: exchange.messageId,
    priority: priorities[input.priority ?? "medium"],
    affectedSopInstanceUid: input.sopInstanceUid,
  };
  let head: Buffer | undefined = exchange.encode(command, true);
  let slab = opened.first;
  exchange.beginMessage();
  for (let sent = 0; ; ) {
    if (exchange.hasNews) return false;
    sent += slab.sizeBytes;
    const isLast = sent === total;
    const pdus = slab.pdus(context.id, isLast);
    slab.occupy(exchange.write(head ? [head, pdus] : [pdus]));
    head = undefined;
    if (isLast) break;
    slab = outgoing.slabs.next();
    await flushed(exchange, slab);
    if (exchange.hasNews) return false;
    await slab.read(opened.file, sent, Math.min(pieceBytes, total - sent));
    if (throttle) await throttle.ready(sent, exchange.news);
  }
  exchange.endMessage();
  if (next) outgoing.prepare(next);
  // The time for an answer runs from the last byte, however slowly it leaves.
  await flushed(exchange, slab);
  // An answer while the last piece has not even left is one given without the data; but over TLS the answer of a fast peer
  // and the news that our last bytes have left may come in either order.
  if (!slab.isFree) await within(orderMs, slab.flushed);
  return slab.isFree;
}

/**
 * The slab is free, or an answer has come. A peer that takes a few bytes now and then is never silent and would hold the
 * association for years: the piece must have left after so many times the write deadline.
 */
async function flushed(exchange: Exchange, slab: Slab): Promise<void> {
  if (slab.isFree) return;
  const limitMs = exchange.writeMs * slowestPieceWaits;
  if (await within(limitMs, Promise.race([slab.flushed, exchange.news]))) return;
  const words = `The peer takes data far too slowly: not one megabyte in ${Math.round(limitMs / 1_000)} s.`;
  exchange.abort(new DimseError("timeout", words));
}

/** The status is checked by the exchange, the instance here: an answer about another one is never success. */
function responseOf(command: Answer["command"], input: StoreInput): StoreResponse {
  const { status, errorComment, offendingElement, affectedSopInstanceUid } = command;
  if (affectedSopInstanceUid !== undefined && affectedSopInstanceUid !== input.sopInstanceUid) {
    throw malformed("an answer to C-STORE is about another SOP instance");
  }
  return {
    status,
    ...(errorComment !== undefined && { errorComment }),
    ...(affectedSopInstanceUid !== undefined && { affectedSopInstanceUid }),
    ...(offendingElement !== undefined && { offendingElements: offendingElement }),
  };
}

/**
 * Some archives refuse before they have read everything. The refusal counts; the rest of the data set is not sent, and
 * since a message cannot be cut short, the association ends. A success, or a warning (PS3.7 C.4.2), without the data is a lie.
 */
function giveUpSending(exchange: Exchange, status: number): void {
  const isWarning = status === 0x0001 || status === 0x0107 || status === 0x0116 || (status & 0xf000) === 0xb000;
  if (status === 0 || isWarning) throw malformed("it answered success to C-STORE before it had the data");
  exchange.abort(new DimseError("cancelled", "The peer refused an instance while it was being sent."));
}

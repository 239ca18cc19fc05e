import { Writable } from "node:stream";
import dimse from "dcmjs-dimse";
import type { Log } from "../lib/log.ts";
import type { Archive } from "./archive.ts";
import { dataFaults } from "./data-faults.ts";
import type { AnswerFate, FaultBoard } from "./faults.ts";
import { type Handling, handlingOf, keepsInstance } from "./handling.ts";
import { HospitalError } from "./hospital-error.ts";
import type { IncomingInstance } from "./incoming.ts";
import { isToBeSent, type Line, wrongMessageId, wrongSopInstanceUid } from "./line.ts";

const { CStoreResponse } = dimse.responses;
type StoreRequest = InstanceType<typeof dimse.requests.CStoreRequest>;
type StoreResponse = InstanceType<typeof CStoreResponse>;

interface StoreWards {
  readonly archive: Archive;
  readonly faults: FaultBoard;
  readonly log: Log;
}

interface StoreAnswer {
  readonly status: number;
  readonly errorComment?: string;
  readonly fate?: AnswerFate;
}

const outOfResources = 0xa700;
const invalidObjectInstance = 0x0117;

/** One C-STORE: how far its data has come, and what it will be answered. */
export class StoreReception {
  /** Where its data goes. */
  readonly writable: Writable;
  readonly #request: StoreRequest;
  readonly #line: Line;
  readonly #wards: StoreWards;
  readonly #incoming: IncomingInstance | undefined;
  #early: number | undefined;

  /** `answer` sends a response at once, in the middle of the data. */
  constructor(
    request: StoreRequest,
    transferSyntaxUid: string,
    line: Line,
    wards: StoreWards,
    answer: (response: StoreResponse) => void,
  ) {
    this.#request = request;
    this.#line = line;
    this.#wards = wards;
    this.#incoming = incomingOf(request, transferSyntaxUid, line, wards);
    this.writable =
      this.#incoming ??
      new Writable({ write: (_chunk, _encoding, done) => done(), highWaterMark: Number.MAX_SAFE_INTEGER });
    if (this.#incoming) this.#strike(this.#incoming, answer);
  }

  /** The bytes that wait to be written to disk, and whether a fault wants them to be few. */
  get backlog(): { bytes: number; isTight: boolean } {
    return { bytes: this.writable.writableLength, isTight: this.#incoming?.gate !== undefined };
  }

  /** Keeps what has arrived, or not, as the faults say, and gives the answer; undefined when none is to be given. */
  async end(): Promise<StoreResponse | undefined> {
    const incoming = this.#incoming;
    if (!incoming) return responseTo(this.#request, { status: invalidObjectInstance });
    const handling = this.#handling(incoming);
    const { errorComment, fate } = handling;
    let answer: StoreAnswer;
    try {
      const arrival = await this.#wards.archive.settle(incoming, handling);
      const comment = errorComment === undefined ? {} : { errorComment };
      answer = { status: Number.parseInt(arrival.status, 16), fate, ...comment };
    } catch (error) {
      if (!(error instanceof HospitalError) || error.code === "incomplete") throw error;
      this.#wards.log.error({ code: error.code }, error.message);
      answer = { status: outOfResources, errorComment: "archive cannot write", fate };
    } finally {
      await incoming.discard();
    }
    if (this.#early !== undefined || !(await isToBeSent(this.#line, fate))) return undefined;
    return responseTo(this.#request, answer);
  }

  /** Drops what the peer does not know to be kept. */
  drop(): void {
    // Who has its answer already may go: all of it may be here, and only waits for the disk.
    const isWhole = this.#early !== undefined && this.writable.writableEnded;
    if (!isWhole) void this.#incoming?.discard();
  }

  #strike(incoming: IncomingInstance, answer: (response: StoreResponse) => void): void {
    const { faults } = this.#wards;
    const { closed } = this.#line;
    incoming.gate = dataFaults(faults, {
      closed,
      abort: () => {
        this.#line.abort();
        void incoming.abandon();
      },
      reset: () => this.#line.reset(),
      stopReading: () => this.#line.stopReading(),
      answerEarly: (status) => {
        this.#early = status;
        answer(responseTo(this.#request, { status }));
      },
    });
    const full = faults.take("disk-full");
    if (full) incoming.diskIsFullAfterBytes = full.afterBytes ?? 0;
    incoming.onWritten = () => this.#line.watchBuffer();
  }

  #handling({ meta }: IncomingInstance): Handling {
    if (this.#early === undefined) return handlingOf(this.#wards.faults, meta);
    const fate = { delayMs: 0, end: "answer", hasWrongMessageId: false, hasWrongSopInstanceUid: false } as const;
    return { keep: keepsInstance(this.#early), status: this.#early, fate };
  }
}

/** Undefined when its UID is not one. */
function incomingOf(
  request: StoreRequest,
  transferSyntaxUid: string,
  line: Line,
  { archive }: StoreWards,
): IncomingInstance | undefined {
  try {
    return archive.receive({
      sopClassUid: request.getAffectedSopClassUid(),
      sopInstanceUid: request.getAffectedSopInstanceUid(),
      transferSyntaxUid,
      sourceAeTitle: line.callingAeTitle,
    });
  } catch (error) {
    if (error instanceof HospitalError) return undefined;
    throw error;
  }
}

function responseTo(request: StoreRequest, { status, errorComment, fate }: StoreAnswer): StoreResponse {
  const response = CStoreResponse.fromRequest(request);
  response.setAffectedSopInstanceUid(
    fate?.hasWrongSopInstanceUid ? wrongSopInstanceUid : request.getAffectedSopInstanceUid(),
  );
  if (fate?.hasWrongMessageId) response.setMessageIdBeingRespondedTo(wrongMessageId(request.getMessageId()));
  response.setStatus(status);
  if (errorComment !== undefined) response.setErrorComment(errorComment);
  return response;
}

import { Writable } from "node:stream";
import dimse from "dcmjs-dimse";
import type { Log } from "../lib/log.ts";
import type { Archive } from "./archive.ts";
import { dataFaults } from "./data-faults.ts";
import type { FaultBoard } from "./faults.ts";
import { type Handling, handlingOf, keepsInstance } from "./handling.ts";
import { HospitalError } from "./hospital-error.ts";
import type { IncomingInstance } from "./incoming.ts";
import { isToBeSent, type Line, wrongMessageId, wrongSopInstanceUid } from "./line.ts";

const { CStoreResponse } = dimse.responses;
type StoreRequest = InstanceType<typeof dimse.requests.CStoreRequest>;
type StoreResponse = InstanceType<typeof CStoreResponse>;

const outOfResources = 0xa700;
const invalidObjectInstance = 0x0117;

/** How far a C-STORE has come and what it will be answered; one instance after the other on one connection. */
export class StoreReception {
  readonly #line: Line;
  readonly #archive: Archive;
  readonly #faults: FaultBoard;
  readonly #log: Log;
  #incoming: IncomingInstance | undefined;
  #early: number | undefined;
  #answer: { status: number; errorComment?: string; fate?: Handling["fate"] } = { status: 0 };

  constructor(line: Line, wards: { archive: Archive; faults: FaultBoard; log: Log }) {
    this.#line = line;
    this.#archive = wards.archive;
    this.#faults = wards.faults;
    this.#log = wards.log;
  }

  /** The bytes that wait to be written to disk, and whether a fault wants them to be few. */
  get backlog(): { bytes: number; isTight: boolean } {
    const incoming = this.#incoming;
    return { bytes: incoming?.writableLength ?? 0, isTight: incoming?.gate !== undefined };
  }

  /** Where the data set of a request goes. `answer` sends a response at once, in the middle of the data. */
  begin(request: StoreRequest, transferSyntaxUid: string, answer: (response: StoreResponse) => void): Writable {
    this.#early = undefined;
    try {
      const incoming = this.#archive.receive({
        sopClassUid: request.getAffectedSopClassUid(),
        sopInstanceUid: request.getAffectedSopInstanceUid(),
        transferSyntaxUid,
        sourceAeTitle: this.#line.callingAeTitle,
      });
      const { closed } = this.#line;
      incoming.gate = dataFaults(this.#faults, {
        closed,
        abort: () => {
          this.#line.abort();
          void incoming.abandon();
        },
        reset: () => this.#line.reset(),
        stopReading: () => this.#line.stopReading(),
        answerEarly: (status) => {
          this.#early = status;
          answer(responseTo(request, { status }));
        },
      });
      const full = this.#faults.take("disk-full");
      if (full) incoming.diskIsFullAfterBytes = full.afterBytes ?? 0;
      incoming.onWritten = () => this.#line.watchBuffer();
      this.#incoming = incoming;
      return incoming;
    } catch (error) {
      if (!(error instanceof HospitalError)) throw error;
      return new Writable({ write: (_chunk, _encoding, done) => done(), highWaterMark: Number.MAX_SAFE_INTEGER });
    }
  }

  /** Keeps what has arrived, or not, as the faults say; false when no answer is to be given. */
  async end(): Promise<boolean> {
    const incoming = this.#incoming;
    if (!incoming) {
      this.#answer = { status: invalidObjectInstance };
      return true;
    }
    // Who has its answer already may go: all of it is here, so it is not dropped with the connection.
    if (this.#early !== undefined) this.#incoming = undefined;
    const handling = this.#handling();
    const { errorComment, fate } = handling;
    try {
      const arrival = await this.#archive.settle(incoming, handling);
      const comment = errorComment === undefined ? {} : { errorComment };
      this.#answer = { status: Number.parseInt(arrival.status, 16), fate, ...comment };
    } catch (error) {
      if (!(error instanceof HospitalError) || error.code === "incomplete") throw error;
      this.#log.error({ code: error.code }, error.message);
      this.#answer = { status: outOfResources, errorComment: "archive cannot write", fate };
    } finally {
      this.#incoming = undefined;
      await incoming.discard();
    }
    return await isToBeSent(this.#line, fate);
  }

  /** The answer to the request that has ended; undefined when it was given early. */
  answerTo(request: StoreRequest): StoreResponse | undefined {
    return this.#early === undefined ? responseTo(request, this.#answer) : undefined;
  }

  /** Drops what was under way. */
  drop(): void {
    void this.#incoming?.discard();
    this.#incoming = undefined;
  }

  #handling(): Handling {
    if (this.#early === undefined) return handlingOf(this.#faults);
    const fate = { delayMs: 0, end: "answer", hasWrongMessageId: false, hasWrongSopInstanceUid: false } as const;
    return { keep: keepsInstance(this.#early), status: this.#early, fate };
  }
}

function responseTo(
  request: StoreRequest,
  { status, errorComment, fate }: { status: number; errorComment?: string; fate?: Handling["fate"] },
): StoreResponse {
  const response = CStoreResponse.fromRequest(request);
  response.setAffectedSopInstanceUid(
    fate?.hasWrongSopInstanceUid ? wrongSopInstanceUid : request.getAffectedSopInstanceUid(),
  );
  if (fate?.hasWrongMessageId) response.setMessageIdBeingRespondedTo(wrongMessageId(request.getMessageId()));
  response.setStatus(status);
  if (errorComment !== undefined) response.setErrorComment(errorComment);
  return response;
}

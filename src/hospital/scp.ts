import type { Socket } from "node:net";
import { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import dimse from "dcmjs-dimse";
import type { Log } from "../lib/log.ts";
import type { Archive } from "./archive.ts";
import { dataFaults } from "./data-faults.ts";
import type { FaultBoard } from "./faults.ts";
import { handlingOf } from "./handling.ts";
import { HospitalError } from "./hospital-error.ts";
import type { IncomingInstance } from "./incoming.ts";
import { keysOf } from "./keys.ts";
import { negotiate } from "./negotiate.ts";
import { modalityWorklist } from "./uids.ts";
import type { HospitalWorklist } from "./worklist.ts";

const { CEchoResponse, CFindResponse, CStoreResponse } = dimse.responses;
type CEchoRequest = InstanceType<typeof dimse.requests.CEchoRequest>;
type CFindRequest = InstanceType<typeof dimse.requests.CFindRequest>;
type CStoreRequest = InstanceType<typeof dimse.requests.CStoreRequest>;
type Association = InstanceType<typeof dimse.association.Association>;
type PresentationContext = InstanceType<typeof dimse.association.PresentationContext>;
type Dataset = InstanceType<typeof dimse.Dataset>;
type Answer<Response> = (response: Response) => void;

/** What a connection talks about. */
export interface Wards {
  readonly aeTitle: string;
  readonly archive: Archive;
  readonly worklist: HospitalWorklist;
  readonly faults: FaultBoard;
  readonly log: Log;
}

/** What we take in one PDU, to us. */
const maxPduLength = 131_072;
const bufferedLimitBytes = 8 * 1024 * 1024;
/** With a fault in the data, so that what the sender thinks it sent is near to what was read. */
const bufferedLimitWithFaultBytes = 64 * 1024;
/** The ARTIM timer: how long a peer that was sent an A-ABORT has to close (PS3.8 9.1.5). */
const closeWithinMs = 30_000;
const outOfResources = 0xa700;
const invalidObjectInstance = 0x0117;
const pending = 0xff00;
const cancelled = 0xfe00;

/** One connection to the simulated hospital, on dcmjs-dimse's upper layer and services. */
export class HospitalConnection extends dimse.Scp {
  readonly #wards: Wards;
  readonly #socket: Socket;
  readonly #closed = new AbortController();
  #association: Association | undefined;
  #callingAeTitle = "";
  #incoming: IncomingInstance | undefined;
  #storeAnswer: { status: number; errorComment?: string } = { status: 0 };
  #findCancelled = false;
  #isAborted = false;

  constructor(socket: Socket, wards: Wards) {
    // Its PDU timer counts received PDUs only: a hospital told to be slow would abort itself.
    super(socket, { pduTimeout: 24 * 3_600_000, associationTimeout: 30_000, connectTimeout: 24 * 3_600_000 });
    this.#wards = wards;
    this.#socket = socket;
    // As its Server does: without this no timer of its runs.
    Object.assign(this, { connected: true, connectedTime: Date.now() });
    // After its own listener, so the stream knows what this data added.
    socket.on("data", () => this.#watchBuffer());
    this.on("close", () => this.#ended());
    this.on("networkError", (error: Error) => {
      wards.log.warn({ error: error.message }, "connection broken");
      socket.destroy();
    });
  }

  override associationRequested(association: Association): void {
    const { faults, aeTitle } = this.#wards;
    const { RejectReason, RejectResult, RejectSource } = dimse.constants;
    this.#association = association;
    this.#callingAeTitle = association.getCallingAeTitle().trim();
    const rejection = faults.take("reject-association");
    if (rejection && !rejection.permanent) {
      const { TemporaryCongestion } = RejectReason;
      this.sendAssociationReject(RejectResult.Transient, RejectSource.ServiceProviderPresentation, TemporaryCongestion);
    } else if (rejection || association.getCalledAeTitle().trim() !== aeTitle) {
      const { CalledAeNotRecognized } = RejectReason;
      this.sendAssociationReject(RejectResult.Permanent, RejectSource.ServiceUser, CalledAeNotRecognized);
    } else {
      negotiate(association, faults);
      // One field says both what we announce and how long our PDUs may be: ours for the accept, theirs after it.
      const theirs = association.getMaxPduLength();
      association.setMaxPduLength(maxPduLength);
      this.sendAssociationAccept();
      association.setMaxPduLength(theirs);
    }
  }

  override associationReleaseRequested(): void {
    this.sendAssociationReleaseResponse();
    this.#socket.end();
  }

  override abort(): void {
    this.#socket.destroy();
  }

  override cEchoRequest(request: CEchoRequest, answer: Answer<InstanceType<typeof CEchoResponse>>): void {
    this.#forgetCommand();
    this.#run(async () => {
      await this.#pause(this.#wards.faults.take("delay-answer")?.ms);
      const response = CEchoResponse.fromRequest(request);
      response.setStatus(0);
      answer(response);
    });
  }

  override cFindRequest(request: CFindRequest, answer: Answer<InstanceType<typeof CFindResponse>[]>): void {
    this.#findCancelled = false;
    this.#run(async () => {
      const { faults, worklist } = this.#wards;
      await this.#pause(faults.take("worklist-delay")?.ms);
      const failure = faults.take("worklist-status");
      const isEmpty = faults.take("worklist-empty") !== undefined;
      const found = isEmpty ? [] : worklist.find(keysOf(request.getDataset()?.getElements()));
      const sent = this.#findCancelled ? [] : failure ? found.slice(0, 1) : found;
      const last = this.#findCancelled ? cancelled : Number.parseInt(failure?.status ?? "0000", 16);
      const syntax = this.#syntaxOf(request);
      const matches = sent.map((item) => findResponse(request, pending, new dimse.Dataset(item, syntax)));
      answer([...matches, findResponse(request, last)]);
    });
  }

  override cCancelRequest(): void {
    this.#forgetCommand();
    this.#findCancelled = true;
  }

  override createStoreWritableStream(context: PresentationContext, request: CStoreRequest): Writable {
    const { archive, faults } = this.#wards;
    try {
      const incoming = archive.receive({
        sopClassUid: request.getAffectedSopClassUid(),
        sopInstanceUid: request.getAffectedSopInstanceUid(),
        transferSyntaxUid: context.getAcceptedTransferSyntaxUid() ?? "",
        sourceAeTitle: this.#callingAeTitle,
      });
      incoming.gate = dataFaults(faults, {
        closed: this.#closed.signal,
        abort: () => {
          this.#abort();
          void incoming.abandon();
        },
        reset: () => this.#socket.resetAndDestroy(),
        stopReading: () => this.#socket.pause(),
      });
      incoming.onWritten = () => this.#watchBuffer();
      this.#incoming = incoming;
      return incoming;
    } catch (error) {
      if (!(error instanceof HospitalError)) throw error;
      return new Writable({ write: (_chunk, _encoding, done) => done(), highWaterMark: Number.MAX_SAFE_INTEGER });
    }
  }

  override createDatasetFromStoreWritableStream(
    _writable: Writable,
    _context: PresentationContext,
    ready: (dataset: Dataset) => void,
  ): void {
    this.#run(async () => {
      const answers = await this.#receive();
      // Nothing reads the data set: what counts lies on disk.
      if (answers) ready(new dimse.Dataset());
    });
  }

  override cStoreRequest(request: CStoreRequest, answer: Answer<InstanceType<typeof CStoreResponse>>): void {
    const response = CStoreResponse.fromRequest(request);
    response.setAffectedSopInstanceUid(request.getAffectedSopInstanceUid());
    response.setStatus(this.#storeAnswer.status);
    if (this.#storeAnswer.errorComment !== undefined) response.setErrorComment(this.#storeAnswer.errorComment);
    answer(response);
  }

  /** Keeps what has arrived, or not, as the faults say; false when no answer is to be given. */
  async #receive(): Promise<boolean> {
    const incoming = this.#incoming;
    this.#incoming = undefined;
    if (!incoming) {
      this.#storeAnswer = { status: invalidObjectInstance };
      return true;
    }
    const handling = handlingOf(this.#wards.faults);
    const { errorComment } = handling;
    try {
      this.#incoming = incoming;
      const arrival = await this.#wards.archive.settle(incoming, handling);
      const comment = errorComment === undefined ? {} : { errorComment };
      this.#storeAnswer = { status: Number.parseInt(arrival.status, 16), ...comment };
    } catch (error) {
      if (!(error instanceof HospitalError) || error.code === "incomplete") throw error;
      this.#wards.log.error({ code: error.code }, error.message);
      this.#storeAnswer = { status: outOfResources, errorComment: "archive cannot write" };
    } finally {
      this.#incoming = undefined;
      await incoming.discard();
    }
    await this.#pause(handling.delayMs);
    if (handling.afterwards === "close") this.#socket.resetAndDestroy();
    return handling.afterwards === "answer";
  }

  #syntaxOf(request: CFindRequest): string | undefined {
    const context = this.#association?.getAcceptedPresentationContextFromRequest(request);
    return context?.getAcceptedTransferSyntaxUid();
  }

  /** The connection stays readable for a while: closed over unread data, TCP would lose the A-ABORT with a reset. */
  #abort(): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    const { AbortReason, AbortSource } = dimse.constants;
    this.sendAbort(AbortSource.ServiceProvider, AbortReason.NotSpecified);
    const timer = setTimeout(() => this.#socket.destroy(), closeWithinMs);
    this.#closed.signal.addEventListener("abort", () => clearTimeout(timer));
  }

  #watchBuffer(): void {
    const incoming = this.#incoming;
    const limit = incoming?.gate ? bufferedLimitWithFaultBytes : bufferedLimitBytes;
    if (incoming && incoming.writableLength > limit) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  /** dcmjs-dimse keeps the bytes of a command without a data set, and would put the next command behind them. */
  #forgetCommand(): void {
    Object.assign(this, { dimseStream: undefined });
  }

  async #pause(ms: number | undefined): Promise<void> {
    if (ms) await sleep(ms, undefined, { signal: this.#closed.signal });
  }

  /** Work that takes time; when the connection has gone meanwhile, its failure is of no interest. */
  #run(work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      if (this.#closed.signal.aborted || this.#isAborted) return;
      this.#wards.log.error({ error: String(error) }, "request failed");
      this.#abort();
    });
  }

  #ended(): void {
    this.#closed.abort();
    void this.#incoming?.discard();
    this.#incoming = undefined;
  }
}

function findResponse(request: CFindRequest, status: number, dataset?: Dataset): InstanceType<typeof CFindResponse> {
  const response = CFindResponse.fromRequest(request);
  response.setAffectedSopClassUid(modalityWorklist);
  response.setStatus(status);
  if (dataset) response.setDataset(dataset);
  return response;
}

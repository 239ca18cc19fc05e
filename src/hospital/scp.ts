import type { Socket } from "node:net";
import type { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import dimse from "dcmjs-dimse";
import type { Log } from "../lib/log.ts";
import type { Archive } from "./archive.ts";
import type { HospitalCommitment, RequestingAssociation } from "./commitment.ts";
import { forgetCommand, sendOn } from "./dcmjs-inside.ts";
import type { FaultBoard } from "./faults.ts";
import { find } from "./finding.ts";
import { keysOf } from "./keys.ts";
import type { Line } from "./line.ts";
import type { HospitalMpps } from "./mpps.ts";
import { negotiate } from "./negotiate.ts";
import { performStep, requestCommitment } from "./normalized.ts";
import { StoreReception } from "./reception.ts";
import { sendReport } from "./reporting.ts";
import type { StudyRoot } from "./study-root.ts";
import type { HospitalWorklist } from "./worklist.ts";

const { CEchoResponse, CFindResponse } = dimse.responses;
type CEchoRequest = InstanceType<typeof dimse.requests.CEchoRequest>;
type CFindRequest = InstanceType<typeof dimse.requests.CFindRequest>;
type CStoreRequest = InstanceType<typeof dimse.requests.CStoreRequest>;
type CStoreResponse = InstanceType<typeof dimse.responses.CStoreResponse>;
type NActionRequest = InstanceType<typeof dimse.requests.NActionRequest>;
type NActionResponse = InstanceType<typeof dimse.responses.NActionResponse>;
type NCreateRequest = InstanceType<typeof dimse.requests.NCreateRequest>;
type NCreateResponse = InstanceType<typeof dimse.responses.NCreateResponse>;
type NSetRequest = InstanceType<typeof dimse.requests.NSetRequest>;
type NSetResponse = InstanceType<typeof dimse.responses.NSetResponse>;
type Association = InstanceType<typeof dimse.association.Association>;
type PresentationContext = InstanceType<typeof dimse.association.PresentationContext>;
type Dataset = InstanceType<typeof dimse.Dataset>;
type Answer<Response> = (response: Response) => void;

/** What a connection talks about. */
export interface Wards {
  readonly aeTitle: string;
  readonly archive: Archive;
  readonly worklist: HospitalWorklist;
  readonly query: StudyRoot;
  readonly mpps: HospitalMpps;
  readonly commitment: HospitalCommitment;
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
const pending = 0xff00;
const cancelled = 0xfe00;

/** One connection to the simulated hospital, on dcmjs-dimse's upper layer and services. */
export class HospitalConnection extends dimse.Scp {
  readonly #wards: Wards;
  readonly #socket: Socket;
  readonly #closed = new AbortController();
  readonly #line: Line;
  #callingAeTitle = "";
  /** The C-STORE under way, or the last one. */
  #reception: StoreReception | undefined;
  #association: Association | undefined;
  #findCancelled = false;
  #isAborted = false;
  #isReleased = false;

  constructor(socket: Socket, wards: Wards) {
    // Its PDU timer counts received PDUs only: a hospital told to be slow would abort itself.
    super(socket, { pduTimeout: 24 * 3_600_000, associationTimeout: 30_000, connectTimeout: 24 * 3_600_000 });
    this.#wards = wards;
    this.#socket = socket;
    this.#line = this.#ownLine();
    // As its Server does: without this no timer of its runs.
    Object.assign(this, { connected: true, connectedTime: Date.now() });
    // Each report on this association listens for its end.
    this.setMaxListeners(0);
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
    if (faults.take("association-hang")) return;
    if (faults.take("association-abort")) {
      this.#abort();
      return;
    }
    if (faults.take("association-close")) {
      this.#socket.destroy();
      return;
    }
    const rejection = faults.take("reject-association");
    if (rejection && !rejection.permanent) {
      const { TemporaryCongestion } = RejectReason;
      this.sendAssociationReject(RejectResult.Transient, RejectSource.ServiceProviderPresentation, TemporaryCongestion);
    } else if (rejection || association.getCalledAeTitle().trim() !== aeTitle) {
      const { CalledAeNotRecognized } = RejectReason;
      this.sendAssociationReject(RejectResult.Permanent, RejectSource.ServiceUser, CalledAeNotRecognized);
    } else {
      // Roles need nothing: it answers each proposed one as it came (PS3.7 D.3.3.4).
      negotiate(association, faults);
      // One field says both what we announce and how long our PDUs may be: ours for the accept, theirs after it.
      const theirs = association.getMaxPduLength();
      association.setMaxPduLength(maxPduLength);
      this.sendAssociationAccept();
      association.setMaxPduLength(theirs);
    }
  }

  override associationReleaseRequested(): void {
    this.#isReleased = true;
    if (this.#wards.faults.take("release-hang")) return;
    this.sendAssociationReleaseResponse();
    this.#socket.end();
  }

  override abort(): void {
    this.#socket.destroy();
  }

  override cEchoRequest(request: CEchoRequest, answer: Answer<InstanceType<typeof CEchoResponse>>): void {
    forgetCommand(this);
    this.#run(async () => {
      await this.#pause(this.#wards.faults.take("delay-answer", ({ to }) => to === undefined)?.ms ?? 0);
      const response = CEchoResponse.fromRequest(request);
      response.setStatus(0);
      answer(response);
    });
  }

  override cFindRequest(request: CFindRequest, answer: Answer<InstanceType<typeof CFindResponse>[]>): void {
    this.#findCancelled = false;
    this.#run(async () => {
      const sopClassUid = request.getAffectedSopClassUid();
      const keys = keysOf(request.getDataset()?.getElements());
      const result = await find(sopClassUid, keys, this.#line, this.#wards);
      if (!result) return;
      const syntax = this.#association?.getAcceptedPresentationContextFromRequest(request);
      const answers = this.#findCancelled ? [] : result.answers;
      const matches = answers.map((item) =>
        findResponse(request, pending, new dimse.Dataset(item, syntax?.getAcceptedTransferSyntaxUid())),
      );
      const last = findResponse(request, this.#findCancelled ? cancelled : result.status);
      if (result.comment !== undefined) last.setErrorComment(result.comment);
      answer([...matches, last]);
    });
  }

  override cCancelRequest(): void {
    forgetCommand(this);
    this.#findCancelled = true;
  }

  override createStoreWritableStream(context: PresentationContext, request: CStoreRequest): Writable {
    const syntax = context.getAcceptedTransferSyntaxUid() ?? "";
    const send = (response: CStoreResponse): void => sendOn(this, context, response);
    this.#reception = new StoreReception(request, syntax, this.#line, this.#wards, send);
    return this.#reception.writable;
  }

  override createDatasetFromStoreWritableStream(
    _writable: Writable,
    _context: PresentationContext,
    ready: (dataset: Dataset) => void,
  ): void {
    // At once and not when it is on disk: until then the library would take the next message for more of this one.
    // Nothing reads the data set: what counts lies on disk.
    ready(new dimse.Dataset());
  }

  override cStoreRequest(_request: CStoreRequest, answer: Answer<CStoreResponse>): void {
    const reception = this.#reception;
    this.#run(async () => {
      const response = await reception?.end();
      if (response) answer(response);
    });
  }

  override nCreateRequest(request: NCreateRequest, answer: Answer<NCreateResponse>): void {
    forgetCommand(this);
    this.#performStep(request, answer);
  }

  override nSetRequest(request: NSetRequest, answer: Answer<NSetResponse>): void {
    forgetCommand(this);
    this.#performStep(request, answer);
  }

  override nActionRequest(request: NActionRequest, answer: Answer<NActionResponse>): void {
    forgetCommand(this);
    const association = this.#requestingAssociation();
    this.#run(() => requestCommitment(request, this.#line, association, this.#wards, answer));
  }

  #performStep(request: NCreateRequest | NSetRequest, answer: Answer<NCreateResponse>): void {
    this.#run(async () => {
      const response = await performStep(request, this.#line, this.#wards);
      if (response) answer(response);
    });
  }

  #ownLine(): Line {
    const callingAeTitle = (): string => this.#callingAeTitle;
    return {
      get callingAeTitle() {
        return callingAeTitle();
      },
      closed: this.#closed.signal,
      abort: () => this.#abort(),
      reset: () => this.#socket.resetAndDestroy(),
      stopReading: () => this.#socket.pause(),
      watchBuffer: () => this.#watchBuffer(),
      pause: (ms) => this.#pause(ms),
    };
  }

  #requestingAssociation(): RequestingAssociation {
    const isOpen = (): boolean => !this.#closed.signal.aborted && !this.#isAborted && !this.#isReleased;
    return {
      get isOpen() {
        return isOpen();
      },
      report: async (result) => {
        if (!this.#association) return "no association";
        return sendReport(this, this.#association, result, this.#wards.aeTitle);
      },
    };
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
    const { bytes, isTight } = this.#reception?.backlog ?? { bytes: 0, isTight: false };
    if (bytes > (isTight ? bufferedLimitWithFaultBytes : bufferedLimitBytes)) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  async #pause(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: this.#closed.signal });
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
    this.#reception?.drop();
  }
}

function findResponse(request: CFindRequest, status: number, dataset?: Dataset): InstanceType<typeof CFindResponse> {
  const response = CFindResponse.fromRequest(request);
  response.setAffectedSopClassUid(request.getAffectedSopClassUid());
  response.setStatus(status);
  if (dataset) response.setDataset(dataset);
  return response;
}

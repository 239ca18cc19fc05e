/** The Performed Procedure, from begin to release: the public face of this room. */
import { recordAudit } from "../audit/audit.ts";
import { CaptureError, type FrameRef } from "../capture/capture.ts";
import { newUid } from "../dicom/dicom.ts";
import type { Code, WorklistItem } from "../dicom/identity.ts";
import { Captures, type Press, type ProcedureSource } from "./captures.ts";
import { type ClipLimit, type ClipLimits, watchClipLimits } from "./clip-limits.ts";
import { ClipTools } from "./clip-tools.ts";
import { discontinuationReason, wrongEntrySelected } from "./discontinuation.ts";
import { ProcedureError } from "./errors.ts";
import { Housekeeping } from "./housekeeping.ts";
import { Markers } from "./markers.ts";
import { NextClips } from "./next-clips.ts";
import { type Outcome, Outcomes } from "./outcomes.ts";
import type { Capture, Procedure } from "./procedure.ts";
import { type CaptureProgress, deliveriesByCapture, progressOf } from "./progress.ts";
import { Releases, type ReleasesOptions } from "./releases.ts";
import { type RescuedCapture, type RescueReport, rescue, rescuedSince } from "./rescue.ts";
import { didNotGoOn, ResumeClips, stoppedInGap, willGoOn } from "./resume-clips.ts";
import {
  capturesOf,
  findOpenProcedure,
  findProcedure,
  insertProcedure,
  listProcedures,
  updateProcedure,
} from "./rows.ts";
import {
  assignPatient,
  beginProcedure,
  completeProcedure,
  type Given,
  type IdentityChoice,
  resumeProcedure,
} from "./rules.ts";

export type { ProcedureSource } from "./captures.ts";
export type { Station } from "./compose.ts";
export { discontinuationReasons, wrongEntrySelected } from "./discontinuation.ts";
export { ProcedureError, type ProcedureErrorCode } from "./errors.ts";
export { lateralityOf } from "./laterality.ts";
export { markerOffsetMs } from "./markers.ts";
export type { Outcome } from "./outcomes.ts";
export type { Capture, Procedure } from "./procedure.ts";
export type { CaptureProgress } from "./progress.ts";
export type { IdentityChoice } from "./rules.ts";

export interface ProceduresOptions extends ReleasesOptions {
  /** By source id; the first is the one a press without a source means. */
  readonly sources: ReadonlyMap<string, ProcedureSource>;
  readonly worklistItem: (id: string) => WorklistItem | undefined;
  /** For finishing clips that a crash interrupted. */
  readonly ffmpegPath: string;
  /** Free bytes below which no new clip begins; stills go on. */
  readonly minimumFreeBytes: number;
  readonly freeBytes: () => Promise<number>;
  /** Other limits of a running clip than the usual ones. */
  readonly clipLimits?: ClipLimits;
  /** Whether a recording that the input ended goes on when the picture is back. */
  readonly resumeAfterGap?: boolean;
  /** Hears how each press went, whoever pressed. */
  readonly onOutcome?: (outcome: Outcome) => void;
}

/** A still that is not durable by then is told as not saved. */
const lateMs = 2_000;
const diskAlmostFull = "The recording was ended because the disk is almost full.";
const endedAtSize = "The recording ended here, as large as one instance may be, and did not go on. Press RECORD.";

/** Who and what, as the API brings it: worklist items by id. */
export interface IdentityRequest extends Omit<IdentityChoice, "worklistItems"> {
  readonly worklistItemIds?: readonly string[];
}

/** A press, as a screen, a pedal or HTTP brings it. */
export interface PressRequest {
  readonly procedureId?: string;
  readonly sourceId?: string;
  readonly frame?: FrameRef;
  readonly key?: string;
  /** Of a clip: how long before the press it begins. */
  readonly lookBackMs?: number;
}

export class Procedures {
  readonly #options: ProceduresOptions;
  readonly #captures: Captures;
  readonly #releases: Releases;
  readonly #housekeeping: Housekeeping;
  readonly #resumes: ResumeClips;
  readonly #nextClips = new NextClips();
  readonly #outcomes: Outcomes;
  /** New captures made of finished clips. */
  readonly clipTools: ClipTools;
  readonly markers: Markers;

  constructor(options: ProceduresOptions) {
    this.#options = options;
    this.#outcomes = new Outcomes(options.onOutcome);
    this.#captures = new Captures(options, ({ id, procedureId }) => {
      this.#outcomes.tell({ kind: "saved", actor: "scopeline", captureId: id });
      this.#releases.savedLate(procedureId);
    });
    this.#releases = new Releases(options, (id) => this.#captures.isSettled(id));
    this.#housekeeping = new Housekeeping(options);
    this.#resumes = new ResumeClips({
      ...options,
      capture: (id) => this.capture(id),
      procedure: (id) => this.get(id),
      start: (from, procedure, source, notice) =>
        this.#outcomes.of({ kind: "record-start", actor: "scopeline" }, () =>
          this.#nextClips.goesOn(from.id, this.#captures.startClip({ procedure, source, actor: "scopeline", notice })),
        ),
      gaveUp: (from, message) => {
        this.#captures.reword(from, "scopeline", { before: willGoOn, after: didNotGoOn });
        if (message !== null) this.#outcomes.tell({ kind: "failed", actor: "scopeline", captureId: from.id, message });
      },
    });
    const savedLate = (id: string): void => this.#releases.savedLate(id);
    this.clipTools = new ClipTools({ ...options, captures: this.#captures, savedLate });
    this.markers = new Markers({ ...options, captures: this.#captures, outcomes: this.#outcomes });
    options.outbox.onRenditionWanted(() => this.#releases.wake());
  }

  /**
   * Puts in order what a crash left behind: at once what is quick, in the background (`finished`) the clips that were
   * being recorded, so that the picture and the first press need not wait. Call once, before the first press.
   */
  async rescue(): Promise<RescueReport> {
    const report = await rescue({ ...this.#options, captures: this.#captures });
    void report.finished.then((clips) => {
      for (const { procedureId } of clips) this.#releases.savedLate(procedureId);
    });
    return report;
  }

  /** Releases, composes and tidies up until the signal aborts; then stops what is being recorded and saves it. */
  async run(signal: AbortSignal): Promise<void> {
    const { resumeAfterGap = false, sources } = this.#options;
    const ends = [...sources.values()].flatMap((source) => [
      this.#captures.watch(source.source, (ended) => {
        const message = "The recording ended by itself: what it had is being saved. Look at the picture.";
        this.#outcomes.tell({ kind: "failed", actor: "scopeline", captureId: ended.id, message });
        return resumeAfterGap && this.#resumes.ended(ended) ? willGoOn : null;
      }),
      this.#resumes.watch(source),
    ]);
    await Promise.all([
      this.#releases.run(signal),
      this.#housekeeping.run(signal),
      watchClipLimits(
        { ...this.#options, running: () => this.#captures.running(), limits: this.#options.clipLimits },
        (id, limit) => this.#endAtLimit(id, limit),
        signal,
      ),
    ]);
    this.clipTools.stop();
    await this.#captures.stopAll("scopeline");
    await this.#settleOpen();
    for (const end of ends) end();
    this.#captures.close();
  }

  /** A database that cannot be read now knows of none: what is on the disk is rescued at the next start. */
  async #settleOpen(): Promise<void> {
    try {
      const open = this.open();
      if (open !== undefined) await this.#captures.settle(open.id);
    } catch (error) {
      this.#options.log.error({ error: String(error) }, "the open procedure cannot be read at the end");
    }
  }

  open(): Procedure | undefined {
    return findOpenProcedure(this.#options.database);
  }

  get(id: string): Procedure {
    const procedure = findProcedure(this.#options.database, id);
    if (procedure === undefined)
      throw new ProcedureError("unknown-procedure", "There is no such procedure on this box.");
    return procedure;
  }

  list(filter: { readonly state?: string; readonly before?: string; readonly limit: number }): Procedure[] {
    return listProcedures(this.#options.database, filter);
  }

  capture(id: string): Capture {
    const capture = this.#captures.find(id);
    if (capture === undefined) throw new ProcedureError("unknown-capture", "There is no such capture on this box.");
    return capture;
  }

  /** The captures of a procedure with how far each has got. */
  captures(procedureId: string): { capture: Capture; progress: CaptureProgress }[] {
    const { database } = this.#options;
    const deliveries = deliveriesByCapture(database, procedureId);
    return capturesOf(database, procedureId).map((capture) => ({
      capture,
      progress: this.#captures.standing(capture) ?? progressOf(capture, deliveries.get(capture.id) ?? []),
    }));
  }

  /** Clips of the last 24 hours that were being recorded when the box stopped, newest first. */
  rescued(): RescuedCapture[] {
    return rescuedSince(this.#options.database, this.#options.clock() - 24 * 3_600_000);
  }

  /** Begins a procedure. Throws "procedure-open" while another is: two patients are never open at once. */
  begin(request: IdentityRequest, actor: string): Procedure {
    if (this.open() !== undefined) {
      throw new ProcedureError(
        "procedure-open",
        "Another procedure is still open. Complete it first, or give it its patient.",
      );
    }
    return this.#begin(this.#choice(request), actor);
  }

  /** Gives a procedure its patient, or another one, as long as it is not released. */
  assign(id: string, request: IdentityRequest, actor: string): Procedure {
    const before = this.get(id);
    const after = assignPatient(before, this.#choice(request), this.#given(), this.#options.holdWindowMs);
    const detail = { from: before.patient, to: after.patient, kind: after.kind };
    this.#update(after, actor, "patient-assigned", detail, () => this.#tellStepChanged(before, after));
    const isOther = before.patient !== null && before.patient.patientId !== after.patient?.patientId;
    if (after.state === "open" && isOther) {
      this.#limitLookBack();
      void this.#captures.settlePresses(id).then(() => this.#emptyRings());
    }
    if (after.releaseAt !== before.releaseAt) this.#releases.hold(id);
    this.#releases.wake();
    return after;
  }

  /** MPPS: a step that was told of another patient or order ends as a wrong pick, and a new one begins. */
  #tellStepChanged(before: Procedure, after: Procedure): void {
    const { outbox, clock } = this.#options;
    if (before.performedProcedureStepUid !== after.performedProcedureStepUid) {
      const ended = this.#releases.performedStep(before);
      if (ended !== null) outbox.stepEnded(ended, { at: clock(), discontinued: wrongEntrySelected });
    }
    this.#tellStepBegun(after);
  }

  #tellStepBegun(procedure: Procedure): void {
    const step = this.#releases.performedStep(procedure);
    if (step !== null) this.#options.outbox.stepBegun(step);
  }

  /**
   * Ends the procedure at once: from this tick on no press belongs to it. Every recording is stopped, so that none runs
   * on into the next patient; resolves when all of it is saved.
   */
  complete(id: string, actor: string): Promise<Procedure> {
    return this.#end(id, actor, null);
  }

  /** The same for a procedure that was not done: what was kept is sent, and the reason is told (PS3.16 CID 9301). */
  discontinue(id: string, reasonCode: string, actor: string): Promise<Procedure> {
    const reason = discontinuationReason(reasonCode);
    if (reason === undefined)
      throw new ProcedureError("bad-request", "Choose one of the reasons why the procedure was not done.");
    return this.#end(id, actor, reason);
  }

  async #end(id: string, actor: string, discontinued: Code | null): Promise<Procedure> {
    const { clock, holdWindowMs, database } = this.#options;
    const ended = completeProcedure(this.get(id), clock(), holdWindowMs, discontinued);
    for (const { source } of this.#options.sources.values()) {
      const { recording } = source.state();
      // Heard as any stop is; a failure is in its row.
      if (recording !== null) void this.stopClip(recording, actor).catch(() => {});
    }
    void this.#captures.stopAll(actor);
    for (const clip of this.#resumes.forgetProcedure(id)) this.#stayedEnded(clip, actor);
    const action = discontinued === null ? "procedure-completed" : "procedure-discontinued";
    this.#update(ended, actor, action, { captures: capturesOf(database, id).length, reason: discontinued });
    this.#releases.hold(id);
    // Presses under way still want their frames; no look back of whoever is next reaches them meanwhile.
    this.#limitLookBack();
    await this.#captures.settlePresses(id);
    this.#emptyRings();
    await this.#captures.settle(id);
    this.#releases.wake();
    return this.get(id);
  }

  /** Sends now what waits in the hold window. */
  release(id: string, actor: string): Procedure {
    return this.#releases.release(this.get(id), actor);
  }

  /** Goes on after complete: a new Performed Procedure Step in the same study. */
  resume(id: string, actor: string): Procedure {
    const { database } = this.#options;
    if (this.open() !== undefined)
      throw new ProcedureError("procedure-open", "Another procedure is still open. Complete it first.");
    const resumed = resumeProcedure(this.get(id), this.#given());
    this.#insert(database, resumed, actor, "procedure-resumed", { from: id, patient: resumed.patient });
    this.#limitLookBack();
    return resumed;
  }

  /** Keeps the frame that was on the screen. Needs no patient and no open procedure. A repeated key is the same press. */
  still(request: PressRequest, actor: string): Promise<Capture> {
    const heard = { kind: "saved", actor, key: request.key, lateMs } as const;
    return this.#outcomes.of(heard, () => this.#still(request, actor));
  }

  async #still(request: PressRequest, actor: string): Promise<Capture> {
    const known = this.#captures.known(request.key, "still");
    if (known !== undefined) return known;
    const source = this.#source(request.sourceId);
    // A frame that was on the screen is kept while it is here, also just after the signal went.
    if (request.frame === undefined || !source.source.canKeep(request.frame)) requirePicture(source);
    return this.#captures.still(
      this.#press(request, source, this.#procedureOfStill(request.procedureId, actor), actor),
    );
  }

  /** Begins a clip; as still, but a clip cannot be kept apart: it would run on into whoever is on the table next. */
  startClip(request: PressRequest, actor: string): Promise<Capture> {
    return this.#outcomes.of({ kind: "record-start", actor, key: request.key }, () =>
      this.#clip(request, actor, requirePicture, async (press) => {
        const clip = await this.#captures.startClip(press);
        this.#resumes.forgetSource(clip.source);
        return clip;
      }),
    );
  }

  /** How many clips are on the disk while the database does not take them. */
  get notSavedYet(): number {
    return this.#captures.notSavedYet;
  }

  /** The clip of a source that goes on by itself when the picture is back: stopping it ends that. */
  waitingFor(sourceId: string): string | null {
    return this.#resumes.waitingFor(sourceId);
  }

  /** Keeps what the source remembers of the last `lookBackMs` as a clip, whatever is being recorded. */
  keepLast(request: PressRequest & { readonly lookBackMs: number }, actor: string): Promise<Capture> {
    const { lookBackMs } = request;
    const requireSeen = ({ source }: ProcedureSource): void => {
      const { state, lastFrameAt } = source.state();
      if (state === "live" || (lastFrameAt ?? 0) >= Date.now() - lookBackMs) return;
      throw new CaptureError("no-look-back", "Nothing was kept: there was no picture in that time.");
    };
    return this.#outcomes.of({ kind: "saved", actor, key: request.key }, () =>
      this.#clip(request, actor, requireSeen, (press) => this.#captures.keepLast({ ...press, lookBackMs })),
    );
  }

  async #clip(
    request: PressRequest,
    actor: string,
    check: (source: ProcedureSource) => void,
    take: (press: Press) => Promise<Capture>,
  ): Promise<Capture> {
    const { freeBytes, minimumFreeBytes } = this.#options;
    const free = await freeBytes();
    const known = this.#captures.known(request.key, "clip");
    if (known !== undefined) return known;
    if (free < minimumFreeBytes) {
      const message = `Only ${Math.round(free / 1e6)} MB are free on this box. Stills are still kept; free some space to record.`;
      throw new CaptureError("disk", message);
    }
    const source = this.#source(request.sourceId);
    check(source);
    const open = this.open();
    if (request.procedureId !== undefined && open !== undefined && request.procedureId !== open.id) {
      const message =
        "The procedure on this screen is not open any more; another one is. Press again to record for that one.";
      throw new ProcedureError("procedure-not-open", message);
    }
    const procedure = open ?? this.#begin({}, actor);
    return take(this.#press(request, source, { procedure }, actor));
  }

  stopClip(captureId: string, actor: string, frame?: FrameRef): Promise<Capture> {
    // Its own id is the key: stopping twice is one stop.
    const heard = { kind: "record-stop", actor, key: captureId } as const;
    return this.#outcomes.of(heard, async () => this.#stopClip(captureId, actor, frame));
  }

  async #stopClip(captureId: string, actor: string, frame?: FrameRef): Promise<Capture> {
    const capture = this.capture(captureId);
    if (capture.kind !== "clip")
      throw new ProcedureError("not-recording", "This is a still: there is nothing to stop.");
    // A screen that has not heard of the next clip yet means the recording.
    const going = this.#nextClips.of(captureId);
    const next = going === undefined ? undefined : await going;
    if (next !== undefined) return this.#stopClip(next.id, actor, frame);
    const wouldGoOn = this.#resumes.forget(captureId);
    const stopping = this.#captures.stopClip(capture, actor, frame);
    if (!wouldGoOn) return stopping;
    await stopping.finally(() => this.#stayedEnded(capture, actor));
    return this.capture(captureId);
  }

  /** It does not go on in a next clip, as it was said it would. */
  #stayedEnded(clip: Capture, actor: string): void {
    this.#captures.reword(clip, actor, { before: willGoOn, after: stoppedInGap });
  }

  /** Deletes a capture that was not released yet, with a reason that the audit keeps. */
  deleteCapture(captureId: string, reason: string, actor: string): Capture {
    const capture = this.capture(captureId);
    if (this.get(capture.procedureId).state === "released") {
      throw new ProcedureError(
        "already-released",
        "This capture was sent already. It has to be rejected in the archive.",
      );
    }
    const deleted = this.#captures.delete(capture, reason, actor);
    this.#resumes.forget(captureId);
    return deleted;
  }

  /**
   * A clip that is as large as an Instance may be goes on in a second one: no picture in between is lost. While the database
   * takes no second one it is not ended: too large for one Instance is better than not recorded.
   */
  async #endAtLimit(captureId: string, limit: ClipLimit): Promise<void> {
    const { log } = this.#options;
    const capture = this.capture(captureId);
    if (limit === "size" && !this.#captures.takesWrites(capture)) return;
    log.warn({ capture: captureId, limit }, "a clip reached its limit");
    const isDisk = limit === "disk";
    if (isDisk) this.#outcomes.tell({ kind: "failed", actor: "scopeline", captureId, message: diskAlmostFull });
    const source = this.#source(capture.source);
    const at = source.source.newestFrame() ?? undefined;
    const stopping = this.#captures.stopClip(capture, "scopeline", at, isDisk ? diskAlmostFull : null);
    // Finishing takes long and tells its failure in the clip's own row.
    stopping.catch(() => {});
    if (isDisk) return;
    const next = this.#goOnAfter(capture, source, at).catch((error: unknown) => {
      this.#outcomes.tell({ kind: "failed", actor: "scopeline", captureId, message: endedAtSize });
      this.#captures.reword(capture, "scopeline", {
        before: null,
        after: endedAtSize,
        action: "recording-not-gone-on",
      });
      throw error;
    });
    await this.#nextClips.goesOn(captureId, next);
  }
  async #goOnAfter(capture: Capture, source: ProcedureSource, at: FrameRef | undefined): Promise<Capture | undefined> {
    await this.#captures.untilFree(source, capture.id);
    const procedure = this.get(capture.procedureId);
    // Whoever completed it meanwhile did not want to go on.
    if (procedure.state !== "open") return undefined;
    const notice = "Goes on from the clip before, which had become as large as one instance may be.";
    // It begins at the last key frame at or before the end of the other: the two overlap, nothing is lost between.
    return this.#captures.startClip({ procedure, source, ...(at && { frame: at }), actor: "scopeline", notice });
  }

  #source(id: string | undefined): ProcedureSource {
    const { sources } = this.#options;
    const source = id === undefined ? sources.values().next().value : sources.get(id);
    if (source === undefined) {
      const message =
        id === undefined ? "No video source is set up on this box." : `There is no source ${id} on this box.`;
      throw new ProcedureError("unknown-source", message);
    }
    return source;
  }

  #press(
    request: PressRequest,
    source: ProcedureSource,
    place: { procedure: Procedure; notice?: string },
    actor: string,
  ): Press {
    const frame = request.frame ?? source.source.lastPainted() ?? undefined;
    const { key, lookBackMs } = request;
    return {
      ...{ ...place, source, actor },
      ...(frame && { frame }),
      ...(key !== undefined && { key }),
      ...(lookBackMs !== undefined && { lookBackMs }),
    };
  }

  /**
   * The procedure a still belongs to. Capture never waits for identity: with none open an unassigned one begins. A
   * screen that names one which is not open any more is out of date: its picture is kept apart, under no patient.
   */
  #procedureOfStill(id: string | undefined, actor: string): { procedure: Procedure; notice?: string } {
    const open = this.open();
    if (id === undefined || id === open?.id) return { procedure: open ?? this.#begin({}, actor) };
    const notice = "The procedure on the screen was not open any more: kept without a patient.";
    if (open === undefined) return { procedure: this.#begin({}, actor), notice };
    const { clock } = this.#options;
    const apart = completeProcedure(beginProcedure({}, this.#given()), clock(), 0);
    this.#insert(this.#options.database, apart, actor, "procedure-begun", { kind: "unassigned", apart: true });
    return { procedure: apart, notice };
  }

  #begin(choice: IdentityChoice, actor: string): Procedure {
    const procedure = beginProcedure(choice, this.#given());
    const { kind, patient, timeOutConfirmedAt } = procedure;
    const items = procedure.worklistItems.map((item) => item.id);
    this.#insert(this.#options.database, procedure, actor, "procedure-begun", {
      kind,
      patient,
      items,
      timeOutConfirmedAt,
    });
    // One that a press began belongs to whoever is on the table already: it may look back.
    if (patient !== null) this.#limitLookBack();
    return procedure;
  }

  #insert(
    database: ProceduresOptions["database"],
    procedure: Procedure,
    actor: string,
    action: string,
    detail: Record<string, unknown>,
  ): void {
    database.transaction(() => {
      insertProcedure(database, procedure);
      this.#audit(procedure, actor, action, detail);
      this.#tellStepBegun(procedure);
    });
    this.#options.outbox.wake();
    this.#options.news.tell({ topic: "procedure", id: procedure.id });
  }

  #update(
    procedure: Procedure,
    actor: string,
    action: string,
    detail: Record<string, unknown>,
    alongside: () => void = () => {},
  ): void {
    const { database, news, outbox } = this.#options;
    database.transaction(() => {
      updateProcedure(database, procedure);
      this.#audit(procedure, actor, action, detail);
      alongside();
    });
    outbox.wake();
    news.tell({ topic: "procedure", id: procedure.id });
  }

  #audit(procedure: Procedure, actor: string, action: string, detail: Record<string, unknown>): void {
    const { database, clock } = this.#options;
    recordAudit(database, { at: clock(), actor, action, subjectKind: "procedure", subjectId: procedure.id, detail });
  }

  #choice({ worklistItemIds, ...rest }: IdentityRequest): IdentityChoice {
    if ([worklistItemIds, rest.patient, rest.emergency].filter((one) => one !== undefined).length > 1) {
      throw new ProcedureError("bad-request", "Choose one: worklist items, a typed patient, or an emergency.");
    }
    if (worklistItemIds === undefined) return rest;
    const worklistItems = worklistItemIds.map((id) => {
      const item = this.#options.worklistItem(id);
      if (item === undefined) {
        throw new ProcedureError(
          "unknown-worklist-item",
          "This entry is not on the worklist any more. Refresh the list and choose again.",
        );
      }
      return item;
    });
    return { ...rest, worklistItems };
  }

  #given(): Given {
    return { now: this.#options.clock(), newUid: () => newUid(this.#options.uidRoot) };
  }

  /** Nor the time before this moment: the rings stay for the frame of a press just now. */
  #limitLookBack(): void {
    for (const { source } of this.#options.sources.values()) source.limitLookBack();
  }

  /** No look back may reach the patient before. */
  #emptyRings(): void {
    for (const { source } of this.#options.sources.values()) source.emptyRings();
  }
}

function requirePicture({ source }: ProcedureSource): void {
  const { state, message } = source.state();
  if (state !== "live")
    throw new CaptureError("no-signal", message ?? "There is no picture to keep. Check the cable and the source.");
}

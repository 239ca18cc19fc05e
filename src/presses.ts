import { setTimeout as sleep } from "node:timers/promises";
import type { FrameRef } from "./capture/capture.ts";
import type { Log } from "./lib/log.ts";
import type { NewsFeed } from "./lib/news.ts";
import { type Outcome, ProcedureError, type ProcedureSource, type Procedures } from "./procedures/procedures.ts";
import type { SoundName, Sounds } from "./sounds/sounds.ts";
import type { Moment, Presses, TriggerAction } from "./triggers/triggers.ts";
import type { Worklist } from "./worklist/worklist.ts";

/** Who pressed, in audit rows. */
const actor = "trigger";
const keptLastMs = 30_000;

/** How each press went, to the ears and to the screens: whoever pressed. */
export function tellOutcomes(sounds: Sounds, news: NewsFeed): (outcome: Outcome) => void {
  return ({ kind, actor: by, captureId, message }) => {
    // A marker is heard as "understood": nothing new was saved.
    sounds.play(kind === "marked" ? "scanned" : (kind satisfies SoundName));
    news.tell({
      // The screens tell their own presses from those of others; who was signed in is the audit's.
      ...{ topic: "press", outcome: kind, by: isOfScreen(by) ? "screen" : by },
      ...(captureId !== undefined && { id: captureId }),
      ...(message !== undefined && { message }),
    });
  };
}

const isOfScreen = (actor: string): boolean => /^(user|token)-/.test(actor);

/** The part of the procedures that a press needs. */
type PressedProcedures = Pick<Procedures, "still" | "startClip" | "stopClip" | "keepLast" | "waitingFor"> & {
  readonly markers: Pick<Procedures["markers"], "set">;
};

export interface PressesOptions {
  /** By source id; the first is the one a press without a source means. */
  readonly sources: ReadonlyMap<string, ProcedureSource>;
  /** Given late: procedures and triggers know each other only through this. */
  readonly procedures: () => PressedProcedures;
  readonly worklist: Pick<Worklist, "lookUp">;
  /** What who performs the open procedure wants of a pedal that was taught this. */
  readonly wished: (action: TriggerAction) => TriggerAction;
  readonly onOutcome: (outcome: Outcome) => void;
  readonly sounds: Pick<Sounds, "play">;
  readonly news: NewsFeed;
  readonly log: Log;
}

/** What pedals, buttons and scanners do: the same as a screen would by HTTP. */
export function pressesOf(options: PressesOptions): Presses {
  const { sources, onOutcome } = options;
  const scans = scannedBy(options);
  /** Clips begin and end one after the other: a second press waits until the first has its clip, and then ends it. */
  const turns = new Map<string, Promise<void>>();

  const toggle = async (id: string | null, moment: Moment | undefined): Promise<void> => {
    const procedures = options.procedures();
    const source = sourceOf(sources, id)?.source;
    const name = source?.id ?? "";
    const before = turns.get(name);
    const turn = Promise.withResolvers<void>();
    turns.set(name, turn.promise);
    await before;
    // In a gap of the picture the recording is not over: it goes on by itself, so a press ends it.
    const recording = source?.state().recording ?? procedures.waitingFor(name);
    if (source === undefined || recording === null) {
      await procedures.startClip(requestOf(id, moment, name), actor).finally(() => turn.resolve());
      return;
    }
    const frame = moment?.get(name) ?? source.lastPainted() ?? undefined;
    void untilFree(source, recording).then(() => turn.resolve());
    await procedures.stopClip(recording, actor, frame);
  };

  const act = async (taught: TriggerAction, id: string | null, moment?: Moment): Promise<void> => {
    const action = options.wished(taught);
    const procedures = options.procedures();
    const source = sourceOf(sources, id);
    const name = source?.source.id ?? "";
    switch (action) {
      case "still":
        await procedures.still(requestOf(id, moment, name), actor);
        return;
      case "clip":
        return toggle(id, moment);
      case "keep-last":
        await procedures.keepLast({ ...requestOf(id, moment, name), lookBackMs: keptLastMs }, actor);
        return;
      case "marker": {
        const recording = source?.source.state().recording ?? null;
        if (recording === null) {
          const message = "Nothing is being recorded: only a running clip can be marked.";
          onOutcome({ kind: "failed", actor, message });
          throw new ProcedureError("not-recording", message);
        }
        const frame = moment?.get(name);
        procedures.markers.set(recording, frame === undefined ? {} : { frame: { ...frame, source: name } }, actor);
        return;
      }
      default:
        return action satisfies never;
    }
  };

  return {
    act,
    moment: () => momentOf(sources),
    refuse: (message) => onOutcome({ kind: "failed", actor, message }),
    scanned: scans,
  };
}

/** A clip that is being stopped is let go of before its file is finished: the next may begin then. */
async function untilFree(source: ProcedureSource["source"], clip: string): Promise<void> {
  for (let waited = 0; source.state().recording === clip && waited < 5_000; waited += 20) await sleep(20);
}

function requestOf(id: string | null, moment: Moment | undefined, source: string) {
  const frame = moment?.get(source);
  return { ...(id !== null && { sourceId: id }), ...(frame !== undefined && { frame }) };
}

function sourceOf(sources: PressesOptions["sources"], id: string | null): ProcedureSource | undefined {
  return id === null ? sources.values().next().value : sources.get(id);
}

function momentOf(sources: PressesOptions["sources"]): Moment {
  const frames = new Map<string, FrameRef>();
  for (const [id, { source }] of sources) {
    const frame = source.lastPainted() ?? source.newestFrame();
    if (frame !== null) frames.set(id, frame);
  }
  return frames;
}

/** A scan is told to the screens at once, and a text that may be a patient's ID is asked of the worklist, one at a time. */
function scannedBy({ worklist, sounds, news, log }: PressesOptions): (text: string) => void {
  let isAsking = false;
  let next: string | undefined;
  const ask = async (): Promise<void> => {
    isAsking = true;
    while (next !== undefined) {
      const patientId = next;
      next = undefined;
      await worklist.lookUp({ patientId });
    }
    isAsking = false;
  };
  return (text) => {
    sounds.play("scanned");
    news.tell({ topic: "scan", text });
    next = patientIdOf(text);
    if (next === undefined || isAsking) return;
    ask().catch((error: unknown) => {
      isAsking = false;
      log.warn({ error: String(error) }, "a scanned patient could not be looked up");
    });
  };
}

/**
 * What a worklist may be asked for: no wildcards (PS3.4 C.2.2.2.4), nothing an LO may not have (PS3.5 6.2), and without
 * the symbology identifier that scanners put before it (ISO/IEC 15424: `]`, a letter, a digit).
 */
export function patientIdOf(text: string): string | undefined {
  const id = text.replace(/^\][A-Za-z][0-9A-Za-z]/, "").trim();
  return /^[\x20-\x29\x2b-\x3e\x40-\x5b\x5d-\x7e]{1,64}$/.test(id) ? id : undefined;
}

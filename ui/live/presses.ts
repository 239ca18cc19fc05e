import type { Capture, FrameId } from "../../src/api/schemas.ts";
import { ApiError, send } from "../api/client.ts";
import { refreshTopic } from "../api/query-client.ts";
import { rememberPicture } from "../captures/first-pictures.ts";
import { sound } from "../lib/sounds.ts";
import { Store } from "../lib/store.ts";
import { uuid } from "../lib/uuid.ts";

/** One touch of CAPTURE or RECORD, from the finger to the box's answer. */
export interface Press {
  /** The idempotency key: the same for every try. */
  readonly key: string;
  readonly kind: Capture["kind"];
  /** The number it will most likely have. */
  readonly number: number;
  /** `late`: no answer within LATE_MS; it may still become saved. */
  readonly state: "pressed" | "late" | "refused" | "saved";
  readonly reason?: string;
  readonly capture?: Capture;
  /** Of a clip: a source has told that it records it. */
  readonly isNamed?: boolean;
  /** What was on the canvas, small, until the box has a thumbnail. */
  readonly picture?: HTMLCanvasElement;
}

export interface PressRequest {
  readonly kind: Capture["kind"];
  readonly number: number;
  readonly source: string;
  readonly frame?: FrameId;
  readonly procedureId?: string;
  readonly picture?: HTMLCanvasElement;
  /** Of a clip: keep so many of the last seconds, and no more, instead of beginning one now. */
  readonly lastSeconds?: number;
}

/** Newest first. A saved press stays until the procedure's own list shows its capture. */
export const presses = new Store<readonly Press[]>([]);

/** Not durable after this long: the person is told to press again. */
export const LATE_MS = 2000;
/** The same press is asked again this long, always under the same key, so it can never become two captures. */
const TRY_FOR_MS = 15_000;
const TRY_EVERY_MS = 400;
/** What is on the disk already is asked after until the box's database has it, but not so often that this holds it up. */
const OWED_EVERY_MS = 3000;
const AT_MOST = 200;
/**
 * A press leaves only when the one before it is answered, or has left this long ago: two connections of a browser that
 * was stalled would else swap them, and the captures their numbers. Shorter than a finger needs between two presses.
 */
const APART_MS = 120;

let before: Promise<unknown> = Promise.resolve();

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function change(key: string, fields: Partial<Press>): void {
  presses.update((all) => all.map((press) => (press.key === key ? { ...press, ...fields } : press)));
}

export function forget(keys: readonly string[]): void {
  presses.update((all) => all.filter(({ key }) => !keys.includes(key)));
}

/** The sources record these now. */
export function noteRecording(ids: readonly string[]): void {
  const isNews = ({ capture, isNamed }: Press): boolean =>
    !isNamed && capture !== undefined && ids.includes(capture.id);
  if (!presses.get().some(isNews)) return;
  presses.update((all) => all.map((press) => (isNews(press) ? { ...press, isNamed: true } : press)));
}

/** Sends a press until the box has it, refuses it, or it makes no sense any more. */
export async function press(request: PressRequest): Promise<void> {
  const { kind, number, source, frame, procedureId, picture, lastSeconds } = request;
  const key = uuid();
  const pressed: Press = { key, kind, number, state: "pressed", ...(picture ? { picture } : {}) };
  presses.update((all) => [pressed, ...all].slice(0, AT_MOST));
  const late = setTimeout(() => {
    change(key, { state: "late" });
    sound("failed");
  }, LATE_MS);
  const turn = before;
  const left = Promise.withResolvers<void>();
  const settled = Promise.withResolvers<void>();
  before = left.promise.then(() => Promise.race([settled.promise, pause(APART_MS)]));
  await turn;
  left.resolve();
  const body = {
    source,
    ...(procedureId ? { procedureId } : {}),
    ...(frame ? { frame } : {}),
    ...(lastSeconds === undefined ? {} : { seconds: lastSeconds }),
  };
  let isOwed = false;
  const owed = (reason: string): void => {
    clearTimeout(late);
    isOwed = true;
    if (presses.get().some((one) => one.key === key && one.state === "pressed")) sound("failed");
    change(key, { state: "late", reason });
  };
  try {
    const capture = await persist(lastSeconds === undefined ? `${kind}s` : "clips/last", key, body, owed);
    if (picture) rememberPicture(capture.id, picture);
    // One that was long on its way is not the next patient's: its own procedure lists it.
    if (isOwed) forget([key]);
    else change(key, { state: "saved", capture });
    sound(capture.progress === "recording" ? "recordStart" : "saved");
    refreshTopic("procedure");
    refreshTopic("source");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (isOwed && !isRemembered(key)) return;
    change(key, { state: "refused", reason: error.message });
    sound("failed");
  } finally {
    clearTimeout(late);
    settled.resolve();
  }
}

/** Somebody still waits for it. */
const isRemembered = (key: string): boolean => presses.get().some((press) => press.key === key);

/** `onOwed` hears each time that it is on the disk and not saved yet. */
async function persist(path: string, key: string, body: unknown, onOwed: (reason: string) => void): Promise<Capture> {
  const until = performance.now() + TRY_FOR_MS;
  let isOwed = false;
  for (;;) {
    try {
      // A press never waits for a PIN.
      const options = { body, headers: { "idempotency-key": key }, timeoutMs: 5000, isUnasked: true };
      return await send<Capture>("POST", path, options);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === "not-saved-yet") {
        isOwed = true;
        onOwed(error.message);
      }
      // "fault": the database cannot even be read.
      const isAsked = isOwed
        ? (error.passing || error.code === "fault") && isRemembered(key)
        : error.passing && performance.now() <= until;
      if (!isAsked) throw error;
      await pause(isOwed ? OWED_EVERY_MS : TRY_EVERY_MS);
    }
  }
}

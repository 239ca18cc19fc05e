import type {
  AssignPatient,
  BeginProcedure,
  Capture,
  CutClip,
  Delivery,
  FrameId,
  LookBack,
  Procedure,
  Trigger,
} from "../../src/api/schemas.ts";
import { send } from "./client.ts";
import { refreshTopic } from "./query-client.ts";
import { addressOf } from "./transport.ts";

const part = encodeURIComponent;

/** The news says it too; asking at once keeps the screen from showing the old state for a moment. */
async function thenLookAgain<T>(answer: Promise<T>): Promise<T> {
  const value = await answer;
  refreshTopic("procedure");
  refreshTopic("delivery");
  return value;
}

export const beginProcedure = (body: BeginProcedure): Promise<Procedure> =>
  thenLookAgain(send("POST", "procedures", { body }));

export const assignPatient = (procedureId: string, body: AssignPatient): Promise<Procedure> =>
  thenLookAgain(send("POST", `procedures/${part(procedureId)}/patient`, { body }));

/** Completing answers when every recording of it is saved. */
const endTimeoutMs = 20_000;

export const changeProcedure = (id: string, step: "complete" | "release" | "resume"): Promise<Procedure> =>
  thenLookAgain(send("POST", `procedures/${part(id)}/${step}`, { timeoutMs: endTimeoutMs }));

export const discontinueProcedure = (id: string, reasonCode: string): Promise<Procedure> =>
  thenLookAgain(send("POST", `procedures/${part(id)}/discontinue`, { body: { reasonCode }, timeoutMs: endTimeoutMs }));

/** The box waits 15 s for a pedal or a button to be pressed. */
export const learnTrigger = (action: Trigger["action"]): Promise<Trigger> =>
  send("POST", "triggers/learn", { body: { action }, timeoutMs: 20_000 });

/** Ends it. A box that cannot be asked ends it by itself. */
export const cancelLearning = (): Promise<unknown> =>
  send("DELETE", "triggers/learn", { isUnasked: true }).catch(() => {});

export const forgetTrigger = (id: string): Promise<unknown> => send("DELETE", `triggers/${part(id)}`);

export const forgetEncodings = (node: string): Promise<unknown> =>
  thenLookAgain(send("POST", `nodes/${part(node)}/forget-encodings`));

/** `frame`: the frame on the screen at the press, with which the clip ends. */
export const stopClip = (captureId: string, frame?: FrameId | null): Promise<Capture> =>
  thenLookAgain(
    send("POST", `captures/${part(captureId)}/stop`, { timeoutMs: 20_000, ...(frame ? { body: { frame } } : {}) }),
  );

/** Marks the frame in the clip that is being recorded; without one, what the box's own screen painted last. */
export const setMarker = (captureId: string, frame: FrameId | undefined): Promise<Capture> =>
  thenLookAgain(send("POST", `captures/${part(captureId)}/markers`, { body: frame ? { frame } : {} }));

/** Copying a long clip takes a while; the same key asked again is the same capture. */
const toolTimeoutMs = 120_000;

export const cutClip = (captureId: string, body: CutClip, key: string): Promise<Capture> =>
  thenLookAgain(
    send("POST", `captures/${part(captureId)}/cut`, {
      ...{ body, headers: { "idempotency-key": key }, timeoutMs: toolTimeoutMs },
    }),
  );

export const stillOfClip = (captureId: string, atMs: number, key: string): Promise<Capture> =>
  thenLookAgain(
    send("POST", `captures/${part(captureId)}/still`, {
      ...{ body: { atMs }, headers: { "idempotency-key": key }, timeoutMs: toolTimeoutMs },
    }),
  );

export const lookBack = (source: string): Promise<LookBack> => send("GET", `sources/${part(source)}/look-back`);

export const letGo = (source: string, holdId: string): Promise<unknown> =>
  send("DELETE", `sources/${part(source)}/look-back/${part(holdId)}`, { isUnasked: true });

export const lookBackPicture = (source: string, epoch: number, seq: number): string =>
  addressOf(`sources/${part(source)}/frames/${epoch}/${seq}`);

export const deleteCapture = (captureId: string, reason: string): Promise<unknown> =>
  thenLookAgain(send("DELETE", `captures/${part(captureId)}`, { body: { reason } }));

export const changeDelivery = (id: Delivery["id"], step: "retry" | "hold" | "cancel" | "send-as"): Promise<Delivery> =>
  thenLookAgain(send("POST", `deliveries/${id}/${step}`));

/** One patient to look for at any station. */
export interface LookUp {
  readonly patientName?: string;
  readonly patientId?: string;
}

/** Asks the worklist again, and for one patient at any station where one is named. */
export const refreshWorklist = (lookUp?: LookUp): Promise<unknown> =>
  send("POST", "worklist/refresh", { ...(lookUp ? { body: lookUp } : {}), timeoutMs: 60_000 }).finally(() =>
    refreshTopic("worklist"),
  );

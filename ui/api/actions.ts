import type { AssignPatient, BeginProcedure, Capture, Delivery, Procedure } from "../../src/api/schemas.ts";
import { send } from "./client.ts";
import { refreshTopic } from "./resource.ts";

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

export const changeProcedure = (id: string, step: "complete" | "release" | "resume"): Promise<Procedure> =>
  thenLookAgain(send("POST", `procedures/${part(id)}/${step}`));

export const discontinueProcedure = (id: string, reasonCode: string): Promise<Procedure> =>
  thenLookAgain(send("POST", `procedures/${part(id)}/discontinue`, { body: { reasonCode } }));

export const forgetEncodings = (node: string): Promise<unknown> =>
  thenLookAgain(send("POST", `nodes/${part(node)}/forget-encodings`));

export const stopClip = (captureId: string): Promise<Capture> =>
  thenLookAgain(send("POST", `captures/${part(captureId)}/stop`, { timeoutMs: 20_000 }));

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

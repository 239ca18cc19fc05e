import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { speakThrough } from "../api/transport.ts";
import { forget, press, presses } from "./presses.ts";

const notSavedYet = { status: 503, body: { code: "not-saved-yet", detail: "On the disk, not saved yet." } };
const fault = { status: 500, body: { code: "fault", detail: "Something went wrong." } };
const saved = { status: 201, body: { id: "c", progress: "saved" } };
let asked = 0;

/** The box answers so, the last for ever. */
function answers(...list: readonly { readonly status: number; readonly body: unknown }[]): void {
  asked = 0;
  speakThrough({
    request: async () => {
      const { status, body } = list[Math.min(asked, list.length - 1)] ?? fault;
      asked += 1;
      return new Response(JSON.stringify(body), { status });
    },
    addressOf: (path) => path,
    connect: () => {
      throw new Error("nothing is listened to here");
    },
  });
}
const keepLast = () => press({ kind: "clip", number: 3, source: "s1", lastSeconds: 30 });
const states = () => presses.get().map(({ state, reason }) => [state, reason]);

beforeEach(() => {
  vi.useFakeTimers();
  presses.set([]);
});
afterEach(() => {
  vi.useRealTimers();
});

it("a clip that is on the disk and not saved yet is asked after until it is saved, and then forgotten", async () => {
  answers(notSavedYet, fault, notSavedYet, notSavedYet, notSavedYet, notSavedYet, notSavedYet, saved);
  const pressed = keepLast();
  await vi.advanceTimersByTimeAsync(16_000);
  expect(states()).toEqual([["late", "On the disk, not saved yet."]]);
  await vi.advanceTimersByTimeAsync(10_000);
  await pressed;
  expect([states(), asked]).toEqual([[], 8]);
});

it("it is not asked after any more once somebody has understood", async () => {
  answers(notSavedYet);
  const pressed = keepLast();
  await vi.advanceTimersByTimeAsync(4_000);
  forget(presses.get().map(({ key }) => key));
  await vi.advanceTimersByTimeAsync(4_000);
  await pressed;
  const before = asked;
  await vi.advanceTimersByTimeAsync(60_000);
  expect([states(), asked]).toEqual([[], before]);
});

it("a press that is refused says why", async () => {
  answers(fault);
  const pressed = keepLast();
  await vi.advanceTimersByTimeAsync(1_000);
  await pressed;
  expect([states(), asked]).toEqual([[["refused", "Something went wrong."]], 1]);
});

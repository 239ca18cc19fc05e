import { afterEach, expect, it, vi } from "vitest";
import { CaptureError } from "../capture/capture.ts";
import { type Outcome, Outcomes } from "./outcomes.ts";

afterEach(() => {
  vi.useRealTimers();
});

function outcomes() {
  const told: Outcome[] = [];
  return { told, outcomes: new Outcomes((outcome) => told.push(outcome)) };
}
const saved = { kind: "saved", actor: "trigger" } as const;

it("says of each press how it went, and passes the press through", async () => {
  const { told, outcomes: all } = outcomes();
  expect(await all.of(saved, async () => ({ id: "a", more: 1 }))).toEqual({ id: "a", more: 1 });
  const refusal = new CaptureError("no-signal", "Check the cable.");
  await expect(all.of(saved, () => Promise.reject(refusal))).rejects.toBe(refusal);
  expect(told).toEqual([
    { ...saved, captureId: "a" },
    { kind: "failed", actor: "trigger", message: "Check the cable." },
  ]);
});

it("tells nobody the inside of a fault", async () => {
  const { told, outcomes: all } = outcomes();
  await expect(all.of(saved, () => Promise.reject(new Error("SQLITE_FULL /var/lib")))).rejects.toThrow();
  expect(told[0]?.message).toBe("Something went wrong in this box. Press again.");
});

it("a press that is told again under its key is heard once", async () => {
  const { told, outcomes: all } = outcomes();
  const press = { ...saved, key: "k" };
  for (let time = 0; time < 3; time++) {
    await all.of(press, () => Promise.reject(new CaptureError("busy", "Busy."))).catch(() => {});
  }
  await all.of(press, async () => ({ id: "a" }));
  await all.of(press, async () => ({ id: "a" }));
  expect(told.map(({ kind }) => kind)).toEqual(["failed", "saved"]);
});

it("every stop that fails is heard, and the stop once", async () => {
  const { told, outcomes: all } = outcomes();
  const stop = { kind: "record-stop", actor: "trigger", key: "clip" } as const;
  await all.of(stop, () => Promise.reject(new Error())).catch(() => {});
  await all.of(stop, () => Promise.reject(new Error())).catch(() => {});
  await all.of(stop, async () => ({ id: "clip" }));
  await all.of(stop, async () => ({ id: "clip" }));
  expect(told.map(({ kind }) => kind)).toEqual(["failed", "failed", "record-stop"]);
});

it("a picture that is late is told as failed, and as saved when it came after all", async () => {
  vi.useFakeTimers();
  const { told, outcomes: all } = outcomes();
  const still = Promise.withResolvers<{ id: string }>();
  const press = all.of({ ...saved, lateMs: 2_000 }, () => still.promise);
  await vi.advanceTimersByTimeAsync(1_990);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(20);
  expect(told.map(({ kind }) => kind)).toEqual(["failed"]);
  still.resolve({ id: "a" });
  await press;
  expect(told.map(({ kind }) => kind)).toEqual(["failed", "saved"]);
  await all.of({ ...saved, lateMs: 2_000 }, async () => ({ id: "b" }));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(told.map(({ kind }) => kind)).toEqual(["failed", "saved", "saved"]);
});

it("a press is saved, whatever becomes of those who listen", async () => {
  const deaf = new Outcomes(() => {
    throw new Error("no ears");
  });
  expect(await deaf.of(saved, async () => ({ id: "a" }))).toEqual({ id: "a" });
  expect(deaf.now({ kind: "marked", actor: "trigger" }, () => ({ id: "a" }))).toEqual({ id: "a" });
});

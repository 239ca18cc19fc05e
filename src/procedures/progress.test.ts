import { expect, it } from "vitest";
import { type DeliveryProgress, progressOf } from "./progress.ts";

const saved = { state: "saved", composeFailure: null } as const;
const delivery = (transfer: DeliveryProgress["transfer"], more: Partial<DeliveryProgress> = {}): DeliveryProgress => ({
  node: "A",
  transfer,
  commitment: "not-required",
  importance: "primary",
  ...more,
});
const progress = (...deliveries: (DeliveryProgress["transfer"] | DeliveryProgress)[]) =>
  progressOf(
    saved,
    deliveries.map((one) => (typeof one === "string" ? delivery(one) : one)),
  );
const stored = (commitment: DeliveryProgress["commitment"]) => delivery("stored", { commitment });

it("is sent only when every node has it", () => {
  expect(progress("stored", "stored")).toBe("sent");
  expect(progress("stored", "pending")).toBe("saved");
  expect(progress("stored", "sending")).toBe("sending");
});

it("is safe only when every node has proven that it keeps it", () => {
  expect(progress(stored("committed"), stored("committed"))).toBe("safe");
  expect(progress(stored("committed"), stored("requested"))).toBe("sent");
  expect(progress(stored("committed"), stored("owed"))).toBe("sent");
  expect(progress(stored("committed"), "stored")).toBe("sent");
  expect(progress(stored("committed"), "pending")).toBe("saved");
  expect(progress(stored("committed"), delivery("cancelled", { node: "B" }))).toBe("safe");
});

it("needs a person when the archive does not keep what it took", () => {
  expect(progress(stored("failed"))).toBe("held");
});

it("does not wait for a node that got it in another form, nor for a standby that was not needed", () => {
  expect(progress("replaced", stored("committed"))).toBe("safe");
  expect(progress(stored("committed"), delivery("pending", { importance: "standby" }))).toBe("safe");
  expect(progress(delivery("pending", { importance: "standby" }), delivery("pending"))).toBe("saved");
});

it("shows the node that needs a person first", () => {
  expect(progress("sending", "held", "stored")).toBe("held");
});

it("is cancelled only when no node has it", () => {
  expect(progress("cancelled")).toBe("cancelled");
  expect(progress(delivery("cancelled", { node: "B" }), "stored")).toBe("sent");
});

it("is not safe, nor sent, where one of its parts was cancelled", () => {
  expect(progress(stored("committed"), "cancelled")).toBe("cancelled");
  const elsewhere = delivery("stored", { node: "B", commitment: "committed" });
  expect(progress(stored("committed"), "cancelled", elsewhere)).toBe("safe");
});

it("is saved before release and held when it cannot be composed", () => {
  expect(progress()).toBe("saved");
  expect(progressOf({ state: "saved", composeFailure: "not High profile" }, [])).toBe("held");
});

it("says what its own state says while recording, failed or deleted", () => {
  for (const state of ["recording", "failed", "deleted"] as const) {
    expect(progressOf({ state, composeFailure: null }, [delivery("stored")])).toBe(state);
  }
});

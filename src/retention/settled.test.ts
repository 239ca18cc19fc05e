import { describe, expect, it } from "vitest";
import { type CaptureFacts, type DeliveryFacts, type InstanceFacts, settledAt } from "./settled.ts";

const committed: DeliveryFacts = {
  node: "PACS",
  transfer: "stored",
  commitment: "committed",
  createdAt: 100,
  storedAt: 200,
  committedAt: 300,
};
const unproven = { ...committed, commitment: "not-required", committedAt: null };
const waiting = { ...committed, commitment: "not-required", storedAt: null, committedAt: null };
const cancelled = { ...waiting, transfer: "cancelled" };
const replaced = { ...waiting, transfer: "replaced" };

const instance = (...deliveries: DeliveryFacts[]): InstanceFacts => ({
  isWhole: true,
  rendition: "original",
  isComposed: true,
  isOwed: true,
  deliveries,
});
const as = (rendition: string, ...deliveries: DeliveryFacts[]): InstanceFacts => ({
  ...instance(...deliveries),
  rendition,
});
const keyFrame = (...deliveries: DeliveryFacts[]): InstanceFacts => ({
  ...as("keyFrames", ...deliveries),
  isWhole: false,
});
const capture = (...instances: InstanceFacts[]): CaptureFacts => ({
  savedAt: 50,
  isReleased: true,
  isRenditionWanted: false,
  instances,
});

describe("a capture is settled", () => {
  it.each<[string, CaptureFacts, number]>([
    ["when its node has committed it, from then on", capture(instance(committed)), 300],
    ["from the last proof on", capture(instance(committed, { ...committed, node: "B", committedAt: 900 })), 900],
    ["when another node's was cancelled", capture(instance(committed, { ...cancelled, node: "B" })), 300],
    ["when each part has arrived", capture(instance(committed), instance({ ...committed, committedAt: 400 })), 400],
    [
      "when the node that did not take the original has another rendition",
      capture(instance(replaced), as("videoEndoscopic", committed)),
      300,
    ],
    [
      "through two renditions that did not suit",
      capture(instance(replaced), as("videoEndoscopic", replaced), as("videoPhotographic", committed)),
      300,
    ],
    [
      "when its original was only made for what a node was known to need",
      capture(instance(), as("videoEndoscopic", committed)),
      300,
    ],
    [
      "when one node has the clip and another one key frames of it",
      capture(instance(committed, { ...replaced, node: "B" }), keyFrame({ ...committed, node: "B" })),
      300,
    ],
    ["never before it was saved", { ...capture(instance(committed)), savedAt: 5_000 }, 5_000],
  ])("%s", (_name, facts, at) => {
    expect(settledAt(facts, "keep")).toBe(at);
  });

  it("without proof only where that was chosen", () => {
    const facts = capture(instance(unproven));
    expect(settledAt(facts, "keep")).toBeNull();
    expect(settledAt(facts, "delete")).toBe(200);
  });
});

describe("a capture is kept, whatever is chosen,", () => {
  it.each<[string, CaptureFacts]>([
    ["before its procedure is released", { ...capture(instance(committed)), isReleased: false }],
    ["while another rendition is to be made of it", { ...capture(instance(committed)), isRenditionWanted: true }],
    ["without an Instance", capture()],
    ["when its Instance is owed to nobody", capture(instance())],
    ["when an Instance is not composed", capture(instance(committed), { ...instance(committed), isComposed: false })],
    ["while what is owed is being written down", capture({ ...instance(committed), isOwed: false })],
    ...["pending", "sending", "held"].map((transfer): [string, CaptureFacts] => [
      `while one delivery is ${transfer}`,
      capture(instance(committed, { ...waiting, node: "B", transfer })),
    ]),
    ...["owed", "requested", "failed"].map((commitment): [string, CaptureFacts] => [
      `while a commitment is ${commitment}`,
      capture(instance(committed, { ...unproven, node: "B", commitment })),
    ]),
    [
      "when a few key frames are all that any node has of a clip",
      capture(instance(replaced), keyFrame(committed), keyFrame(committed)),
    ],
    ["when all was cancelled", capture(instance(cancelled))],
    ["when one part was cancelled", capture(instance(committed), instance(cancelled))],
    ["when the rendition in its place was cancelled", capture(instance(replaced), as("videoEndoscopic", cancelled))],
    [
      "when the rendition in its place went to another node",
      capture(instance(replaced), as("videoEndoscopic", { ...committed, node: "B" })),
    ],
    [
      "when a node has one part, and key frames in place of the other",
      capture(instance(committed), instance(replaced), keyFrame(committed)),
    ],
    [
      "when its original was made for others, and of those one part is missing",
      capture(instance(), as("parts/9", committed), as("parts/9", cancelled)),
    ],
    ["when its original was made for key frames only", capture(instance(), keyFrame(committed))],
  ])("%s", (_name, facts) => {
    expect(settledAt(facts, "keep")).toBeNull();
    expect(settledAt(facts, "delete")).toBeNull();
  });
});

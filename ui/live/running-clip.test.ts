import { expect, it } from "vitest";
import { runningClip } from "./running-clip.ts";

const clip = (id: string, progress: "recording" | "not-saved-yet" | "saved" | "failed") => ({ id, progress });

it.each([
  ["nothing", [clip("a", "saved")], [], null, undefined],
  ["what its source records", [clip("a", "recording"), clip("b", "recording")], [], "b", "b"],
  ["what is listed, where the source has not said so yet", [clip("a", "recording")], [], null, "a"],
  ["what our own press was answered before it is listed", [], [clip("c", "recording")], null, "c"],
  ["nothing, of an answer whose clip has ended since", [clip("c", "saved")], [clip("c", "recording")], null, undefined],
  ["nothing that has ended and is not saved yet", [clip("a", "not-saved-yet")], [], null, undefined],
  ["nothing that failed", [clip("a", "failed")], [], null, undefined],
] as const)("the running clip is %s", (_what, listed, answered, recordingId, id) => {
  expect(runningClip(listed, answered, recordingId)?.id).toBe(id);
});

import { expect, it } from "vitest";
import { runningClip } from "./running-clip.ts";

type Progress = "recording" | "rescuing" | "not-saved-yet" | "saved" | "failed";
const clip = (id: string, progress: Progress, source = "s1") => ({ id, progress, source });
const pressed = (...captures: ReturnType<typeof clip>[]) => captures.map((capture) => ({ capture }));
const s1 = (recordingCaptureId: string | null) => ({ id: "s1", recordingCaptureId });

it.each([
  ["nothing", [clip("a", "saved")], [], s1(null), undefined],
  ["nothing without a source", [clip("a", "recording")], [clip("a", "recording")], undefined, undefined],
  ["what its source records", [clip("a", "recording"), clip("b", "recording")], [], s1("b"), "b"],
  ["what its source records, of whatever the box cannot list", [], [], s1("b"), "b"],
  ["nothing of before a power cut, whatever the list calls it", [clip("a", "recording")], [], s1(null), undefined],
  ["nothing that is being rescued", [clip("a", "rescuing")], [clip("a", "recording")], s1(null), undefined],
  [
    "nothing that another source records",
    [clip("b", "recording", "s2")],
    [clip("c", "recording", "s2")],
    s1(null),
    undefined,
  ],
  ["what our own press was answered before it is listed", [], [clip("c", "recording")], s1(null), "c"],
  ["the same, listed before its source has said so", [clip("c", "recording")], [clip("c", "recording")], s1(null), "c"],
  [
    "nothing, of an answer whose clip has ended since",
    [clip("c", "saved")],
    [clip("c", "recording")],
    s1(null),
    undefined,
  ],
  ["nothing that has ended, whose source has not said so yet", [clip("a", "saved")], [], s1("a"), undefined],
  ["the next one, of a source that still names the last", [clip("a", "saved")], [clip("c", "recording")], s1("a"), "c"],
  ["nothing that has ended and is not saved yet", [clip("a", "not-saved-yet")], [], s1("a"), undefined],
  ["nothing that failed", [clip("a", "failed")], [], s1(null), undefined],
] as const)("the running clip is %s", (_what, listed, answered, source, id) => {
  expect(runningClip({ source, listed, pressed: pressed(...answered) })?.id).toBe(id);
});

it("is not our own press any more, once its source has named it and then does not", () => {
  const capture = clip("c", "recording");
  expect(runningClip({ source: s1(null), listed: [capture], pressed: [{ capture, isNamed: true }] })).toBeNull();
});

it("is known more of by the list than by the answer", () => {
  const [inList, inAnswer] = [clip("a", "recording"), clip("a", "recording")];
  const known = { source: s1("a"), listed: [], pressed: [] };
  expect(runningClip({ ...known, listed: [inList], pressed: pressed(inAnswer) })?.clip).toBe(inList);
  expect(runningClip({ ...known, pressed: pressed(inAnswer) })?.clip).toBe(inAnswer);
  expect(runningClip(known)).toEqual({ id: "a", clip: undefined });
});

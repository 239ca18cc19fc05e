import { expect, it } from "vitest";
import { isStillSo } from "./stop-notice.ts";

const clip = (id: string, progress: "recording" | "not-saved-yet" | "saved" | "failed") => ({ id, progress });

it.each([
  [true, "while the clip is not saved yet", "not-saved-yet", "a", [clip("c", "not-saved-yet")], false],
  [true, "while the list cannot be read anew", "not-saved-yet", "a", [clip("c", "recording")], false],
  [true, "of a clip that was never listed", "not-saved-yet", "a", [], false],
  [
    true,
    "of the clip that the recording went on in",
    "not-saved-yet",
    "a",
    [clip("c", "saved"), clip("d", "not-saved-yet")],
    false,
  ],
  [false, "once the clip is saved", "not-saved-yet", "a", [clip("c", "saved")], false],
  [false, "for the next patient", "not-saved-yet", "b", [], false],
  [true, "of a failure, which stays said", "encoder", "a", [clip("c", "failed")], false],
  [false, "of a failure, for the next patient", "encoder", "b", [], false],
  [true, "without an answer, while it is recorded", "unreachable", "a", [clip("c", "recording")], true],
  [false, "without an answer, once nothing is recorded", "unreachable", "a", [clip("c", "saved")], false],
] as const)("what was said of a STOP is %s %s", (isSo, _when, code, procedureId, captures, isGoingOn) => {
  expect(isStillSo({ captureId: "c", procedureId: "a", code }, { procedureId, captures, isGoingOn })).toBe(isSo);
});

it("is kept where the screen knew of no procedure at the press", () => {
  const stop = { captureId: "c", procedureId: undefined, code: "not-saved-yet" };
  expect(isStillSo(stop, { procedureId: "a", captures: [clip("c", "not-saved-yet")], isGoingOn: false })).toBe(true);
});

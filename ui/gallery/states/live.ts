import type { Procedure } from "../../../src/api/schemas.ts";
import { findingOf, healthOf, sourceOf } from "../fixtures/box.ts";
import { captureOf, clipOf, everyStep, procedureOf, someStills } from "../fixtures/captures.ts";
import { minutesAgo, NOW } from "../fixtures/clock.ts";
import { held, listOf, stillsOf } from "../fixtures/deliveries.ts";
import { arabicName, longName, unknownPerson, yamada } from "../fixtures/people.ts";
import { type GalleryState, stateOf } from "../state.ts";
import type { World } from "../world.ts";

/** With that procedure open. */
export const withOpen = (procedure: Procedure, world: Partial<World> = {}): Partial<World> => ({
  health: healthOf({ openProcedureId: procedure.id, ...world.health }),
  procedures: [procedure],
  ...(({ health: _health, ...rest }) => rest)(world),
});

const open = procedureOf({ captures: [...someStills] });
const recording = procedureOf({
  captures: [
    captureOf(1),
    clipOf(2, { state: "recording", progress: "recording", savedAt: null, pressedAt: NOW - 72_000 }),
  ],
});
const running = { sources: [sourceOf({ recordingCaptureId: "c2" })] };
const press = (state: "pressed" | "late" | "refused") =>
  ({
    key: state,
    kind: "still",
    number: 7,
    state,
    ...(state === "refused" ? { reason: "The disk is full. Ask biomed to free some room." } : {}),
  }) as const;

const source = (fields: Parameters<typeof sourceOf>[0]): Partial<World> =>
  withOpen(open, { sources: [sourceOf(fields)] });
const banner = (patient: Procedure["patient"], fields: Partial<Procedure> = {}): Partial<World> =>
  withOpen(procedureOf({ patient, captures: [captureOf(1)], ...fields }));

export const live: readonly GalleryState[] = [
  stateOf("nothing-yet", "/live"),
  stateOf("procedure", "/live", withOpen(open)),
  stateOf(
    "no-patient",
    "/live",
    withOpen(procedureOf({ kind: "unassigned", patient: null, laterality: null, captures: [captureOf(1)] })),
  ),
  stateOf(
    "emergency",
    "/live",
    banner(unknownPerson, { kind: "emergency", temporaryIdentity: true, laterality: null, description: "" }),
  ),
  stateOf("name-in-three-scripts", "/live", banner(yamada, { laterality: "R" })),
  stateOf(
    "name-long",
    "/live",
    banner(longName, { laterality: "B", description: "Microsurgical revision of the dacryocystorhinostomy" }),
  ),
  stateOf("name-right-to-left", "/live", banner(arabicName)),
  stateOf("recording", "/live", withOpen(recording, running)),
  stateOf(
    "every-step",
    "/live",
    withOpen(procedureOf({ captures: [...everyStep] }), { deliveries: listOf(stillsOf("p1", 4, () => held)) }),
  ),
  stateOf(
    "two-sources",
    "/live",
    withOpen(open, { sources: [sourceOf(), sourceOf({ id: "endoscope", index: 1, name: "Endoscope tower" })] }),
  ),
  stateOf("pressed", "/live", withOpen(open), { presses: [press("pressed")] }),
  stateOf("not-saved", "/live", withOpen(open), { presses: [press("late")] }),
  stateOf("refused", "/live", withOpen(open), { presses: [press("refused")] }),
  stateOf("pedal-not-done", "/live", withOpen(open), {
    pressNews: {
      topic: "press",
      by: "trigger",
      outcome: "failed",
      message: "There is no picture to keep: the microscope gives no signal.",
    },
  }),
  stateOf("connecting", "/live", {}, { preview: "silent" }),
  stateOf("no-source", "/live", { sources: [] }),
  stateOf(
    "no-signal",
    "/live",
    source({
      state: "no-signal",
      message: "Check the cable at SDI 1. It last gave 1080p60.",
      lastFrameAt: minutesAgo(1),
    }),
    {
      preview: { signal: false },
    },
  ),
  stateOf("starting", "/live", source({ state: "starting", message: "The input is being opened." }), {
    preview: "silent",
  }),
  stateOf(
    "restarting",
    "/live",
    source({ state: "restarting", restarts: 1, message: "Restart 1 of 3. The clip is safe up to its last fragment." }),
    {
      preview: { signal: false },
    },
  ),
  stateOf(
    "source-refused",
    "/live",
    source({ state: "refused", message: "Another program holds /dev/video0. Ask biomed to end it." }),
    { preview: "silent" },
  ),
  stateOf(
    "frozen",
    "/live",
    source({
      findings: [
        findingOf(
          "frozen",
          "caution",
          "The picture has not changed for 8 s. Check whether the microscope is in standby.",
        ),
      ],
    }),
    {
      preview: { frozen: true },
    },
  ),
  stateOf("stopped", "/live", withOpen(open), { preview: "stopped" }),
  stateOf(
    "wrong-mode",
    "/live",
    source({
      findings: [
        findingOf("wrong-mode", "notice", "1080i50 arrives, the profile expects 1080p60. It is captured all the same."),
      ],
    }),
  ),
  stateOf(
    "preview-reduced",
    "/live",
    source({ preview: { fps: 15, reduced: "The box is busy. Every picture is still kept." } }),
    { preview: { reduced: true } },
  ),
  stateOf("untested-way", "/live", source({ untested: ["hardware decoding"] })),
  stateOf("link-lost", "/live", withOpen(open), { preview: "stopped", isLost: true }),
  stateOf(
    "disk-low",
    "/live",
    withOpen(open, {
      health: healthOf({ openProcedureId: "p1", disk: { freeBytes: 60_000_000_000, totalBytes: 960_000_000_000 } }),
    }),
  ),
  stateOf("hold-window", "/live", {
    procedures: [procedureOf({ state: "completed", completedAt: minutesAgo(1), releaseAt: NOW + 240_000 })],
  }),
  stateOf("kept-without-patient", "/live", {
    procedures: [procedureOf({ kind: "unassigned", patient: null, state: "completed", completedAt: minutesAgo(1) })],
  }),
  stateOf("on-its-way", "/live", {
    procedures: [procedureOf({ state: "released", releasedAt: minutesAgo(3), captures: everyStep.slice(0, 5) })],
  }),
  stateOf("complete", "/live", withOpen(open), { touches: ["complete"] }),
  stateOf("complete-while-recording", "/live", withOpen(recording, running), { touches: ["complete"] }),
  stateOf(
    "complete-without-patient",
    "/live",
    withOpen(procedureOf({ kind: "unassigned", patient: null, captures: [captureOf(1)] })),
    { touches: ["complete"] },
  ),
  stateOf("discontinue", "/live", withOpen(open), { touches: ["complete", "discontinue"] }),
  stateOf("look-back", "/live", withOpen(open), { touches: ["look-back"] }),
  stateOf(
    "look-back-refused",
    "/live",
    withOpen(open, {
      instead: {
        "GET sources/microscope/look-back": {
          status: 409,
          refusal: { code: "nothing-held", detail: "There are no pictures of this procedure yet." },
        },
      },
    }),
    { touches: ["look-back"] },
  ),
];

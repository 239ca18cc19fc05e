import { captureOf, clipOf, everyStep, procedureOf } from "../fixtures/captures.ts";
import { minutesAgo, NOW } from "../fixtures/clock.ts";
import { held, listOf, safe, stillsOf } from "../fixtures/deliveries.ts";
import { arabicName, irish, longName, unknownPerson, yamada } from "../fixtures/people.ts";
import { type GalleryState, stateOf } from "../state.ts";

const days = [
  procedureOf({ state: "completed", completedAt: minutesAgo(2), releaseAt: NOW + 200_000 }),
  procedureOf({ id: "p2", state: "released", patient: yamada, begunAt: minutesAgo(180) }),
  procedureOf({ id: "p3", state: "released", patient: longName, begunAt: minutesAgo(260), laterality: "B" }),
  procedureOf({
    id: "p4",
    state: "released",
    patient: null,
    kind: "unassigned",
    laterality: null,
    begunAt: minutesAgo(1500),
  }),
  procedureOf({
    id: "p5",
    state: "released",
    patient: unknownPerson,
    temporaryIdentity: true,
    begunAt: minutesAgo(1600),
  }),
  procedureOf({
    ...{ id: "p6", state: "released", patient: irish, begunAt: minutesAgo(3000) },
    discontinued: { codeValue: "110501", codingSchemeDesignator: "DCM", codeMeaning: "Equipment failure" },
  }),
  procedureOf({ id: "p7", state: "released", patient: arabicName, begunAt: minutesAgo(4400) }),
];
const released = procedureOf({ state: "released", releasedAt: minutesAgo(10), captures: [...everyStep] });
const notes = {
  deliveries: listOf([
    ...stillsOf("p1", 1, () => safe),
    ...stillsOf("p1", 4, (number) => (number === 4 ? held : safe)),
  ]),
};
const at = (name: string, procedure: typeof released, touches: readonly string[] = []) =>
  stateOf(name, "/history/p1", { procedures: [procedure], ...notes }, { touches });

export const history: readonly GalleryState[] = [
  stateOf("empty", "/history"),
  stateOf("loading", "/history", { instead: { "GET procedures": "never" } }),
  stateOf("days", "/history", { procedures: days }),
];

export const procedure: readonly GalleryState[] = [
  at("released", released),
  at(
    "completed",
    procedureOf({
      state: "completed",
      completedAt: minutesAgo(1),
      releaseAt: NOW + 200_000,
      captures: [captureOf(1), clipOf(2)],
    }),
  ),
  at("no-pictures", procedureOf({ state: "released" })),
  at(
    "discontinued",
    procedureOf({
      state: "released",
      captures: [captureOf(1)],
      discontinued: { codeValue: "110501", codingSchemeDesignator: "DCM", codeMeaning: "Equipment failure" },
    }),
  ),
  stateOf("unknown", "/history/p9"),
  at(
    "removed-from-box",
    procedureOf({ state: "released", captures: [captureOf(1, { progress: "safe", fileRemovedAt: minutesAgo(100) })] }),
    ["capture-item"],
  ),
  at("viewer-still", procedureOf({ captures: [captureOf(1), captureOf(2)] }), ["capture-item"]),
  at("viewer-clip", procedureOf({ captures: [clipOf(1)] }), ["capture-item"]),
  at("viewer-recording", procedureOf({ captures: [clipOf(1, { state: "recording", progress: "recording" })] }), [
    "capture-item",
  ]),
  at("clip-tools", procedureOf({ captures: [clipOf(1)] }), ["capture-item", "clip-tools"]),
  at("deletion", procedureOf({ captures: [captureOf(1)] }), ["capture-item", "delete-capture"]),
  at("story", released, ["capture-item", "open-story"]),
];

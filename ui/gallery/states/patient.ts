import { captureOf, procedureOf } from "../fixtures/captures.ts";
import { minutesAgo } from "../fixtures/clock.ts";
import { emptyList, entryOf, worklistOf, yamada } from "../fixtures/people.ts";
import { type GalleryState, stateOf } from "../state.ts";
import { withOpen } from "./live.ts";

const offline = worklistOf({
  ageMs: 21_000_000,
  nodes: [
    {
      ...{ node: "Hospital", lastTriedAt: minutesAgo(1), lastAnsweredAt: minutesAgo(350), notice: null, matches: 7 },
      ...{
        query: "scheduled for SCOPELINE today",
        error: "The Hospital worklist does not answer. Compare with the wristband.",
      },
    },
  ],
});
const unassigned = procedureOf({ kind: "unassigned", patient: null, captures: [captureOf(1), captureOf(2)] });
const one = worklistOf({ entries: [entryOf(yamada, {})], total: 1 });

export const patient: readonly GalleryState[] = [
  stateOf("list", "/patient"),
  stateOf("loading", "/patient", { instead: { "GET worklist": "never" } }),
  stateOf("all-days", "/patient", {}, { touches: ["days-all"] }),
  stateOf("more-than-shown", "/patient", { worklist: worklistOf({ total: 412 }) }),
  stateOf("offline", "/patient", { worklist: offline }),
  stateOf("empty", "/patient", { worklist: emptyList("No procedures are scheduled for SCOPELINE today.") }),
  stateOf("never-answered", "/patient", {
    worklist: { ...emptyList("The worklist has not answered yet."), ageMs: null },
  }),
  stateOf(
    "nobody-found",
    "/patient",
    { worklist: emptyList("Nobody on the list has this name or ID.") },
    { touches: ["worklist-search=00471199"] },
  ),
  stateOf("refused", "/patient", {
    instead: {
      "GET worklist": {
        status: 500,
        refusal: { code: "problem", detail: "The list cannot be read. Ask biomed to run the check." },
      },
    },
  }),
  stateOf("busy", "/patient", withOpen(procedureOf({ captures: [captureOf(1)] }))),
  stateOf("assign", "/patient", withOpen(unassigned)),
  stateOf("confirm", "/patient", {}, { touches: ["worklist-row"] }),
  stateOf("confirm-one", "/patient", { worklist: one }, { touches: ["worklist-row"] }),
  stateOf("confirm-assign", "/patient", withOpen(unassigned, { worklist: one }), { touches: ["worklist-row"] }),
  stateOf(
    "confirm-refused",
    "/patient",
    {
      instead: {
        "POST procedures": {
          status: 409,
          refusal: { code: "open", detail: "Another procedure is open. Complete it first." },
        },
      },
    },
    { touches: ["worklist-row", "confirm-start"] },
  ),
  stateOf("physician", "/patient", {}, { touches: ["worklist-row", "change-physician"] }),
];

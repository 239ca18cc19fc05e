import { nodeOf, oneTrigger } from "../fixtures/box.ts";
import { captureOf, procedureOf } from "../fixtures/captures.ts";
import { minutesAgo } from "../fixtures/clock.ts";
import { down, found, held, listOf, notKept, safe, sending, sent, stillsOf } from "../fixtures/deliveries.ts";
import { longName, yamada } from "../fixtures/people.ts";
import { type GalleryState, stateOf } from "../state.ts";

const procedures = [
  procedureOf({
    state: "released",
    releasedAt: minutesAgo(20),
    captures: Array.from({ length: 12 }, (_none, at) => captureOf(at + 1, { progress: "sent" })),
  }),
  procedureOf({ id: "p2", state: "released", patient: yamada, description: "Keratoplasty" }),
  procedureOf({ id: "p3", state: "released", patient: longName, description: "Dacryocystorhinostomy" }),
];
const mixed = listOf([
  ...stillsOf("p1", 12, (number) => (number <= 3 ? safe : number <= 9 ? sent : sending)),
  ...stillsOf("p2", 4, () => down),
  ...stillsOf("p3", 3, () => held),
]);
const outbox = (name: string, deliveries: typeof mixed, touches: readonly string[] = []) =>
  stateOf(name, "/outbox", { procedures, deliveries }, { touches });

export const outboxStates: readonly GalleryState[] = [
  stateOf("empty", "/outbox"),
  stateOf("loading", "/outbox", { instead: { "GET deliveries": "never" } }),
  outbox("mixed", mixed),
  outbox("saved-waiting", listOf(stillsOf("p1", 6, () => ({})))),
  outbox("sending", listOf(stillsOf("p1", 6, (number) => (number < 3 ? sent : sending)))),
  outbox("sent", listOf(stillsOf("p1", 6, () => sent))),
  outbox("safe", listOf(stillsOf("p1", 6, () => safe))),
  outbox("found", listOf(stillsOf("p1", 6, () => found))),
  outbox("archive-down", listOf(stillsOf("p2", 11, () => down)), ["show-each"]),
  outbox("held", listOf(stillsOf("p3", 3, () => held)), ["show-each"]),
  outbox("not-kept", listOf(stillsOf("p1", 2, () => notKept)), ["show-each"]),
  outbox("each", mixed, ["show-each"]),
  outbox("details", listOf(stillsOf("p3", 1, () => held)), ["show-each", "delivery-details"]),
  outbox("held-only", mixed, ["outbox-held"]),
  outbox("story", listOf(stillsOf("p1", 2, () => safe)), ["show-each", "open-story"]),
  stateOf("nodes", "/outbox", { triggers: oneTrigger }, { touches: ["outbox-nodes"] }),
  stateOf(
    "node-down",
    "/outbox",
    {
      nodes: [
        nodeOf("Hospital archive", {
          downSince: minutesAgo(22),
          reason: "Nobody answers at archive.example:104.",
          nextTryAt: minutesAgo(-1),
        }),
        nodeOf("Research archive", {
          roles: ["storage"],
          encodings: [
            {
              ...{ sopClassUid: "1.2.840.10008.5.1.4.1.1.77.1.2.1", transferSyntaxUid: "1.2.840.10008.1.2.4.103" },
              ...{
                sentAs: "JPEG Baseline, one picture a second",
                words: "0x0122 SOP Class Not Supported",
                learnedAt: minutesAgo(9000),
              },
            },
          ],
        }),
      ],
    },
    { touches: ["outbox-nodes"] },
  ),
  stateOf(
    "learning-a-pedal",
    "/outbox",
    { triggers: oneTrigger, instead: { "POST triggers/learn": "never" } },
    { touches: ["outbox-nodes", "learn-still"] },
  ),
  stateOf("refused", "/outbox", {
    instead: {
      "GET deliveries": {
        status: 500,
        refusal: { code: "problem", detail: "The outbox cannot be read. Ask biomed to run the check." },
      },
    },
  }),
];

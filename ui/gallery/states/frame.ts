import { healthOf, type Problem } from "../fixtures/box.ts";
import { captureOf, procedureOf } from "../fixtures/captures.ts";
import { minutesAgo } from "../fixtures/clock.ts";
import { type GalleryState, stateOf } from "../state.ts";
import { withOpen } from "./live.ts";

const wrong: readonly Problem[] = [
  {
    area: "disk",
    level: "failure",
    message: "The disk is full: nothing more is kept. Ask biomed to free some room now.",
  },
  {
    area: "delivery",
    level: "caution",
    message: "11 captures wait since yesterday for the Hospital archive.",
    since: minutesAgo(1500),
    detail: "connection refused",
  },
  { area: "clock", level: "caution", message: "The clock is 3 min off. Times are marked as not synchronised." },
  { area: "worklist", level: "notice", message: "The Hospital worklist does not answer. The list is from 08:12." },
];
const open = procedureOf({ captures: [captureOf(1)] });
const health = (problems: readonly Problem[]) => ({
  health: healthOf({
    problems: [...problems],
    openProcedureId: "p1",
    owed: { pending: 9, held: 2, oldestAt: minutesAgo(1500) },
  }),
});
const at = (name: string, problems: readonly Problem[], touches: readonly string[] = []) =>
  stateOf(name, "/live", withOpen(open, health(problems)), { touches });

export const frame: readonly GalleryState[] = [
  at("notice", wrong.slice(3)),
  at("caution", wrong.slice(1, 2)),
  at("failure", wrong.slice(0, 1)),
  at("several-problems", wrong),
  at("problems-panel", wrong, ["show-problems"]),
  at("settings", [], ["show-settings"]),
  at("panel-size", [], ["show-settings", "measure-panel"]),
  stateOf("settings-on-a-list", "/outbox", {}, { touches: ["show-settings"] }),
];

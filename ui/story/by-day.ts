import type { CaptureStory } from "../../src/api/schemas.ts";
import { daOf, dayOf, showDay } from "../lib/dates.ts";

export type StoryEvent = CaptureStory["events"][number];

/** The events by the local day they happened on, in order. */
export function byDay(
  events: readonly StoryEvent[],
): { readonly day: string; readonly events: readonly StoryEvent[] }[] {
  const days = Map.groupBy(events, ({ at }) => daOf(at));
  return [...days.values()].map((own) => ({ day: showDay(dayOf(own[0]?.at ?? 0)), events: own }));
}

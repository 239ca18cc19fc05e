import { daOf, dayOf, showDay } from "../lib/dates.ts";
import type { StoryLine } from "./fold.ts";

/** The lines of a story by the local day they happened on, in order. */
export function byDay(lines: readonly StoryLine[]): { readonly day: string; readonly lines: readonly StoryLine[] }[] {
  const days = Map.groupBy(lines, ({ event }) => daOf(event.at));
  return [...days.values()].map((own) => ({ day: showDay(dayOf(own[0]?.event.at ?? 0)), lines: own }));
}

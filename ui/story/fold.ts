import type { StoryEvent } from "./story.ts";

/** One line of the story: something that happened, and how often in a row. */
export interface StoryLine {
  readonly event: StoryEvent;
  readonly times: number;
  readonly lastAt: number;
}

/** The same again and again, as while an archive is down all night, is one line. */
export function fold(events: readonly StoryEvent[]): StoryLine[] {
  const lines: StoryLine[] = [];
  for (const event of events) {
    const last = lines.at(-1);
    const same =
      last !== undefined &&
      last.event.what === event.what &&
      last.event.words === event.words &&
      (last.event.detail ?? null) === (event.detail ?? null);
    if (same) lines[lines.length - 1] = { ...last, times: last.times + 1, lastAt: event.at };
    else lines.push({ event, times: 1, lastAt: event.at });
  }
  return lines;
}

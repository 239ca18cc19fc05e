/** When clips may be sent. Pure, but for the time zone of this process. */

/** Minutes of the local day; from later than until: over midnight. Both the same: the whole day. */
export interface DailyWindow {
  readonly fromMinute: number;
  readonly untilMinute: number;
}

const dayMinutes = 1_440;

export function isWithin(window: DailyWindow, atMs: number): boolean {
  const minute = minuteOfDay(atMs);
  const { fromMinute, untilMinute } = window;
  if (fromMinute === untilMinute) return true;
  return fromMinute < untilMinute
    ? minute >= fromMinute && minute < untilMinute
    : minute >= fromMinute || minute < untilMinute;
}

/** When it is open next: now, if it is open. Where the clocks change in between, within an hour of it. */
export function opensAt(window: DailyWindow, atMs: number): number {
  if (isWithin(window, atMs)) return atMs;
  const minutes = (window.fromMinute - minuteOfDay(atMs) + dayMinutes) % dayMinutes;
  const at = new Date(atMs);
  return atMs + minutes * 60_000 - at.getSeconds() * 1_000 - at.getMilliseconds();
}

function minuteOfDay(atMs: number): number {
  const at = new Date(atMs);
  return at.getHours() * 60 + at.getMinutes();
}

import { type Alarm, type AlarmArea, type AlarmLevel, rankOf } from "./alarm.ts";

/** What one channel (e-mail, webhook) was last told to be on. */
export interface Told {
  readonly id: string;
  readonly area: AlarmArea;
  readonly level: AlarmLevel;
  readonly message: string;
  readonly since: number;
  readonly toldAt: number;
}

/** One message: all that is new to a channel. */
export interface AlarmMessage {
  readonly station: string;
  readonly at: number;
  /** New, or worse than it was. */
  readonly raised: readonly Alarm[];
  /** Told a day ago, and still so. */
  readonly reminded: readonly Alarm[];
  /** Told, and over. */
  readonly cleared: readonly Told[];
  /** How many are on, told now or before. */
  readonly onCount: number;
}

const remindAfterMs = 86_400_000;

/**
 * What a channel has to be told, from what is on and what it was told last; null: nothing. So nothing is told twice,
 * after a restart neither, and what could not be told is told as it is by then. `isOver`: gone for some time.
 */
export function messageFor(
  on: readonly Alarm[],
  told: ReadonlyMap<string, Told>,
  { station, at, isOver }: { station: string; at: number; isOver: (id: string) => boolean },
): AlarmMessage | null {
  const urgent = on.filter(({ level }) => level !== "notice");
  const raised = urgent.filter(({ id, level }) => {
    const known = told.get(id);
    return known === undefined || rankOf[level] < rankOf[known.level];
  });
  const reminded = urgent.filter((alarm) => {
    const known = told.get(alarm.id);
    // Either way: a clock that was set back must not silence it for years.
    return known !== undefined && !raised.includes(alarm) && Math.abs(at - known.toldAt) >= remindAfterMs;
  });
  const cleared = [...told.values()].filter(({ id }) => isOver(id));
  if (raised.length + reminded.length + cleared.length === 0) return null;
  return { station, at, raised, reminded, cleared, onCount: urgent.length };
}

/** What a channel was told, once this message has arrived. */
export function toldAfter(
  told: ReadonlyMap<string, Told>,
  { at, raised, reminded, cleared }: AlarmMessage,
): Map<string, Told> {
  const after = new Map(told);
  for (const { id, area, level, message, since } of [...raised, ...reminded]) {
    after.set(id, { id, area, level, message, since, toldAt: at });
  }
  for (const { id } of cleared) after.delete(id);
  return after;
}

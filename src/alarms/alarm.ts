export type AlarmArea = "delivery" | "certificate" | "clock" | "disk" | "storage" | "source" | "alarms";

/** `notice` is for the screen only; the others are told to whoever is set as well. */
export type AlarmLevel = "notice" | "caution" | "failure";

/** Something that is wrong, or soon will be. */
export interface Alarm {
  /** The same for as long as it is the same thing that is wrong: `node-down:PACS`. */
  readonly id: string;
  readonly area: AlarmArea;
  readonly level: AlarmLevel;
  /** Cause and cure, for the person at the screen. Names of nodes and files, counts, times: never a patient. */
  readonly message: string;
  /** What the other side said. For the screen only: another's words are never sent on. */
  readonly detail: string | null;
  /** Milliseconds since the Unix epoch. */
  readonly since: number;
}

/** What a rule finds; `since` null: since it was first found. */
export interface Finding extends Omit<Alarm, "since"> {
  readonly since: number | null;
}

export const rankOf: Readonly<Record<AlarmLevel, number>> = { failure: 0, caution: 1, notice: 2 };

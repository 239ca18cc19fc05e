/** Wall-clock time, handed in so that rules and tests decide what "now" is. Milliseconds since the Unix epoch. */
export type Clock = () => number;

/**
 * How many times faster than real this process lives, from SCOPELINE_CLOCK_SPEED: for simulations of days only. Sockets,
 * their deadlines and ffmpeg stay real; pauses, back-offs and due times run at this speed.
 */
export const clockSpeed: number = speedOf(process.env.SCOPELINE_CLOCK_SPEED);

/** The real instant at which simulated and real time are the same: a restarted process goes on where the last one was. */
const clockOrigin = Number(process.env.SCOPELINE_CLOCK_ORIGIN ?? Date.now());

export const systemClock: Clock = () =>
  clockSpeed === 1 ? Date.now() : Math.round(clockOrigin + (Date.now() - clockOrigin) * clockSpeed);

/** A clock that no one sets: for pauses. Milliseconds since the process began, at this process' speed. */
export function monotonicMs(): number {
  return performance.now() * clockSpeed;
}

function speedOf(text: string | undefined): number {
  const speed = Number(text ?? 1);
  return Number.isFinite(speed) && speed >= 1 ? speed : 1;
}

/** An instant as DICOM writes it: local date and time with the offset from UTC that held at that instant. */
export interface LocalTime {
  /** DA, `YYYYMMDD` (PS3.5 6.2). */
  readonly date: string;
  /** TM, `HHMMSS.FFFFFF`. */
  readonly time: string;
  /** Timezone Offset From UTC (0008,0201), `&ZZXX`, e.g. `+0200`. */
  readonly utcOffset: string;
}

/** The local date, time and offset of an instant in the time zone of this process. */
export function localTime(atMs: number): LocalTime {
  const at = new Date(atMs);
  const two = (value: number): string => String(value).padStart(2, "0");
  const date = `${String(at.getFullYear()).padStart(4, "0")}${two(at.getMonth() + 1)}${two(at.getDate())}`;
  const micros = String(at.getMilliseconds()).padStart(3, "0").padEnd(6, "0");
  const time = `${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}.${micros}`;
  const offsetMinutes = -at.getTimezoneOffset();
  const size = Math.abs(offsetMinutes);
  const utcOffset = `${offsetMinutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}${two(size % 60)}`;
  return { date, time, utcOffset };
}

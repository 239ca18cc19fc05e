import { intlTag, spoken, t } from "../i18n/i18n.ts";
import { inOrder, isolated } from "../i18n/isolate.ts";

const DAY_MS = 86_400_000;

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** A DICOM date `YYYYMMDD` that exists in the calendar, or null. */
export function parseDay(da: string): Day | null {
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(da);
  if (!match) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const at = new Date(Date.UTC(year, month - 1, day));
  return at.getUTCFullYear() === year && at.getUTCMonth() === month - 1 && at.getUTCDate() === day
    ? { year, month, day }
    : null;
}

/** The month's short name: never a number, which could be taken for the day. */
function monthName(month: number): string {
  const name = new Intl.DateTimeFormat(intlTag(), { month: "short", timeZone: "UTC" }).format(
    Date.UTC(2026, month - 1),
  );
  return isolated(name.replace(/\.$/, ""), spoken());
}

/** `14-Jul-1945`, with the month in the language of the screen; the only form that reads the same in every country. */
export function showDay({ year, month, day }: Day): string {
  return inOrder(`${String(day).padStart(2, "0")}-${monthName(month)}-${String(year).padStart(4, "0")}`, spoken());
}

const utc = ({ year, month, day }: Day): number => Date.UTC(year, month - 1, day);

export function dayOf(atMs: number): Day {
  const at = new Date(atMs);
  return { year: at.getFullYear(), month: at.getMonth() + 1, day: at.getDate() };
}

/** The DICOM form of an instant's local date. */
export function daOf(atMs: number): string {
  const { year, month, day } = dayOf(atMs);
  return `${year}${String(month).padStart(2, "0")}${String(day).padStart(2, "0")}`;
}

/** `81 y`; `14 m` under two years, `7 w` under one, `12 d` under four weeks. Null when the birth lies in the future. */
export function showAge(birth: Day, today: Day): string | null {
  const days = Math.round((utc(today) - utc(birth)) / DAY_MS);
  if (days < 0) return null;
  const months = (today.year - birth.year) * 12 + (today.month - birth.month) - (today.day < birth.day ? 1 : 0);
  if (days < 28) return t("time.ageDays", { count: days });
  if (months < 12) return t("time.ageWeeks", { count: Math.floor(days / 7) });
  if (months < 24) return t("time.ageMonths", { count: months });
  return t("time.ageYears", { count: Math.floor(months / 12) });
}

/** `14-Jul-1945 (81 y)`, or null when the date is unknown or impossible. */
export function showBirth(da: string | undefined, nowMs: number): string | null {
  const birth = da === undefined ? null : parseDay(da);
  if (!birth) return null;
  const age = showAge(birth, dayOf(nowMs));
  return age === null ? null : t("time.birth", { day: showDay(birth), age });
}

const two = (value: number): string => String(value).padStart(2, "0");

/** `14:02` local. */
export function showTime(atMs: number): string {
  const at = new Date(atMs);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function showTimeWithSeconds(atMs: number): string {
  return `${showTime(atMs)}:${two(new Date(atMs).getSeconds())}`;
}

/** `14:02:07` of today, `23-Nov-2026 14:02:07` of another day. */
export function showMoment(atMs: number, nowMs: number): string {
  const time = showTimeWithSeconds(atMs);
  return daOf(atMs) === daOf(nowMs) ? time : `${showDay(dayOf(atMs))} ${time}`;
}

/** A DICOM time `HHMM[SS]` as `14:02`; empty when not given. */
export function showTm(tm: string): string {
  return /^\d{4}/.test(tm) ? `${tm.slice(0, 2)}:${tm.slice(2, 4)}` : "";
}

/** `0:42`, `12:05`, `1:02:03`. */
export function showDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** What is left of a count-down, rounded up so that it never says 0:00 too early. */
export function showCountdown(ms: number): string {
  return showDuration(Math.ceil(Math.max(0, ms) / 1000) * 1000);
}

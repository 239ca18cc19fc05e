import { t } from "../i18n/i18n.ts";
import { daOf, dayOf, showDay } from "../lib/dates.ts";

/** Things of one local day, newest day first as they come. */
export interface Day<T> {
  readonly title: string;
  readonly items: readonly T[];
}

const DAY_MS = 86_400_000;

function titleOf(da: string, atMs: number, nowMs: number): string {
  const date = showDay(dayOf(atMs));
  if (da === daOf(nowMs)) return t("history.today", { day: date });
  if (da === daOf(nowMs - DAY_MS)) return t("history.yesterday", { day: date });
  return date;
}

/** By the day each was begun, in the order they came. */
export function byDay<T extends { readonly begunAt: number }>(items: readonly T[], nowMs: number): Day<T>[] {
  const days = Map.groupBy(items, ({ begunAt }) => daOf(begunAt));
  return [...days].map(([da, own]) => ({ title: titleOf(da, own[0]?.begunAt ?? 0, nowMs), items: own }));
}

import { intlTag, t } from "../i18n/i18n.ts";

/** `2 min`, `3 h 05 min`, `4 days`: how long, for people. */
export function showAgo(ms: number): string {
  const minutes = Math.floor(Math.max(0, ms) / 60_000);
  if (minutes < 60) return t("time.minutes", { minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return t("time.hours", { hours, minutes: String(minutes % 60).padStart(2, "0") });
  return t("time.days", { count: Math.floor(hours / 24) });
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** `412 GB`, in the language's own unit. */
export function showBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = value >= 100 || unit === 0 ? 0 : 1;
  return new Intl.NumberFormat(intlTag(), {
    style: "unit",
    unit: UNITS[unit] ?? "byte",
    unitDisplay: "short",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** `1.5`, with the language's own decimal mark. */
export function showDecimal(value: number, digits = 1): string {
  return new Intl.NumberFormat(intlTag(), { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    value,
  );
}

/** `a, b, and c`, as the language joins them. */
export function showList(parts: readonly string[]): string {
  return new Intl.ListFormat(intlTag(), { type: "conjunction" }).format(parts);
}

import type { Words } from "../../words-type.ts";
import type { time as english } from "../en/time.ts";

export const time: Words<typeof english> = {
  time: {
    ageDays_one: "{{count}} día",
    ageDays_other: "{{count}} días",
    ageWeeks_one: "{{count}} sem.",
    ageWeeks_other: "{{count}} sem.",
    ageMonths_one: "{{count}} mes",
    ageMonths_other: "{{count}} meses",
    ageYears_one: "{{count}} año",
    ageYears_other: "{{count}} años",
    birth: "{{day}} ({{age}})",
    minutes: "{{minutes}} min",
    hours: "{{hours}} h {{minutes}} min",
    days_one: "{{count}} día",
    days_other: "{{count}} días",
  },
};

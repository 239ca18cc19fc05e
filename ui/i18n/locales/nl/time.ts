import type { Words } from "../../words-type.ts";
import type { time as english } from "../en/time.ts";

export const time: Words<typeof english> = {
  time: {
    ageDays_one: "{{count}} dag",
    ageDays_other: "{{count}} dagen",
    ageWeeks_one: "{{count}} wk",
    ageWeeks_other: "{{count}} wk",
    ageMonths_one: "{{count}} mnd",
    ageMonths_other: "{{count}} mnd",
    ageYears_one: "{{count}} jr",
    ageYears_other: "{{count}} jr",
    birth: "{{day}} ({{age}})",
    minutes: "{{minutes}} min",
    hours: "{{hours}} u {{minutes}} min",
    days_one: "{{count}} dag",
    days_other: "{{count}} dagen",
  },
};

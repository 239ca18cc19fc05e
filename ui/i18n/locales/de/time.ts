import type { Words } from "../../words-type.ts";
import type { time as english } from "../en/time.ts";

export const time: Words<typeof english> = {
  time: {
    ageDays_one: "{{count}} Tag",
    ageDays_other: "{{count}} Tage",
    ageWeeks_one: "{{count}} Wo.",
    ageWeeks_other: "{{count}} Wo.",
    ageMonths_one: "{{count}} Mon.",
    ageMonths_other: "{{count}} Mon.",
    ageYears_one: "{{count}} J.",
    ageYears_other: "{{count}} J.",
    birth: "{{day}} ({{age}})",
    minutes: "{{minutes}} min",
    hours: "{{hours}} h {{minutes}} min",
    days_one: "{{count}} Tag",
    days_other: "{{count}} Tagen",
  },
};

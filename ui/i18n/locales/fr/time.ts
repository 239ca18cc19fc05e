import type { Words } from "../../words-type.ts";
import type { time as english } from "../en/time.ts";

export const time: Words<typeof english> = {
  time: {
    ageDays_one: "{{count}} jour",
    ageDays_other: "{{count}} jours",
    ageWeeks_one: "{{count}} sem.",
    ageWeeks_other: "{{count}} sem.",
    ageMonths_one: "{{count}} mois",
    ageMonths_other: "{{count}} mois",
    ageYears_one: "{{count}} an",
    ageYears_other: "{{count}} ans",
    birth: "{{day}} ({{age}})",
    minutes: "{{minutes}} min",
    hours: "{{hours}} h {{minutes}} min",
    days_one: "{{count}} jour",
    days_other: "{{count}} jours",
  },
};

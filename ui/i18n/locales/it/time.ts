import type { Words } from "../../words-type.ts";
import type { time as english } from "../en/time.ts";

export const time: Words<typeof english> = {
  time: {
    ageDays_one: "{{count}} giorno",
    ageDays_other: "{{count}} giorni",
    ageWeeks_one: "{{count}} sett.",
    ageWeeks_other: "{{count}} sett.",
    ageMonths_one: "{{count}} mese",
    ageMonths_other: "{{count}} mesi",
    ageYears_one: "{{count}} anno",
    ageYears_other: "{{count}} anni",
    birth: "{{day}} ({{age}})",
    minutes: "{{minutes}} min",
    hours: "{{hours}} h {{minutes}} min",
    days_one: "{{count}} giorno",
    days_other: "{{count}} giorni",
  },
};

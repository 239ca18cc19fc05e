export const time = {
  time: {
    ageDays_one: "{{count}} d",
    ageDays_other: "{{count}} d",
    ageWeeks_one: "{{count}} w",
    ageWeeks_other: "{{count}} w",
    ageMonths_one: "{{count}} m",
    ageMonths_other: "{{count}} m",
    ageYears_one: "{{count}} y",
    ageYears_other: "{{count}} y",
    birth: "{{day}} ({{age}})",
    minutes: "{{minutes}} min",
    hours: "{{hours}} h {{minutes}} min",
    days_one: "{{count}} day",
    days_other: "{{count}} days",
  },
} as const;

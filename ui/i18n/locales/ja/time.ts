import type { Words } from "../../words-type.ts";
import type { time as english } from "../en/time.ts";

export const time: Words<typeof english> = {
  time: {
    ageDays_other: "生後{{count}}日",
    ageWeeks_other: "生後{{count}}週",
    ageMonths_other: "{{count}}か月",
    ageYears_other: "{{count}}歳",
    birth: "{{day}}（{{age}}）",
    minutes: "{{minutes}}分",
    hours: "{{hours}}時間{{minutes}}分",
    days_other: "{{count}}日",
  },
};

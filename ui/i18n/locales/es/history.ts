import type { Words } from "../../words-type.ts";
import type { history as english } from "../en/history.ts";

export const history: Words<typeof english> = {
  history: {
    title: "Procedures on this box",
    empty: "No procedures yet.",
    state: {
      open: "In progress",
      completed: "Completed, not sent yet",
      released: "Released",
    },
    today: "Today, {{day}}",
    yesterday: "Yesterday, {{day}}",
    noCaptures: "No pictures in this procedure",
    otherPatient: "Other patient",
    resumed: "Resumed from an earlier procedure",
    unassigned: "No patient",
    begun: "Begun {{time}}",
    physician: "by {{name}}",
  },
};

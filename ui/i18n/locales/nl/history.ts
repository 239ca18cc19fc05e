import type { Words } from "../../words-type.ts";
import type { history as english } from "../en/history.ts";

export const history: Words<typeof english> = {
  history: {
    title: "Ingrepen op dit apparaat",
    empty: "Nog geen ingrepen.",
    state: {
      open: "Bezig",
      completed: "Afgerond, nog niet verzonden",
      released: "Vrijgegeven",
    },
    today: "Vandaag, {{day}}",
    yesterday: "Gisteren, {{day}}",
    noCaptures: "Geen beelden in deze ingreep",
    otherPatient: "Andere patiënt",
    resumed: "Vervolg van een eerdere ingreep",
    unassigned: "Geen patiënt",
    begun: "Begonnen {{time}}",
    physician: "door {{name}}",
  },
};

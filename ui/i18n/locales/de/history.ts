import type { Words } from "../../words-type.ts";
import type { history as english } from "../en/history.ts";

export const history: Words<typeof english> = {
  history: {
    title: "Eingriffe auf diesem Gerät",
    empty: "Noch keine Eingriffe.",
    state: {
      open: "Läuft",
      completed: "Abgeschlossen, noch nicht gesendet",
      released: "Freigegeben",
    },
    today: "Heute, {{day}}",
    yesterday: "Gestern, {{day}}",
    noCaptures: "Keine Bilder in diesem Eingriff",
    otherPatient: "Anderer Patient",
    resumed: "Fortsetzung eines früheren Eingriffs",
    unassigned: "Kein Patient",
    begun: "Begonnen {{time}}",
    physician: "durch {{name}}",
  },
};

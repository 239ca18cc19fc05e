import type { Words } from "../../words-type.ts";
import type { history as english } from "../en/history.ts";

export const history: Words<typeof english> = {
  history: {
    title: "Interventions sur cet appareil",
    empty: "Pas encore d'intervention.",
    state: {
      open: "En cours",
      completed: "Terminée, pas encore envoyée",
      released: "Libérée pour l'envoi",
    },
    today: "Aujourd'hui, {{day}}",
    yesterday: "Hier, {{day}}",
    noCaptures: "Aucune image dans cette intervention",
    otherPatient: "Autre patient",
    resumed: "Reprise d'une intervention précédente",
    unassigned: "Aucun patient",
    begun: "Commencée {{time}}",
    physician: "par {{name}}",
  },
};

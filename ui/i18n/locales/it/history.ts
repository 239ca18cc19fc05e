import type { Words } from "../../words-type.ts";
import type { history as english } from "../en/history.ts";

export const history: Words<typeof english> = {
  history: {
    title: "Interventi su questo apparecchio",
    empty: "Ancora nessun intervento.",
    state: {
      open: "In corso",
      completed: "Concluso, non ancora inviato",
      released: "Rilasciato",
    },
    today: "Oggi, {{day}}",
    yesterday: "Ieri, {{day}}",
    noCaptures: "Nessuna immagine in questo intervento",
    otherPatient: "Altro paziente",
    resumed: "Ripresa di un intervento precedente",
    unassigned: "Nessun paziente",
    begun: "Iniziato {{time}}",
    physician: "da {{name}}",
  },
};

import type { Words } from "../../words-type.ts";
import type { common as english } from "../en/common.ts";

export const common: Words<typeof english> = {
  common: {
    unreachable: "Il registratore non risponde. Continua a lavorare da solo; riprovare tra un momento.",
    refusedWithoutReason:
      "Il registratore ha rifiutato senza dire perché (HTTP {{status}}). Riprovare; se continua, chiamare l'ingegneria clinica.",
    inProgress_one: "Intervento in corso: {{count}} acquisizione",
    inProgress_other: "Intervento in corso: {{count}} acquisizioni",
    returnToLive: "Torna al vivo",
    back: "Indietro",
    close: "Chiudi",
    cancel: "Annulla",
    more: "Mostra altro",
    loading: "Interrogazione del registratore…",
    acknowledge: "Capito",
    details: "Dettagli",
  },
  language: {
    title: "Lingua",
    loadFailed: "Non è stato possibile caricare questa lingua. Riprovare tra un momento.",
  },
};

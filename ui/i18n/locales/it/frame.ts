import type { Words } from "../../words-type.ts";
import type { frame as english } from "../en/frame.ts";

export const frame: Words<typeof english> = {
  nav: {
    label: "Schermate",
    live: "Dal vivo",
    patient: "Paziente",
    outbox: "Invii",
    history: "Storico",
  },
  problems: {
    healthFault:
      "Il registratore non riesce a leggere i propri dati: ciò che mostra questo schermo può essere vecchio e una pressione può non essere salvata. Chiami l'ingegneria clinica.",
    linkLost: "Lo schermo ha perso il contatto con il registratore; la registrazione continua",
    title: "Che cosa non va",
    none: "Non c'è più nessun problema.",
    button_one: "{{count}} problema, mostra",
    button_other: "{{count}} problemi, mostra",
    since: "dalle {{when}}",
    detail: "l'altro sistema: {{said}}",
  },
};

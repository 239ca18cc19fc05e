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
    linkLost: "Lo schermo ha perso il contatto con il registratore; la registrazione continua",
    title: "Che cosa non va",
    none: "Non c'è più nessun problema.",
    button_one: "{{count}} problema, mostra",
    button_other: "{{count}} problemi, mostra",
    since: "dalle {{when}}",
    detail: "l'altro sistema: {{said}}",
  },
};

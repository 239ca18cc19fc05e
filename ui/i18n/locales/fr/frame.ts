import type { Words } from "../../words-type.ts";
import type { frame as english } from "../en/frame.ts";

export const frame: Words<typeof english> = {
  nav: {
    label: "Écrans",
    live: "Direct",
    patient: "Patient",
    outbox: "Envois",
    history: "Historique",
  },
  problems: {
    healthFault:
      "L'enregistreur ne peut pas lire ses propres données : ce que montre cet écran peut être ancien, et un appui peut ne pas être gardé. Appelez le service biomédical.",
    linkLost: "L'écran a perdu le contact avec l'enregistreur\u00a0; l'enregistrement continue",
    title: "Ce qui ne va pas",
    none: "Plus rien ne pose problème.",
    button_one: "{{count}} problème, afficher",
    button_other: "{{count}} problèmes, afficher",
    since: "depuis {{when}}",
    detail: "l'autre système\u00a0: {{said}}",
  },
};

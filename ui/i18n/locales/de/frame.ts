import type { Words } from "../../words-type.ts";
import type { frame as english } from "../en/frame.ts";

export const frame: Words<typeof english> = {
  nav: {
    label: "Ansichten",
    live: "Livebild",
    patient: "Patient",
    outbox: "Ausgang",
    history: "Verlauf",
  },
  problems: {
    healthFault:
      "Der Rekorder kann seine eigenen Aufzeichnungen nicht lesen: Was hier steht, kann veraltet sein, und eine Auslösung geht womöglich verloren. Rufen Sie die Medizintechnik.",
    linkLost: "Dieser Bildschirm hat den Kontakt zum Rekorder verloren; die Aufzeichnung läuft weiter",
    title: "Was nicht stimmt",
    none: "Alles ist wieder in Ordnung.",
    button_one: "{{count}} Problem, anzeigen",
    button_other: "{{count}} Probleme, anzeigen",
    since: "seit {{when}}",
    detail: "die Gegenseite: {{said}}",
  },
};

import type { Words } from "../../words-type.ts";
import type { triggers as english } from "../en/triggers.ts";

export const triggers: Words<typeof english> = {
  triggers: {
    title: "Pedali e pulsanti",
    empty: "Nessuno è ancora appreso.",
    learn: "Apprendi un pedale o un pulsante per:",
    action: {
      still: "Immagine",
      clip: "Registra / ferma",
      "keep-last": "Tieni gli ultimi 30 s",
      marker: "Segno",
    },
    pressNow: "Premere ora, brevemente o per un secondo: {{action}}",
    by: "{{device}}, {{key}}.",
    byLong: "{{device}}, {{key}}, tenuto per un secondo.",
    pressed_one: "Premuto {{count}} volta dall'avvio dell'apparecchio.",
    pressed_other: "Premuto {{count}} volte dall'avvio dell'apparecchio.",
    missing: "Non collegato.",
    forget: "Dimentica",
    notDone: "PEDALE: NON ESEGUITO",
    ended: "REGISTRAZIONE TERMINATA",
  },
};

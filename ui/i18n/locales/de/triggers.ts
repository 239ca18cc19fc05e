import type { Words } from "../../words-type.ts";
import type { triggers as english } from "../en/triggers.ts";

export const triggers: Words<typeof english> = {
  triggers: {
    title: "Pedale und Tasten",
    empty: "Noch nichts angelernt.",
    learn: "Ein Pedal oder eine Taste anlernen für:",
    action: {
      still: "Bild",
      clip: "Video an / aus",
      "keep-last": "Letzte 30 s behalten",
      marker: "Marke",
    },
    pressNow: "Jetzt drücken, kurz oder eine Sekunde lang: {{action}}",
    by: "{{device}}, {{key}}.",
    byLong: "{{device}}, {{key}}, eine Sekunde gehalten.",
    pressed_one: "{{count}}-mal gedrückt seit dem Start des Geräts.",
    pressed_other: "{{count}}-mal gedrückt seit dem Start des Geräts.",
    missing: "Nicht angeschlossen.",
    forget: "Vergessen",
    notDone: "PEDAL: NICHT AUSGEFÜHRT",
    ended: "AUFZEICHNUNG BEENDET",
  },
};

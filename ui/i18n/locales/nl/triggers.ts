import type { Words } from "../../words-type.ts";
import type { triggers as english } from "../en/triggers.ts";

export const triggers: Words<typeof english> = {
  triggers: {
    title: "Pedalen en knoppen",
    empty: "Er is nog niets aangeleerd.",
    learn: "Leer een pedaal of knop aan voor:",
    action: {
      still: "Beeld",
      clip: "Opnemen / stoppen",
      "keep-last": "Laatste 30 s bewaren",
      marker: "Markering",
    },
    pressNow: "Druk nu, kort of een seconde lang: {{action}}",
    by: "{{device}}, {{key}}.",
    byLong: "{{device}}, {{key}}, een seconde ingedrukt.",
    pressed_one: "{{count}} keer ingedrukt sinds de start van het apparaat.",
    pressed_other: "{{count}} keer ingedrukt sinds de start van het apparaat.",
    missing: "Niet aangesloten.",
    forget: "Vergeten",
    notDone: "PEDAAL: NIET UITGEVOERD",
    ended: "OPNAME BEËINDIGD",
  },
};

import type { Words } from "../../words-type.ts";
import type { triggers as english } from "../en/triggers.ts";

export const triggers: Words<typeof english> = {
  triggers: {
    title: "Pédales et boutons",
    empty: "Aucun n'est appris.",
    learn: "Apprendre une pédale ou un bouton pour\u00a0:",
    action: {
      still: "Image",
      clip: "Filmer / arrêter",
      "keep-last": "Garder les 30 dernières s",
      marker: "Repère",
    },
    pressNow: "Appuyez maintenant, brièvement ou une seconde\u00a0: {{action}}",
    by: "{{device}}, {{key}}.",
    byLong: "{{device}}, {{key}}, tenu une seconde.",
    pressed_one: "Actionné {{count}} fois depuis le démarrage de l'appareil.",
    pressed_other: "Actionné {{count}} fois depuis le démarrage de l'appareil.",
    missing: "Non connecté.",
    forget: "Oublier",
    notDone: "PÉDALE\u00a0: NON EXÉCUTÉ",
    ended: "ENREGISTREMENT TERMINÉ",
  },
};

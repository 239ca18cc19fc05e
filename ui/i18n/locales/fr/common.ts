import type { Words } from "../../words-type.ts";
import type { common as english } from "../en/common.ts";

export const common: Words<typeof english> = {
  common: {
    unreachable: "L'enregistreur ne répond pas. Il continue de travailler seul\u00a0; réessayez dans un instant.",
    refusedWithoutReason:
      "L'enregistreur a refusé sans dire pourquoi (HTTP {{status}}). Réessayez\u00a0; si cela persiste, appelez le biomédical.",
    inProgress_one: "Intervention en cours\u00a0: {{count}} capture",
    inProgress_other: "Intervention en cours\u00a0: {{count}} captures",
    returnToLive: "Retour au direct",
    back: "Retour",
    close: "Fermer",
    cancel: "Annuler",
    more: "Afficher plus",
    loading: "Interrogation de l'enregistreur…",
    acknowledge: "Compris",
    details: "Détails",
  },
  language: {
    title: "Langue",
    loadFailed: "Cette langue n'a pas pu être chargée. Réessayez dans un instant.",
  },
};

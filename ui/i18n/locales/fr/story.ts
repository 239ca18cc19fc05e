import type { Words } from "../../words-type.ts";
import type { story as english } from "../en/story.ts";

export const story: Words<typeof english> = {
  story: {
    button: "Parcours",
    receipt: "Imprimer le reçu",
    receiptTitle: "Reçu",
    print: "Imprimer",
    file: "Le fichier tel qu'enregistré",
    fileOfSize: "Le fichier tel qu'enregistré, {{size}}",
    hash: "SHA-256 {{sha256}}",
    none: "Pas encore enregistré",
    instance: "Instance DICOM",
    instanceAs: "Instance DICOM, {{rendition}}",
    part: "{{what}}, partie {{at}} sur {{all}}",
    row: "audit {{rows}}",
    by: "par {{actor}}",
    whereItIs: "Où elle se trouve",
    nowhere: "Sur cet appareil seulement. L'envoi se fait quand l'intervention est libérée.",
    sentAt: "Pris {{when}}",
    promisedAt: "Conservation promise {{when}}",
    foundAt: "Trouvé là sur demande {{when}}\u00a0: moins sûr qu'une promesse de conservation",
    notProven: "Conservation pas encore prouvée",
    whatHappened: "Ce qui s'est passé",
    state: {
      waiting: "En attente",
      sending: "Envoi en cours",
      held: "Retenu",
      sent: "Envoyé",
      cancelled: "Annulé",
    },
    leftOut_one: "{{count}} événement répété est omis ici. L'audit le contient.",
    leftOut_other: "{{count}} événements répétés sont omis ici. L'audit les contient tous.",
    title: "{{what}}\u00a0: son parcours",
  },
};

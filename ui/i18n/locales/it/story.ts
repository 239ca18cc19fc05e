import type { Words } from "../../words-type.ts";
import type { story as english } from "../en/story.ts";

export const story: Words<typeof english> = {
  story: {
    button: "Percorso",
    receipt: "Stampa ricevuta",
    receiptTitle: "Ricevuta",
    print: "Stampa",
    file: "Il file così come salvato",
    fileOfSize: "Il file così come salvato, {{size}}",
    hash: "SHA-256 {{sha256}}",
    none: "Non ancora salvato",
    instance: "Istanza DICOM",
    instanceAs: "Istanza DICOM, {{rendition}}",
    part: "{{what}}, parte {{at}} di {{all}}",
    row: "audit {{rows}}",
    by: "da {{actor}}",
    whereItIs: "Dove si trova",
    nowhere: "Solo su questo apparecchio. Viene inviato quando l'intervento è rilasciato.",
    sentAt: "Accettato {{when}}",
    promisedAt: "Conservazione promessa {{when}}",
    foundAt: "Trovato là su richiesta {{when}}: è meno di una promessa di conservarlo",
    notProven: "Conservazione non ancora provata",
    whatHappened: "Che cosa è successo",
    state: {
      waiting: "In attesa",
      sending: "Invio in corso",
      held: "Trattenuto",
      sent: "Inviato",
      cancelled: "Annullato",
    },
    leftOut_one: "Qui è omesso {{count}} evento ripetuto. L'audit lo contiene.",
    leftOut_other: "Qui sono omessi {{count}} eventi ripetuti. L'audit li contiene tutti.",
    title: "{{what}}: il suo percorso",
  },
};

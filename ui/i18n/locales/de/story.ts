import type { Words } from "../../words-type.ts";
import type { story as english } from "../en/story.ts";

export const story: Words<typeof english> = {
  story: {
    button: "Werdegang",
    receipt: "Beleg drucken",
    receiptTitle: "Beleg",
    print: "Drucken",
    file: "Die Datei, wie sie gespeichert wurde",
    fileOfSize: "Die Datei, wie sie gespeichert wurde, {{size}}",
    hash: "SHA-256 {{sha256}}",
    none: "Noch nicht gespeichert",
    instance: "DICOM-Instanz",
    instanceAs: "DICOM-Instanz, {{rendition}}",
    part: "{{what}}, Teil {{at}} von {{all}}",
    row: "Audit {{rows}}",
    by: "durch {{actor}}",
    whereItIs: "Wo sie ist",
    nowhere: "Nur auf diesem Gerät. Gesendet wird, wenn der Eingriff freigegeben ist.",
    sentAt: "Angenommen {{when}}",
    promisedAt: "Aufbewahrung zugesagt {{when}}",
    foundAt: "Auf Anfrage dort gefunden {{when}}: schwächer als eine Zusage der Aufbewahrung",
    notProven: "Aufbewahrung noch nicht nachgewiesen",
    whatHappened: "Was geschah",
    state: {
      waiting: "Wartet",
      sending: "Wird gesendet",
      held: "Angehalten",
      sent: "Gesendet",
      cancelled: "Abgebrochen",
    },
    leftOut_one: "{{count}} wiederholtes Ereignis ist hier weggelassen. Das Audit enthält es.",
    leftOut_other: "{{count}} wiederholte Ereignisse sind hier weggelassen. Das Audit enthält alle.",
    title: "{{what}}: Werdegang",
  },
};

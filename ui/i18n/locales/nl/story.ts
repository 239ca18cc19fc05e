import type { Words } from "../../words-type.ts";
import type { story as english } from "../en/story.ts";

export const story: Words<typeof english> = {
  story: {
    button: "Verloop",
    receipt: "Bewijs afdrukken",
    receiptTitle: "Bewijs",
    print: "Afdrukken",
    file: "Het bestand zoals opgeslagen",
    fileOfSize: "Het bestand zoals opgeslagen, {{size}}",
    hash: "SHA-256 {{sha256}}",
    none: "Nog niet opgeslagen",
    instance: "DICOM-instantie",
    instanceAs: "DICOM-instantie, {{rendition}}",
    part: "{{what}}, deel {{at}} van {{all}}",
    row: "audit {{rows}}",
    by: "door {{actor}}",
    whereItIs: "Waar het is",
    nowhere: "Alleen op dit apparaat. Het wordt verzonden als de ingreep is vrijgegeven.",
    sentAt: "Aangenomen {{when}}",
    promisedAt: "Bewaren beloofd {{when}}",
    foundAt: "Bij navraag daar gevonden {{when}}: zwakker dan een belofte om het te bewaren",
    notProven: "Nog niet bewezen dat het bewaard wordt",
    whatHappened: "Wat er gebeurde",
    state: {
      waiting: "Wacht",
      sending: "Wordt verzonden",
      held: "Vastgehouden",
      sent: "Verzonden",
      cancelled: "Geannuleerd",
    },
    leftOut_one: "{{count}} herhaalde gebeurtenis is hier weggelaten. De audit bevat haar.",
    leftOut_other: "{{count}} herhaalde gebeurtenissen zijn hier weggelaten. De audit bevat ze alle.",
    title: "{{what}}: het verloop",
  },
};

import type { Words } from "../../words-type.ts";
import type { common as english } from "../en/common.ts";

export const common: Words<typeof english> = {
  common: {
    unreachable: "Der Rekorder antwortet nicht. Er arbeitet selbstständig weiter; gleich noch einmal versuchen.",
    refusedWithoutReason:
      "Der Rekorder hat dies ohne Begründung abgelehnt (HTTP {{status}}). Noch einmal versuchen; bleibt es so, die Medizintechnik rufen.",
    inProgress_one: "Eingriff läuft: {{count}} Aufnahme",
    inProgress_other: "Eingriff läuft: {{count}} Aufnahmen",
    returnToLive: "Zurück zum Livebild",
    back: "Zurück",
    close: "Schließen",
    cancel: "Abbrechen",
    more: "Mehr anzeigen",
    loading: "Der Rekorder wird gefragt…",
    acknowledge: "Verstanden",
    details: "Einzelheiten",
  },
  language: {
    title: "Sprache",
    loadFailed: "Diese Sprache konnte nicht geladen werden. Gleich noch einmal versuchen.",
  },
};

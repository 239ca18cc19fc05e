import type { Words } from "../../words-type.ts";
import type { common as english } from "../en/common.ts";

export const common: Words<typeof english> = {
  common: {
    unreachable: "De recorder antwoordt niet. Hij werkt zelf door; probeer het zo nog eens.",
    refusedWithoutReason:
      "De recorder weigerde dit zonder reden (HTTP {{status}}). Probeer het nog eens; blijft het zo, bel dan de medische techniek.",
    inProgress_one: "Ingreep bezig: {{count}} opname",
    inProgress_other: "Ingreep bezig: {{count}} opnamen",
    returnToLive: "Terug naar livebeeld",
    back: "Terug",
    close: "Sluiten",
    cancel: "Annuleren",
    more: "Meer tonen",
    loading: "Recorder wordt gevraagd…",
    acknowledge: "Begrepen",
    details: "Bijzonderheden",
  },
  language: {
    title: "Taal",
    loadFailed: "Deze taal kon niet worden geladen. Probeer het zo nog eens.",
  },
};

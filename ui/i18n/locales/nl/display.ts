import type { Words } from "../../words-type.ts";
import type { display as english } from "../en/display.ts";

export const display: Words<typeof english> = {
  display: {
    button: "Scherm",
    title: "Dit scherm",
    theme: "Helderheid",
    dark: "Donker",
    bright: "Licht",
    fullScreen: "Volledig scherm",
    leaveFullScreen: "Volledig scherm sluiten",
    panel: "Schermgrootte",
    inches: "{{inches}} inch",
    assumed: "{{inches}} inch, aangenomen",
    change: "Wijzigen…",
    cardTitle: "Houd een kaart tegen het scherm",
    cardMeans: "Een bankpas of identiteitskaart. Wijzig de grootte tot de balk precies even lang is als de kaart.",
    bar: "Een balk die 85,6 mm lang moet zijn",
    diagonal: "Diagonaal in inch",
    smaller: "Kleiner",
    larger: "Groter",
    keep: "{{inches}} inch bewaren",
    forget: "Deze grootte vergeten",
    days: "Welke dagen",
    deliveries: "Welke verzendingen",
  },
};

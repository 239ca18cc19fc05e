import type { Words } from "../../words-type.ts";
import type { display as english } from "../en/display.ts";

export const display: Words<typeof english> = {
  display: {
    button: "Bildschirm",
    title: "Dieser Bildschirm",
    theme: "Helligkeit",
    dark: "Dunkel",
    bright: "Hell",
    fullScreen: "Vollbild",
    leaveFullScreen: "Vollbild beenden",
    panel: "Bildschirmgröße",
    inches: "{{inches}} Zoll",
    assumed: "{{inches}} Zoll, angenommen",
    change: "Ändern…",
    cardTitle: "Karte an den Bildschirm halten",
    cardMeans: "Eine Bank- oder Ausweiskarte. Größe ändern, bis der Balken genau so lang ist wie die Karte.",
    bar: "Ein Balken, der 85,6 mm lang sein soll",
    diagonal: "Diagonale in Zoll",
    smaller: "Kleiner",
    larger: "Größer",
    keep: "{{inches}} Zoll übernehmen",
    forget: "Diese Größe vergessen",
    days: "Welche Tage",
    deliveries: "Welche Sendungen",
  },
};

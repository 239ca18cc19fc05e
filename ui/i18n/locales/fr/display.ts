import type { Words } from "../../words-type.ts";
import type { display as english } from "../en/display.ts";

export const display: Words<typeof english> = {
  display: {
    button: "Écran",
    title: "Cet écran",
    theme: "Luminosité",
    dark: "Sombre",
    bright: "Clair",
    fullScreen: "Plein écran",
    leaveFullScreen: "Quitter le plein écran",
    panel: "Taille de l’écran",
    inches: "{{inches}} pouces",
    assumed: "{{inches}} pouces (supposé)",
    change: "Modifier…",
    cardTitle: "Tenez une carte contre l’écran",
    cardMeans:
      "Carte bancaire ou d’identité. Modifiez la taille jusqu’à ce que la barre ait exactement la longueur de la carte.",
    bar: "Une barre qui doit mesurer 85,6 mm",
    diagonal: "Diagonale en pouces",
    smaller: "Plus petit",
    larger: "Plus grand",
    keep: "Garder {{inches}} pouces",
    forget: "Oublier cette taille",
    days: "Quels jours",
    deliveries: "Quels envois",
  },
};

import type { Words } from "../../words-type.ts";
import type { display as english } from "../en/display.ts";

export const display: Words<typeof english> = {
  display: {
    button: "Schermo",
    title: "Questo schermo",
    theme: "Luminosità",
    dark: "Scuro",
    bright: "Chiaro",
    fullScreen: "Schermo intero",
    leaveFullScreen: "Esci da schermo intero",
    panel: "Dimensione dello schermo",
    inches: "{{inches}} pollici",
    assumed: "{{inches}} pollici (presunti)",
    change: "Modifica…",
    cardTitle: "Avvicinare una tessera allo schermo",
    cardMeans:
      "Una carta di credito o d’identità. Modificare la dimensione finché la barra è lunga esattamente come la tessera.",
    bar: "Una barra che deve essere lunga 85,6 mm",
    diagonal: "Diagonale in pollici",
    smaller: "Più piccolo",
    larger: "Più grande",
    keep: "Mantieni {{inches}} pollici",
    forget: "Dimentica questa dimensione",
    days: "Quali giorni",
    deliveries: "Quali invii",
  },
};

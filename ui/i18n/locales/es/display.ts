import type { Words } from "../../words-type.ts";
import type { display as english } from "../en/display.ts";

export const display: Words<typeof english> = {
  display: {
    button: "Pantalla",
    title: "Esta pantalla",
    theme: "Luminosidad",
    dark: "Oscura",
    bright: "Clara",
    fullScreen: "Pantalla completa",
    leaveFullScreen: "Salir de pantalla completa",
    panel: "Tamaño de la pantalla",
    inches: "{{inches}} pulgadas",
    assumed: "{{inches}} pulgadas (supuesto)",
    change: "Cambiar…",
    cardTitle: "Acerque una tarjeta a la pantalla",
    cardMeans:
      "Una tarjeta bancaria o de identidad. Cambie el tamaño hasta que la barra mida exactamente lo mismo que la tarjeta.",
    bar: "Una barra que debe medir 85,6 mm",
    diagonal: "Diagonal en pulgadas",
    smaller: "Más pequeña",
    larger: "Más grande",
    keep: "Guardar {{inches}} pulgadas",
    forget: "Olvidar este tamaño",
    days: "Qué días",
    deliveries: "Qué envíos",
  },
};

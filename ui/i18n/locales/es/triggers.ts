import type { Words } from "../../words-type.ts";
import type { triggers as english } from "../en/triggers.ts";

export const triggers: Words<typeof english> = {
  triggers: {
    title: "Pedales y botones",
    empty: "Aún no se ha aprendido ninguno.",
    learn: "Aprender un pedal o botón para:",
    action: {
      still: "Imagen",
      clip: "Grabar / detener",
      "keep-last": "Guardar los últimos 30 s",
      marker: "Marca",
    },
    pressNow: "Púlselo ahora, brevemente o un segundo: {{action}}",
    by: "{{device}}, {{key}}.",
    byLong: "{{device}}, {{key}}, mantenido un segundo.",
    pressed_one: "Pulsado {{count}} vez desde el inicio del equipo.",
    pressed_other: "Pulsado {{count}} veces desde el inicio del equipo.",
    missing: "No conectado.",
    forget: "Olvidar",
    notDone: "PEDAL: NO EJECUTADO",
    ended: "GRABACIÓN TERMINADA",
  },
};

import type { Words } from "../../words-type.ts";
import type { frame as english } from "../en/frame.ts";

export const frame: Words<typeof english> = {
  nav: {
    label: "Pantallas",
    live: "Directo",
    patient: "Paciente",
    outbox: "Envíos",
    history: "Historial",
  },
  problems: {
    healthFault:
      "El grabador no puede leer sus propios datos: lo que muestra esta pantalla puede ser antiguo y una pulsación puede no guardarse. Llame a electromedicina.",
    linkLost: "La pantalla perdió el contacto con el grabador; la grabación continúa",
    title: "Qué va mal",
    none: "Ya no hay ningún problema.",
    button_one: "{{count}} problema, mostrar",
    button_other: "{{count}} problemas, mostrar",
    since: "desde {{when}}",
    detail: "el otro sistema: {{said}}",
  },
};

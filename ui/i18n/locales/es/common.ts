import type { Words } from "../../words-type.ts";
import type { common as english } from "../en/common.ts";

export const common: Words<typeof english> = {
  common: {
    unreachable: "El grabador no responde. Sigue trabajando solo; inténtelo de nuevo en un momento.",
    refusedWithoutReason:
      "El grabador lo rechazó sin decir por qué (HTTP {{status}}). Inténtelo de nuevo; si sigue igual, llame a electromedicina.",
    inProgress_one: "Intervención en curso: {{count}} captura",
    inProgress_other: "Intervención en curso: {{count}} capturas",
    returnToLive: "Volver al directo",
    back: "Volver",
    close: "Cerrar",
    cancel: "Cancelar",
    more: "Mostrar más",
    loading: "Consultando al grabador…",
    acknowledge: "Entendido",
    details: "Detalles",
  },
  language: {
    title: "Idioma",
    loadFailed: "No se pudo cargar este idioma. Inténtelo de nuevo en un momento.",
  },
};

import type { Words } from "../../words-type.ts";
import type { history as english } from "../en/history.ts";

export const history: Words<typeof english> = {
  history: {
    title: "Intervenciones en este equipo",
    empty: "Aún no hay intervenciones.",
    state: {
      open: "En curso",
      completed: "Terminada, aún sin enviar",
      released: "Liberada",
    },
    today: "Hoy, {{day}}",
    yesterday: "Ayer, {{day}}",
    noCaptures: "No hay imágenes en esta intervención",
    otherPatient: "Otro paciente",
    resumed: "Continuación de una intervención anterior",
    unassigned: "Sin paciente",
    begun: "Empezada {{time}}",
    physician: "por {{name}}",
  },
};

import type { Words } from "../../words-type.ts";
import type { story as english } from "../en/story.ts";

export const story: Words<typeof english> = {
  story: {
    button: "Recorrido",
    receipt: "Imprimir recibo",
    receiptTitle: "Recibo",
    print: "Imprimir",
    file: "El archivo tal como se guardó",
    fileOfSize: "El archivo tal como se guardó, {{size}}",
    hash: "SHA-256 {{sha256}}",
    none: "Aún no guardado",
    instance: "Instancia DICOM",
    instanceAs: "Instancia DICOM, {{rendition}}",
    part: "{{what}}, parte {{at}} de {{all}}",
    row: "auditoría {{rows}}",
    by: "por {{actor}}",
    whereItIs: "Dónde está",
    nowhere: "Solo en este equipo. Se envía al liberar la intervención.",
    sentAt: "Recibido {{when}}",
    promisedAt: "Prometió conservarlo {{when}}",
    foundAt: "Encontrado allí al preguntar {{when}}: es menos que una promesa de conservarlo",
    notProven: "Aún no hay prueba de que se conserve",
    whatHappened: "Qué ocurrió",
    state: {
      waiting: "En espera",
      sending: "Enviando",
      held: "Retenido",
      sent: "Enviado",
      cancelled: "Cancelado",
    },
    leftOut_one: "Aquí se omite {{count}} suceso repetido. La auditoría lo contiene.",
    leftOut_other: "Aquí se omiten {{count}} sucesos repetidos. La auditoría los contiene todos.",
    title: "{{what}}: su recorrido",
  },
};

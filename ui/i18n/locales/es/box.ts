import type { Words } from "../../words-type.ts";
import type { box as english } from "../en/box.ts";

export const box: Words<typeof english> = {
  refusals: {
    "not-saved-yet":
      "Esto está en el disco, pero la base de datos del equipo aún no lo acepta. El equipo lo sigue intentando; si continúa así, llame a electromedicina.",
    "administrator-needed":
      "Primero hay que definir un administrador en la pantalla de este equipo. Hasta entonces las imágenes se guardan y se envían, y nada más.",
    "not-signed-in": "Identifíquese con su PIN para hacer esto.",
    "not-allowed": "Sus funciones no lo permiten. Pídalo a quien pueda hacerlo.",
    "already-set-up": "Este equipo ya tiene un administrador.",
    "wrong-setup-code": "El código es incorrecto. Está en el registro del equipo.",
    "wrong-pin": "El PIN es incorrecto.",
    "sign-in-locked": "Demasiados intentos fallidos: la identificación está bloqueada por un tiempo.",
    "sign-in-busy": "Demasiadas personas se identifican en este momento. Inténtelo de nuevo en unos segundos.",
    "unfit-pin": "Este PIN no sirve. Elija otro de 4 a 12 cifras.",
    "unfit-name": "Este nombre no sirve.",
    "name-taken": "Ya hay un usuario con este nombre. Elija otro nombre.",
    "unknown-user": "Ese usuario no existe en este equipo.",
    "unknown-token": "Ese token no existe, o ya fue revocado.",
    "last-administrator": "Alguien tiene que seguir siendo administrador. Dé primero la función a otra persona.",
    "too-many-users": "Hay demasiados usuarios; no caben más.",
    "too-many-tokens": "Hay demasiados tokens. Revoque uno que ya no se use.",
    "unknown-trigger": "Ese pedal o botón ya no existe. Mire la lista de nuevo.",
    "triggers-off": "Los pedales y botones están desactivados en los ajustes.",
    "already-learning": "Otra pantalla está aprendiendo un pedal o botón. Termine eso primero, o espere 15 segundos.",
    "nothing-pressed": "No se pulsó nada. Inténtelo de nuevo.",
    "learning-cancelled": "Se terminó el aprendizaje. No se cambió nada.",
    "several-keys": "Se pulsaron varias teclas a la vez. Pulse solo la que se va a aprender.",
    "too-many-triggers": "Hay demasiados pedales y botones aprendidos. Olvide uno primero.",
    "unknown-procedure": "Esa intervención no existe en este equipo.",
    "unknown-capture": "Esa captura no existe en este equipo, o no tiene imagen.",
    "unknown-worklist-item": "Esa entrada ya no está en la lista de trabajo. Actualice la lista.",
    "unknown-source": "Esa fuente de vídeo no existe en este equipo.",
    "unknown-delivery": "Ese envío no existe en este equipo.",
    "unknown-node": "No hay ningún nodo con ese nombre en los ajustes.",
    "file-removed": "Esta captura está segura en el archivo y se retiró de este equipo. Véala allí.",
    "not-a-clip": "De esto no se puede recortar nada. Elija un clip.",
    "outside-clip": "Ese momento no está en este clip. Elija otro.",
    "bad-request": "El grabador no puede aceptarlo tal como se introdujo.",
    "different-patients": "Estas entradas son de pacientes distintos. Elija las de un solo paciente.",
    "procedure-open": "Esta intervención sigue abierta. Termínela primero.",
    "procedure-not-open": "No encaja con el estado de la intervención: ya está terminada, o todavía no.",
    "already-released": "Esta intervención ya se liberó: su paciente no puede cambiarse aquí.",
    "no-patient": "No se envía nada sin un paciente cuyo ID pueda enviarse. Elija primero el paciente.",
    "still-recording": "Una captura aún no ha terminado. Deténgala, o inténtelo de nuevo en un momento.",
    "not-recording": "Este clip ya no se está grabando.",
    "already-recording": "Esta fuente ya está grabando. Detenga primero ese clip.",
    "nothing-recorded": "La grabación terminó antes de que su primera imagen estuviera en el disco.",
    "no-look-back": "No hay ninguna imagen a la que mirar atrás. Espere un momento e inténtelo de nuevo.",
    "not-now": "Ahora no se puede hacer esto con este envío.",
    "no-other-encoding": "No hay otra codificación que se pueda enviar a este nodo.",
    "no-signal": "No se guardó nada: no hay imagen.",
    media: "No se pudieron crear las imágenes de prueba. Llame a electromedicina.",
    "no-address": "Este nodo no tiene dirección en los ajustes. Pida a electromedicina que la añada.",
    refused: "Se rechazó la fuente de vídeo. No se guardó nada. Llame a electromedicina.",
    busy: "No se hizo nada: el grabador está ocupado. Pulse de nuevo en un momento.",
    encoder: "No se pudo crear la imagen. Pulse de nuevo; si sigue igual, llame a electromedicina.",
    stopped: "La fuente o el equipo se está deteniendo. No se guardó nada.",
    disk: "El disco está lleno o no lo acepta. Llame a electromedicina; después pulse de nuevo.",
    fault: "Algo falló en este equipo. No se ha perdido nada de lo guardado; inténtelo de nuevo.",
    origin: "Esta página no puede dar órdenes al grabador. Abra la pantalla en la dirección del propio grabador.",
  },
  findings: {
    "no-signal":
      "La tarjeta de vídeo no recibe una señal que pueda aceptar. Compruebe el microscopio, su salida y el cable de vídeo.",
    black:
      "La imagen está negra. Compruebe que la luz esté encendida, el obturador abierto y la salida correcta del microscopio elegida.",
    frozen:
      "La imagen está parada: llega siempre el mismo fotograma. Compruebe el botón de congelar del microscopio y el cable de vídeo.",
    "wrong-mode":
      "La señal no es la prevista para esta fuente. Ajuste la salida del microscopio, o haga cambiar el perfil.",
    interlaced:
      "La imagen está entrelazada: los bordes en movimiento parecen peines. Ponga la salida del microscopio en modo progresivo, o el perfil en desentrelazado.",
    letterbox:
      "La imagen tiene bandas negras en los bordes: se pierde parte de la resolución. Ajuste la salida del microscopio al formato de esta fuente.",
    "clipped-range":
      "Las zonas claras y oscuras están cortadas, o la imagen es plana: el rango de valores de la señal no es el previsto. Haga cambiar el rango del perfil (full, limited) o el de la salida.",
    "wrong-aspect":
      "La imagen es demasiado ancha o estrecha: sus píxeles no son cuadrados. Ajuste la salida del microscopio al formato de esta fuente.",
    dropped:
      "Algunos fotogramas de la fuente no llegan. Las grabaciones cuentan lo que falta. Compruebe el cable de vídeo y si el equipo está sobrecargado.",
    rate: "La fuente va más lenta o más rápida de lo previsto: los clips no se ven a tiempo real. Haga cambiar la frecuencia del perfil.",
    overload:
      "Este equipo está sobrecargado: la vista previa muestra menos imágenes; capturas y grabaciones las conservan todas. Si sigue igual, llame a electromedicina.",
  },
  alarms: {
    unsent:
      "Hay capturas que esperan su envío desde hace demasiado. No se ha perdido nada; vea en Envíos a qué esperan.",
    held: "Hay envíos que esperan una decisión. Abra Envíos.",
    "node-down":
      "No se alcanza {{what}}. Las capturas esperan en este equipo y se envían cuando vuelva; compruebe su red y si funciona.",
    refusal:
      "{{what}} rechaza un servicio que debe dar. Su administrador tiene que permitirlo. Las imágenes se envían igualmente.",
    "commitment-overdue":
      "{{what}} no ha confirmado que conserva lo enviado. Todo queda en este equipo; pregunte si funciona su storage commitment.",
    "commitment-failed":
      "{{what}} dice que no conserva parte de lo enviado. Todo queda en este equipo; abra Envíos para enviarlo de nuevo.",
    certificate:
      "El certificado de {{what}} ha caducado o caduca pronto. Sustituya el archivo; no hace falta reiniciar.",
    "tls-file": "Un archivo de certificados o claves no se puede usar. Llame a electromedicina.",
    "clock-early":
      "El reloj de este equipo está mal: las capturas reciben horas equivocadas. Ponga el reloj en hora, o conecte un servidor de hora.",
    "clock-stepped":
      "Se cambió el reloj: las horas de las capturas de antes y de después no encajan. Compruebe la hora y el servidor de hora.",
    "clock-unsynchronised":
      "El reloj no está sincronizado con un servidor de hora: las horas de las capturas pueden desviarse. Compruebe la red.",
    "disk-full":
      "El disco está lleno: no hay clips nuevos; las imágenes aún se guardan. Deje que se envíen las capturas en espera, o llame a electromedicina.",
    "disk-90":
      "El disco está casi lleno. Pronto no se podrán grabar clips. Deje que se envíen las capturas en espera, o llame a electromedicina.",
    "disk-80": "El disco está lleno en más de un 80 %.",
    "disk-nothing-to-delete":
      "El disco está demasiado lleno y no se puede borrar nada más: no hay prueba de que lo demás haya llegado. Vea en Envíos lo que espera.",
    store: "La comprobación del almacenamiento encontró problemas. Llame a electromedicina; no se borre nada antes.",
    source: "{{what}}: la imagen no es como debería.",
    mute: "Las alarmas no llegan a quien deben. Llame a electromedicina.",
  },
  reasons: {
    "110500": "Cancelada por el médico",
    "110501": "Fallo del equipo",
    "110502": "Intervención solicitada incorrecta",
    "110504": "Paciente fallecido",
    "110505": "El paciente se negó a continuar",
    "110506": "Paciente trasladado a tratamiento o cirugía",
    "110507": "El paciente no acudió",
    "110509": "Intervención cambiada para la facturación correcta",
    "110510": "Solicitud duplicada",
    "110511": "Cancelada por la unidad de enfermería",
    "110512": "Lado solicitado incorrecto",
    "110513": "Suspendida sin motivo especificado",
    "110515": "El estado del paciente impidió continuar",
    "110516": "Cambio de equipo",
  },
  problemAreas: {
    source: "Una fuente de vídeo no da imagen, o menos de lo pedido.",
    delivery: "Algo va mal en los envíos. Vea Envíos.",
    worklist: "No se alcanza la lista de trabajo. La lista es anterior.",
    storage: "Algo va mal en el almacenamiento. Llame a electromedicina.",
    dicom: "Otros sistemas no reciben respuesta en un puerto de este equipo. Llame a electromedicina.",
    triggers: "No se oye un pedal, botón o lector. Llame a electromedicina.",
    sounds: "El equipo no reproduce sonidos. Llame a electromedicina.",
  },
};

import type { Words } from "../../words-type.ts";
import type { box as english } from "../en/box.ts";

export const box: Words<typeof english> = {
  refusals: {
    "not-saved-yet":
      "Questo è sul disco, ma il database dell'apparecchio non lo accetta ancora. L'apparecchio continua a provare; se resta così, chiami l'ingegneria clinica.",
    "administrator-needed":
      "Prima va definito un amministratore allo schermo di questo apparecchio. Fino ad allora le immagini vengono conservate e inviate, e nient'altro.",
    "not-signed-in": "Accedere con il proprio PIN per farlo.",
    "not-allowed": "I propri ruoli non lo permettono. Chiedere a chi può farlo.",
    "already-set-up": "Questo apparecchio ha già un amministratore.",
    "wrong-setup-code": "Il codice è sbagliato. Si trova nel registro dell'apparecchio.",
    "wrong-pin": "Il PIN è sbagliato.",
    "sign-in-locked": "Troppi tentativi sbagliati: l'accesso è bloccato per un po'.",
    "sign-in-busy": "Troppe persone accedono in questo momento. Riprovare tra qualche secondo.",
    "unfit-pin": "Questo PIN non va bene. Sceglierne un altro da 4 a 12 cifre.",
    "unfit-name": "Questo nome non va bene.",
    "name-taken": "Esiste già un utente con questo nome. Scegliere un altro nome.",
    "unknown-user": "Questo utente non esiste su questo apparecchio.",
    "unknown-token": "Questo token non esiste, o è già stato revocato.",
    "last-administrator": "Qualcuno deve restare amministratore. Dare prima il ruolo a un'altra persona.",
    "too-many-users": "Ci sono troppi utenti; non ce ne stanno altri.",
    "too-many-tokens": "Ci sono troppi token. Revocarne uno che non si usa più.",
    "unknown-trigger": "Questo pedale o pulsante non c'è più. Guardare di nuovo la lista.",
    "triggers-off": "Pedali e pulsanti sono disattivati nelle impostazioni.",
    "already-learning":
      "Un altro schermo sta apprendendo un pedale o un pulsante. Terminare prima quello, o attendere 15 secondi.",
    "nothing-pressed": "Non è stato premuto nulla. Riprovare.",
    "learning-cancelled": "L'apprendimento è stato terminato. Nulla è cambiato.",
    "several-keys": "Sono stati premuti più tasti insieme. Premere solo quello da apprendere.",
    "too-many-triggers": "Troppi pedali e pulsanti sono appresi. Dimenticarne prima uno.",
    "unknown-procedure": "Questo intervento non esiste su questo apparecchio.",
    "unknown-capture": "Questa acquisizione non esiste su questo apparecchio, o non ha immagine.",
    "unknown-worklist-item": "Questa voce non è più nella lista di lavoro. Aggiornare la lista.",
    "unknown-source": "Questa sorgente video non esiste su questo apparecchio.",
    "unknown-delivery": "Questo invio non esiste su questo apparecchio.",
    "unknown-node": "Nelle impostazioni non c'è un nodo con questo nome.",
    "file-removed":
      "Questa acquisizione è al sicuro nell'archivio ed è stata rimossa da questo apparecchio. Guardarla là.",
    "not-a-clip": "Da questo non si può ritagliare nulla. Scegliere una clip.",
    "outside-clip": "Questo momento non è nella clip. Sceglierne un altro.",
    "bad-request": "Il registratore non può accettarlo così come inserito.",
    "different-patients": "Queste voci sono di pazienti diversi. Scegliere quelle di un solo paziente.",
    "procedure-open": "Questo intervento è ancora aperto. Concluderlo prima.",
    "procedure-not-open": "Non si adatta allo stato dell'intervento: è già concluso, o non ancora.",
    "already-released": "Questo intervento è già stato rilasciato: il paziente non può più essere cambiato qui.",
    "no-patient": "Nulla viene inviato senza un paziente il cui ID possa essere inviato. Scegliere prima il paziente.",
    "still-recording": "Un'acquisizione non è ancora finita. Fermarla, o riprovare tra un momento.",
    "not-recording": "Questa clip non è più in registrazione.",
    "already-recording": "Questa sorgente sta già registrando. Fermare prima quella clip.",
    "nothing-recorded": "La registrazione è finita prima che la prima immagine fosse sul disco.",
    "no-look-back": "Non c'è nessuna immagine a cui tornare. Attendere un momento e riprovare.",
    "not-now": "Ora non è possibile farlo con questo invio.",
    "no-other-encoding": "Non c'è un'altra codifica che si possa inviare a questo nodo.",
    "no-signal": "Non è stato conservato nulla: non c'è immagine.",
    media: "Non è stato possibile creare le immagini di prova. Chiamare l'ingegneria clinica.",
    "no-address": "Questo nodo non ha un indirizzo nelle impostazioni. Chiedere all'ingegneria clinica di aggiungerlo.",
    refused: "La sorgente video è stata rifiutata. Non è stato conservato nulla. Chiamare l'ingegneria clinica.",
    busy: "Non è stato fatto nulla: il registratore è occupato. Premere di nuovo tra un momento.",
    encoder: "Non è stato possibile creare l'immagine. Premere di nuovo; se continua, chiamare l'ingegneria clinica.",
    stopped: "La sorgente o l'apparecchio si sta fermando. Non è stato conservato nulla.",
    disk: "Il disco è pieno o non lo accetta. Chiamare l'ingegneria clinica; poi premere di nuovo.",
    fault: "Qualcosa è andato storto in questo apparecchio. Nulla di ciò che era salvato è perso; riprovare.",
    origin:
      "Questa pagina non può dare ordini al registratore. Aprire lo schermo all'indirizzo del registratore stesso.",
  },
  findings: {
    "no-signal":
      "La scheda video non riceve un segnale utilizzabile. Controllare il microscopio, la sua uscita e il cavo video.",
    black:
      "L'immagine è nera. Controllare che la luce sia accesa, l'otturatore aperto e scelta l'uscita giusta del microscopio.",
    frozen:
      "L'immagine è ferma: arriva sempre lo stesso fotogramma. Controllare il tasto di fermo immagine del microscopio e il cavo video.",
    "wrong-mode":
      "Il segnale non è quello previsto per questa sorgente. Regolare l'uscita del microscopio, o far cambiare il profilo.",
    interlaced:
      "L'immagine è interlacciata: i bordi in movimento sembrano pettini. Impostare l'uscita del microscopio su progressivo, o il profilo su deinterlacciamento.",
    letterbox:
      "L'immagine ha bande nere ai bordi: parte della risoluzione va persa. Impostare l'uscita del microscopio sul formato di questa sorgente.",
    "clipped-range":
      "Le parti chiare e scure sono tagliate, o l'immagine è piatta: l'intervallo di valori del segnale non è quello previsto. Far cambiare l'intervallo del profilo (full, limited) o quello dell'uscita.",
    "wrong-aspect":
      "L'immagine è troppo larga o troppo stretta: i suoi pixel non sono quadrati. Impostare l'uscita del microscopio sul formato di questa sorgente.",
    dropped:
      "Alcuni fotogrammi della sorgente non arrivano. Le registrazioni contano ciò che manca. Controllare il cavo video e se l'apparecchio è sovraccarico.",
    rate: "La sorgente è più lenta o più veloce del previsto: le clip non scorrono in tempo reale. Far cambiare la frequenza del profilo.",
    overload:
      "Questo apparecchio è sovraccarico: l'anteprima mostra meno immagini, acquisizioni e registrazioni le conservano tutte. Se continua, chiamare l'ingegneria clinica.",
  },
  alarms: {
    unsent: "Alcune acquisizioni attendono l'invio da troppo tempo. Nulla è perso; vedere in Invii che cosa attendono.",
    held: "Alcuni invii attendono una decisione. Aprire Invii.",
    "node-down":
      "{{what}} non è raggiungibile. Le acquisizioni attendono su questo apparecchio e partono al suo ritorno; controllare la sua rete e se è acceso.",
    refusal:
      "{{what}} rifiuta un servizio che dovrebbe dare. Il suo amministratore deve permetterlo. Le immagini vengono comunque inviate.",
    "commitment-overdue":
      "{{what}} non ha confermato di conservare ciò che ha ricevuto. Tutto resta su questo apparecchio; chiedere se il suo storage commitment funziona.",
    "commitment-failed":
      "{{what}} dice di non conservare una parte di ciò che ha ricevuto. Tutto resta su questo apparecchio; aprire Invii per inviare di nuovo.",
    certificate: "Il certificato in {{what}} è scaduto o scade presto. Sostituire il file; non serve riavviare.",
    "tls-file": "Un file di certificati o chiavi non è utilizzabile. Chiamare l'ingegneria clinica.",
    "clock-early":
      "L'orologio di questo apparecchio è sbagliato: le acquisizioni ricevono orari sbagliati. Regolare l'orologio, o collegare un server orario.",
    "clock-stepped":
      "L'orologio è stato regolato: gli orari delle acquisizioni di prima e di dopo non coincidono. Controllare l'ora e il server orario.",
    "clock-unsynchronised":
      "L'orologio non è sincronizzato con un server orario: gli orari delle acquisizioni possono essere sfasati. Controllare la rete.",
    "disk-full":
      "Il disco è pieno: niente nuove clip; le immagini vengono ancora conservate. Lasciare inviare le acquisizioni in attesa, o chiamare l'ingegneria clinica.",
    "disk-90":
      "Il disco è quasi pieno. Presto non si potranno registrare clip. Lasciare inviare le acquisizioni in attesa, o chiamare l'ingegneria clinica.",
    "disk-80": "Il disco è pieno per più dell'80 %.",
    "disk-nothing-to-delete":
      "Il disco è troppo pieno, e non si può eliminare altro: per il resto l'arrivo non è provato. Vedere in Invii che cosa attende.",
    store:
      "Il controllo dell'archiviazione ha trovato problemi. Chiamare l'ingegneria clinica; prima non si elimini nulla.",
    source: "{{what}}: l'immagine non è come dovrebbe.",
    mute: "Gli allarmi non raggiungono chi deve riceverli. Chiamare l'ingegneria clinica.",
  },
  reasons: {
    "110500": "Annullato dal medico",
    "110501": "Guasto dell'apparecchiatura",
    "110502": "Intervento richiesto errato",
    "110504": "Paziente deceduto",
    "110505": "Il paziente ha rifiutato di continuare",
    "110506": "Paziente portato a trattamento o chirurgia",
    "110507": "Il paziente non si è presentato",
    "110509": "Intervento cambiato per la corretta fatturazione",
    "110510": "Richiesta doppia",
    "110511": "Annullato dal reparto",
    "110512": "Lato richiesto errato",
    "110513": "Interrotto senza motivo specificato",
    "110515": "Le condizioni del paziente hanno impedito di continuare",
    "110516": "Cambio di apparecchiatura",
  },
  problemAreas: {
    source: "Una sorgente video non dà immagine, o meno del richiesto.",
    delivery: "Qualcosa non va negli invii. Vedere Invii.",
    worklist: "La lista di lavoro non è raggiungibile. La lista è precedente.",
    storage: "Qualcosa non va nell'archiviazione. Chiamare l'ingegneria clinica.",
    dicom: "Altri sistemi non ricevono risposta su una porta di questo apparecchio. Chiamare l'ingegneria clinica.",
    triggers: "Un pedale, un pulsante o un lettore non viene sentito. Chiamare l'ingegneria clinica.",
    sounds: "L'apparecchio non riproduce suoni. Chiamare l'ingegneria clinica.",
  },
};

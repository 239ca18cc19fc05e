import type { Words } from "../../words-type.ts";
import type { box as english } from "../en/box.ts";

export const box: Words<typeof english> = {
  refusals: {
    "not-saved-yet":
      "Dies ist auf der Platte, aber die Datenbank der Box nimmt es noch nicht an. Die Box versucht es weiter; bleibt es so, rufen Sie die Medizintechnik.",
    "administrator-needed":
      "Zuerst muss am Bildschirm dieses Geräts ein Administrator eingerichtet werden. Bis dahin werden Bilder behalten und gesendet, mehr nicht.",
    "not-signed-in": "Dafür mit der PIN anmelden.",
    "not-allowed": "Die eigenen Rollen erlauben dies nicht. Jemanden bitten, der es darf.",
    "already-set-up": "Dieses Gerät hat schon einen Administrator.",
    "wrong-setup-code": "Der Code ist falsch. Er steht im Protokoll des Geräts.",
    "wrong-pin": "Die PIN ist falsch.",
    "sign-in-locked": "Zu viele falsche Versuche: Die Anmeldung ist eine Weile gesperrt.",
    "sign-in-busy": "Gerade melden sich zu viele an. In einigen Sekunden noch einmal versuchen.",
    "unfit-pin": "Diese PIN geht nicht. Eine andere mit 4 bis 12 Ziffern wählen.",
    "unfit-name": "Dieser Name geht nicht.",
    "name-taken": "Ein Benutzer dieses Namens ist schon da. Einen anderen Namen wählen.",
    "unknown-user": "Diesen Benutzer gibt es auf diesem Gerät nicht.",
    "unknown-token": "Dieses Token gibt es nicht, oder es wurde schon widerrufen.",
    "last-administrator": "Jemand muss Administrator bleiben. Die Rolle zuerst jemand anderem geben.",
    "too-many-users": "Es gibt zu viele Benutzer; mehr passen nicht.",
    "too-many-tokens": "Es gibt zu viele Tokens. Eines widerrufen, das nicht mehr gebraucht wird.",
    "unknown-trigger": "Dieses Pedal oder diese Taste gibt es nicht mehr. Die Liste noch einmal ansehen.",
    "triggers-off": "Pedale und Tasten sind in den Einstellungen ausgeschaltet.",
    "already-learning":
      "Ein anderer Bildschirm lernt gerade ein Pedal oder eine Taste an. Das zuerst beenden oder 15 Sekunden warten.",
    "nothing-pressed": "Es wurde nichts gedrückt. Noch einmal versuchen.",
    "learning-cancelled": "Das Anlernen wurde beendet. Nichts wurde geändert.",
    "several-keys": "Mehrere Tasten wurden zugleich gedrückt. Nur die anzulernende drücken.",
    "too-many-triggers": "Zu viele Pedale und Tasten sind angelernt. Zuerst eine vergessen.",
    "unknown-procedure": "Diesen Eingriff gibt es auf diesem Gerät nicht.",
    "unknown-capture": "Diese Aufnahme gibt es auf diesem Gerät nicht, oder sie hat kein Bild.",
    "unknown-worklist-item": "Dieser Eintrag steht nicht mehr auf der Arbeitsliste. Die Liste aktualisieren.",
    "unknown-source": "Diese Videoquelle gibt es auf diesem Gerät nicht.",
    "unknown-delivery": "Diese Sendung gibt es auf diesem Gerät nicht.",
    "unknown-node": "In den Einstellungen gibt es keinen Knoten dieses Namens.",
    "file-removed": "Diese Aufnahme ist sicher im Archiv und wurde von diesem Gerät entfernt. Sie ist dort anzusehen.",
    "not-a-clip": "Hieraus lässt sich nichts schneiden. Einen Clip wählen.",
    "outside-clip": "Dieser Zeitpunkt liegt nicht in diesem Clip. Einen anderen wählen.",
    "bad-request": "So eingegeben kann der Rekorder das nicht annehmen.",
    "different-patients": "Diese Einträge gehören zu verschiedenen Patienten. Nur die eines Patienten wählen.",
    "procedure-open": "Dieser Eingriff läuft noch. Zuerst abschließen.",
    "procedure-not-open": "Das passt nicht zum Stand des Eingriffs: Er ist schon abgeschlossen oder noch nicht.",
    "already-released": "Dieser Eingriff wurde schon freigegeben: Sein Patient kann hier nicht mehr geändert werden.",
    "no-patient": "Ohne Patient mit sendbarer ID wird nichts gesendet. Zuerst den Patienten wählen.",
    "still-recording": "Eine Aufnahme ist noch nicht fertig. Sie stoppen oder gleich noch einmal versuchen.",
    "not-recording": "Dieser Clip wird nicht mehr aufgezeichnet.",
    "already-recording": "Diese Quelle zeichnet schon auf. Zuerst diesen Clip stoppen.",
    "nothing-recorded": "Die Aufzeichnung endete, bevor das erste Bild auf der Platte war.",
    "no-look-back": "Es gibt kein Bild für einen Rückblick. Kurz warten und noch einmal versuchen.",
    "not-now": "Das ist mit dieser Sendung jetzt nicht möglich.",
    "no-other-encoding": "Es gibt keine andere Form, die dieser Knoten bekommen darf.",
    "no-signal": "Nichts wurde behalten: Es ist kein Bild da.",
    media: "Die Testbilder konnten nicht gemacht werden. Die Medizintechnik rufen.",
    "no-address": "Dieser Knoten hat keine Adresse in den Einstellungen. Die Medizintechnik bitten, sie einzutragen.",
    refused: "Die Videoquelle wurde abgelehnt. Nichts wurde behalten. Die Medizintechnik rufen.",
    busy: "Nichts wurde getan: Der Rekorder ist beschäftigt. Gleich noch einmal drücken.",
    encoder: "Das Bild konnte nicht gemacht werden. Noch einmal drücken; bleibt es so, die Medizintechnik rufen.",
    stopped: "Die Quelle oder das Gerät wird gerade angehalten. Nichts wurde behalten.",
    disk: "Die Platte ist voll oder nimmt es nicht an. Die Medizintechnik rufen; dann noch einmal drücken.",
    fault: "In diesem Gerät ist ein Fehler aufgetreten. Nichts Gespeichertes ist verloren; noch einmal versuchen.",
    origin:
      "Diese Seite darf dem Rekorder keine Aufträge geben. Den Bildschirm unter der eigenen Adresse des Rekorders öffnen.",
  },
  findings: {
    "no-signal":
      "Die Videokarte empfängt kein Signal, das sie annehmen kann. Mikroskop, Ausgang und Videokabel prüfen.",
    black:
      "Das Bild ist schwarz. Prüfen, ob das Licht an, die Blende offen und der richtige Ausgang des Mikroskops gewählt ist.",
    frozen:
      "Das Bild steht: Immer wieder kommt dasselbe Einzelbild. Freeze-Taste des Mikroskops und Videokabel prüfen.",
    "wrong-mode":
      "Das Signal ist nicht das, wofür diese Quelle eingerichtet ist. Den Ausgang des Mikroskops umstellen oder das Profil ändern lassen.",
    interlaced:
      "Das Bild kommt im Zeilensprung: Bewegte Kanten sehen wie Kämme aus. Den Ausgang des Mikroskops auf progressiv stellen oder im Profil das Deinterlacing.",
    letterbox:
      "Das Bild hat schwarze Ränder: Ein Teil der Auflösung geht verloren. Den Ausgang des Mikroskops auf das Format dieser Quelle stellen.",
    "clipped-range":
      "Helle und dunkle Stellen sind abgeschnitten, oder das Bild ist flau: Der Wertebereich des Signals ist nicht der eingestellte. Den Bereich im Profil (full, limited) oder am Ausgang ändern lassen.",
    "wrong-aspect":
      "Das Bild ist zu breit oder zu schmal: Seine Bildpunkte sind nicht quadratisch. Den Ausgang des Mikroskops auf das Format dieser Quelle stellen.",
    dropped:
      "Einzelbilder der Quelle kommen nicht an. Aufzeichnungen zählen, was fehlt. Videokabel und Auslastung des Geräts prüfen.",
    rate: "Die Quelle ist langsamer oder schneller als eingestellt: Clips laufen nicht in Echtzeit. Die Bildrate im Profil ändern lassen.",
    overload:
      "Dieses Gerät ist überlastet: Die Vorschau zeigt weniger Bilder, Aufnahmen und Aufzeichnungen behalten jedes. Bleibt es so, die Medizintechnik rufen.",
  },
  alarms: {
    unsent: "Aufnahmen warten schon zu lange auf das Senden. Nichts ist verloren; worauf sie warten, steht im Ausgang.",
    held: "Sendungen warten auf eine Entscheidung. Den Ausgang öffnen.",
    "node-down":
      "{{what}} ist nicht erreichbar. Aufnahmen warten auf diesem Gerät und werden gesendet, sobald es wieder geht; Netzwerk prüfen und ob das System läuft.",
    refusal:
      "{{what}} verweigert einen Dienst, für den es eingerichtet ist. Dessen Administrator muss ihn erlauben. Bilder werden trotzdem gesendet.",
    "commitment-overdue":
      "{{what}} hat nicht bestätigt, dass es das Gesendete aufbewahrt. Alles bleibt auf diesem Gerät; nachfragen, ob dort Storage Commitment läuft.",
    "commitment-failed":
      "{{what}} sagt, dass es einen Teil des Gesendeten nicht aufbewahrt. Alles bleibt auf diesem Gerät; im Ausgang erneut senden.",
    certificate:
      "Das Zertifikat in {{what}} ist abgelaufen oder läuft bald ab. Die Datei ersetzen; ein Neustart ist nicht nötig.",
    "tls-file": "Eine Datei mit Zertifikaten oder Schlüsseln ist nicht zu gebrauchen. Die Medizintechnik rufen.",
    "clock-early":
      "Die Uhr dieses Geräts geht falsch: Aufnahmen bekommen falsche Zeiten. Die Uhr stellen oder einen Zeitserver anschließen.",
    "clock-stepped":
      "Die Uhr wurde gestellt: Die Zeiten der Aufnahmen davor und danach passen nicht zusammen. Zeit und Zeitserver prüfen.",
    "clock-unsynchronised":
      "Die Uhr ist mit keinem Zeitserver abgeglichen: Die Zeiten der Aufnahmen können abweichen. Das Netzwerk prüfen.",
    "disk-full":
      "Die Platte ist voll: keine neuen Clips; Bilder werden noch behalten. Die wartenden Aufnahmen senden lassen oder die Medizintechnik rufen.",
    "disk-90":
      "Die Platte ist fast voll. Bald können keine Clips mehr aufgezeichnet werden. Die wartenden Aufnahmen senden lassen oder die Medizintechnik rufen.",
    "disk-80": "Die Platte ist zu mehr als 80 % voll.",
    "disk-nothing-to-delete":
      "Die Platte ist zu voll, und nichts mehr darf gelöscht werden: Für den Rest ist die Ankunft nicht nachgewiesen. Was wartet, steht im Ausgang.",
    store:
      "Die Prüfung des Speichers hat Probleme gefunden. Die Medizintechnik rufen; vorher darf nichts gelöscht werden.",
    source: "{{what}}: Das Bild ist nicht, wie es sein soll.",
    mute: "Alarme erreichen nicht, wer benachrichtigt werden soll. Die Medizintechnik rufen.",
  },
  reasons: {
    "110500": "Vom Arzt abgesagt",
    "110501": "Geräteausfall",
    "110502": "Falscher Eingriff angeordnet",
    "110504": "Patient verstorben",
    "110505": "Patient lehnte die Fortsetzung ab",
    "110506": "Patient zu Behandlung oder Operation abgeholt",
    "110507": "Patient nicht erschienen",
    "110509": "Eingriff zur richtigen Abrechnung geändert",
    "110510": "Doppelter Auftrag",
    "110511": "Von der Station abgesagt",
    "110512": "Falsche Seite angeordnet",
    "110513": "Ohne näheren Grund abgebrochen",
    "110515": "Zustand des Patienten ließ keine Fortsetzung zu",
    "110516": "Gerätewechsel",
  },
  problemAreas: {
    source: "Eine Videoquelle liefert kein Bild oder weniger als verlangt.",
    delivery: "Beim Senden stimmt etwas nicht. Siehe Ausgang.",
    worklist: "Die Arbeitsliste ist nicht erreichbar. Die Liste ist von früher.",
    storage: "Mit dem Speicher stimmt etwas nicht. Die Medizintechnik rufen.",
    dicom: "Auf einem Anschluss dieses Geräts bekommen andere Systeme keine Antwort. Die Medizintechnik rufen.",
    triggers: "Ein Pedal, eine Taste oder ein Scanner wird nicht gehört. Die Medizintechnik rufen.",
    sounds: "Das Gerät gibt keine Töne aus. Die Medizintechnik rufen.",
  },
};

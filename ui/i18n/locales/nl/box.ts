import type { Words } from "../../words-type.ts";
import type { box as english } from "../en/box.ts";

export const box: Words<typeof english> = {
  refusals: {
    "not-saved-yet":
      "Dit staat op de schijf, maar de database van de box neemt het nog niet aan. De box blijft het proberen; blijft het zo, bel dan de medische techniek.",
    "administrator-needed":
      "Eerst moet op het scherm van dit apparaat een beheerder worden ingesteld. Tot dan worden beelden bewaard en verzonden, meer niet.",
    "not-signed-in": "Meld u aan met uw pincode om dit te doen.",
    "not-allowed": "Uw rollen staan dit niet toe. Vraag iemand die het mag.",
    "already-set-up": "Dit apparaat heeft al een beheerder.",
    "wrong-setup-code": "De code is onjuist. Hij staat in het logboek van het apparaat.",
    "wrong-pin": "De pincode is onjuist.",
    "sign-in-locked": "Te veel foute pogingen: aanmelden is een tijd geblokkeerd.",
    "sign-in-busy": "Er melden zich nu te veel mensen aan. Probeer het over enkele seconden nog eens.",
    "unfit-pin": "Deze pincode kan niet. Kies een andere van 4 tot 12 cijfers.",
    "unfit-name": "Deze naam kan niet.",
    "name-taken": "Er is al een gebruiker met deze naam. Kies een andere naam.",
    "unknown-user": "Deze gebruiker bestaat niet op dit apparaat.",
    "unknown-token": "Dit token bestaat niet, of is al ingetrokken.",
    "last-administrator": "Iemand moet beheerder blijven. Geef de rol eerst aan een ander.",
    "too-many-users": "Er zijn te veel gebruikers; er passen er niet meer bij.",
    "too-many-tokens": "Er zijn te veel tokens. Trek er een in dat niet meer gebruikt wordt.",
    "unknown-trigger": "Dit pedaal of deze knop bestaat niet meer. Kijk opnieuw op de lijst.",
    "triggers-off": "Pedalen en knoppen zijn in de instellingen uitgeschakeld.",
    "already-learning": "Een ander scherm leert nu een pedaal of knop aan. Beëindig dat eerst, of wacht 15 seconden.",
    "nothing-pressed": "Er is niets ingedrukt. Probeer het nog eens.",
    "learning-cancelled": "Het aanleren is gestopt. Er is niets gewijzigd.",
    "several-keys": "Er zijn meerdere toetsen tegelijk ingedrukt. Druk alleen op de toets die aangeleerd wordt.",
    "too-many-triggers": "Er zijn te veel pedalen en knoppen aangeleerd. Vergeet er eerst een.",
    "unknown-procedure": "Deze ingreep bestaat niet op dit apparaat.",
    "unknown-capture": "Deze opname bestaat niet op dit apparaat, of heeft geen beeld.",
    "unknown-worklist-item": "Deze regel staat niet meer op de werklijst. Vernieuw de lijst.",
    "unknown-source": "Deze videobron bestaat niet op dit apparaat.",
    "unknown-delivery": "Deze zending bestaat niet op dit apparaat.",
    "unknown-node": "Er is geen knooppunt met deze naam in de instellingen.",
    "file-removed": "Deze opname is veilig in het archief en van dit apparaat verwijderd. Bekijk hem daar.",
    "not-a-clip": "Hieruit kan niets worden geknipt. Kies een clip.",
    "outside-clip": "Dat moment ligt niet in deze clip. Kies een ander.",
    "bad-request": "Zo ingevoerd kan de recorder dit niet aannemen.",
    "different-patients": "Deze regels horen bij verschillende patiënten. Kies die van één patiënt.",
    "procedure-open": "Deze ingreep is nog open. Rond hem eerst af.",
    "procedure-not-open": "Dit past niet bij de stand van de ingreep: hij is al afgerond, of nog niet.",
    "already-released": "Deze ingreep is al vrijgegeven: de patiënt kan hier niet meer worden gewijzigd.",
    "no-patient": "Zonder patiënt met een ID dat verzonden kan worden gaat er niets weg. Kies eerst de patiënt.",
    "still-recording": "Een opname is nog niet klaar. Stop haar, of probeer het zo nog eens.",
    "not-recording": "Deze clip wordt niet meer opgenomen.",
    "already-recording": "Deze bron neemt al op. Stop eerst die clip.",
    "nothing-recorded": "De opname eindigde voordat het eerste beeld op de schijf stond.",
    "no-look-back": "Er is geen beeld om op terug te kijken. Wacht even en probeer het nog eens.",
    "not-now": "Dit kan nu niet met deze zending.",
    "no-other-encoding": "Er is geen andere vorm die dit knooppunt mag krijgen.",
    "no-signal": "Er is niets bewaard: er is geen beeld.",
    media: "De testbeelden konden niet worden gemaakt. Bel de medische techniek.",
    "no-address": "Dit knooppunt heeft geen adres in de instellingen. Vraag de medische techniek het toe te voegen.",
    refused: "De videobron is geweigerd. Er is niets bewaard. Bel de medische techniek.",
    busy: "Er is niets gedaan: de recorder is bezig. Druk zo nog eens.",
    encoder: "Het beeld kon niet worden gemaakt. Druk nog eens; blijft het zo, bel dan de medische techniek.",
    stopped: "De bron of het apparaat wordt gestopt. Er is niets bewaard.",
    disk: "De schijf is vol of neemt het niet aan. Bel de medische techniek; druk daarna nog eens.",
    fault: "Er ging iets mis in dit apparaat. Niets wat opgeslagen was is verloren; probeer het nog eens.",
    origin: "Deze pagina mag de recorder geen opdrachten geven. Open het scherm op het adres van de recorder zelf.",
  },
  findings: {
    "no-signal":
      "De videokaart ontvangt geen bruikbaar signaal. Controleer de microscoop, de uitgang en de videokabel.",
    black:
      "Het beeld is zwart. Controleer of het licht aan is, de sluiter open en de juiste uitgang van de microscoop gekozen.",
    frozen:
      "Het beeld staat stil: steeds hetzelfde videobeeld. Controleer de freeze-knop van de microscoop en de videokabel.",
    "wrong-mode":
      "Het signaal is niet dat waarvoor deze bron is ingesteld. Stel de uitgang van de microscoop in, of laat het profiel wijzigen.",
    interlaced:
      "Het beeld is geïnterlinieerd: bewegende randen lijken op kammen. Zet de uitgang van de microscoop op progressief, of het profiel op deïnterliniëren.",
    letterbox:
      "Het beeld heeft zwarte randen: een deel van de resolutie gaat verloren. Zet de uitgang van de microscoop op het formaat van deze bron.",
    "clipped-range":
      "Lichte en donkere delen zijn afgekapt, of het beeld is vlak: het waardebereik van het signaal is niet het ingestelde. Laat het bereik in het profiel (full, limited) of aan de uitgang wijzigen.",
    "wrong-aspect":
      "Het beeld is te breed of te smal: de pixels zijn niet vierkant. Zet de uitgang van de microscoop op het formaat van deze bron.",
    dropped:
      "Videobeelden van de bron komen niet aan. Opnamen tellen wat ontbreekt. Controleer de videokabel en of het apparaat overbelast is.",
    rate: "De bron is langzamer of sneller dan ingesteld: clips spelen niet in ware tijd. Laat de beeldfrequentie in het profiel wijzigen.",
    overload:
      "Dit apparaat is overbelast: het voorbeeld toont minder beelden, opnamen bewaren elk beeld. Blijft het zo, bel dan de medische techniek.",
  },
  alarms: {
    unsent: "Opnamen wachten te lang op verzending. Niets is verloren; zie Uitgaand waarop ze wachten.",
    held: "Zendingen wachten op een beslissing. Open Uitgaand.",
    "node-down":
      "{{what}} is niet bereikbaar. Opnamen wachten op dit apparaat en gaan weg zodra het terug is; controleer het netwerk en of het draait.",
    refusal:
      "{{what}} weigert een dienst waarvoor het is ingesteld. De beheerder ervan moet die toestaan. Beelden worden toch verzonden.",
    "commitment-overdue":
      "{{what}} heeft niet bevestigd dat het bewaart wat verzonden is. Alles blijft op dit apparaat; vraag of storage commitment daar werkt.",
    "commitment-failed":
      "{{what}} zegt dat het een deel van wat verzonden is niet bewaart. Alles blijft op dit apparaat; open Uitgaand om opnieuw te verzenden.",
    certificate:
      "Het certificaat in {{what}} is verlopen of verloopt binnenkort. Vervang het bestand; opnieuw starten is niet nodig.",
    "tls-file": "Een bestand met certificaten of sleutels is onbruikbaar. Bel de medische techniek.",
    "clock-early":
      "De klok van dit apparaat staat verkeerd: opnamen krijgen verkeerde tijden. Zet de klok gelijk, of sluit een tijdserver aan.",
    "clock-stepped":
      "De klok is verzet: tijden van opnamen ervoor en erna passen niet bij elkaar. Controleer de tijd en de tijdserver.",
    "clock-unsynchronised":
      "De klok loopt niet gelijk met een tijdserver: tijden van opnamen kunnen afwijken. Controleer het netwerk.",
    "disk-full":
      "De schijf is vol: geen nieuwe clips; beelden worden nog bewaard. Laat de wachtende opnamen verzenden, of bel de medische techniek.",
    "disk-90":
      "De schijf is bijna vol. Straks kunnen geen clips meer worden opgenomen. Laat de wachtende opnamen verzenden, of bel de medische techniek.",
    "disk-80": "De schijf is voor meer dan 80 % vol.",
    "disk-nothing-to-delete":
      "De schijf is te vol, en er mag niets meer worden gewist: van de rest is de aankomst niet bewezen. Zie Uitgaand wat er wacht.",
    store: "De controle van de opslag vond problemen. Bel de medische techniek; wis niets voor die tijd.",
    source: "{{what}}: het beeld is niet zoals het hoort.",
    mute: "Alarmen bereiken niet wie ze moet krijgen. Bel de medische techniek.",
  },
  reasons: {
    "110500": "Arts heeft afgezegd",
    "110501": "Defect van apparatuur",
    "110502": "Verkeerde ingreep aangevraagd",
    "110504": "Patiënt overleden",
    "110505": "Patiënt weigerde verder te gaan",
    "110506": "Patiënt meegenomen voor behandeling of operatie",
    "110507": "Patiënt niet verschenen",
    "110509": "Ingreep gewijzigd voor juiste declaratie",
    "110510": "Dubbele aanvraag",
    "110511": "Door de afdeling afgezegd",
    "110512": "Verkeerde zijde aangevraagd",
    "110513": "Afgebroken zonder nadere reden",
    "110515": "Toestand van de patiënt liet geen voortzetting toe",
    "110516": "Wisseling van apparatuur",
  },
  problemAreas: {
    source: "Een videobron geeft geen beeld, of minder dan gevraagd.",
    delivery: "Er is iets mis met verzenden. Zie Uitgaand.",
    worklist: "De werklijst is niet bereikbaar. De lijst is van eerder.",
    storage: "Er is iets mis met de opslag. Bel de medische techniek.",
    dicom: "Andere systemen krijgen op een poort van dit apparaat geen antwoord. Bel de medische techniek.",
    triggers: "Een pedaal, knop of scanner wordt niet gehoord. Bel de medische techniek.",
    sounds: "Het apparaat speelt geen geluiden. Bel de medische techniek.",
  },
};

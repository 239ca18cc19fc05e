import type { Words } from "../../words-type.ts";
import type { box as english } from "../en/box.ts";

export const box: Words<typeof english> = {
  refusals: {
    "not-saved-yet":
      "Ceci est sur le disque, mais la base de données du boîtier ne l'accepte pas encore. Le boîtier continue d'essayer ; si cela dure, appelez le service biomédical.",
    "administrator-needed":
      "Un administrateur doit d'abord être défini à l'écran de cet appareil. D'ici là, les images sont gardées et envoyées, rien de plus.",
    "not-signed-in": "Identifiez-vous avec votre code PIN pour faire cela.",
    "not-allowed": "Vos rôles ne le permettent pas. Demandez à quelqu'un qui en a le droit.",
    "already-set-up": "Cet appareil a déjà un administrateur.",
    "wrong-setup-code": "Le code est faux. Il se trouve dans le journal de l'appareil.",
    "wrong-pin": "Le code PIN est faux.",
    "sign-in-locked": "Trop d'essais faux\u00a0: l'identification est bloquée pour un moment.",
    "sign-in-busy": "Trop de personnes s'identifient en ce moment. Réessayez dans quelques secondes.",
    "unfit-pin": "Ce code PIN ne convient pas. Choisissez-en un autre, de 4 à 12 chiffres.",
    "unfit-name": "Ce nom ne convient pas.",
    "name-taken": "Un utilisateur porte déjà ce nom. Choisissez-en un autre.",
    "unknown-user": "Cet utilisateur n'existe pas sur cet appareil.",
    "unknown-token": "Ce jeton n'existe pas, ou a déjà été révoqué.",
    "last-administrator": "Quelqu'un doit rester administrateur. Donnez d'abord ce rôle à une autre personne.",
    "too-many-users": "Il y a trop d'utilisateurs\u00a0; il n'y a plus de place.",
    "too-many-tokens": "Il y a trop de jetons. Révoquez-en un qui ne sert plus.",
    "unknown-trigger": "Cette pédale ou ce bouton n'existe plus. Regardez de nouveau la liste.",
    "triggers-off": "Les pédales et boutons sont désactivés dans les réglages.",
    "already-learning": "Un autre écran apprend une pédale ou un bouton. Terminez-le d'abord, ou attendez 15 secondes.",
    "nothing-pressed": "Rien n'a été actionné. Réessayez.",
    "learning-cancelled": "L'apprentissage a été arrêté. Rien n'a changé.",
    "several-keys": "Plusieurs touches ont été actionnées à la fois. N'actionnez que celle à apprendre.",
    "too-many-triggers": "Trop de pédales et de boutons sont appris. Oubliez-en un d'abord.",
    "unknown-procedure": "Cette intervention n'existe pas sur cet appareil.",
    "unknown-capture": "Cette capture n'existe pas sur cet appareil, ou n'a pas d'image.",
    "unknown-worklist-item": "Cette entrée n'est plus dans la liste de travail. Actualisez la liste.",
    "unknown-source": "Cette source vidéo n'existe pas sur cet appareil.",
    "unknown-delivery": "Cet envoi n'existe pas sur cet appareil.",
    "unknown-node": "Aucun nœud de ce nom dans les réglages.",
    "file-removed": "Cette capture est en sûreté dans l'archive et a été retirée de cet appareil. Regardez-la là-bas.",
    "not-a-clip": "Rien ne peut en être extrait. Choisissez un clip.",
    "outside-clip": "Ce moment n'est pas dans ce clip. Choisissez-en un autre.",
    "bad-request": "L'enregistreur ne peut pas accepter cela tel que saisi.",
    "different-patients": "Ces entrées concernent des patients différents. Choisissez celles d'un seul patient.",
    "procedure-open": "Cette intervention est encore ouverte. Terminez-la d'abord.",
    "procedure-not-open":
      "Cela ne convient pas à l'état de l'intervention\u00a0: elle est déjà terminée, ou pas encore.",
    "already-released": "Cette intervention est déjà libérée\u00a0: son patient ne peut plus être changé ici.",
    "no-patient": "Rien n'est envoyé sans un patient dont l'ID peut être envoyé. Choisissez d'abord le patient.",
    "still-recording": "Une capture n'est pas encore finie. Arrêtez-la, ou réessayez dans un instant.",
    "not-recording": "Ce clip n'est plus en cours d'enregistrement.",
    "already-recording": "Cette source enregistre déjà. Arrêtez d'abord ce clip.",
    "nothing-recorded": "L'enregistrement s'est arrêté avant que sa première image soit sur le disque.",
    "no-look-back": "Il n'y a pas d'image vers laquelle revenir. Attendez un instant et réessayez.",
    "not-now": "Ce n'est pas possible avec cet envoi pour le moment.",
    "no-other-encoding": "Il n'y a pas d'autre encodage à envoyer à ce nœud.",
    "no-signal": "Rien n'a été gardé\u00a0: il n'y a pas d'image.",
    media: "Les images d'essai n'ont pas pu être créées. Appelez le biomédical.",
    "no-address": "Ce nœud n'a pas d'adresse dans les réglages. Demandez au biomédical de l'ajouter.",
    refused: "La source vidéo a été refusée. Rien n'a été gardé. Appelez le biomédical.",
    busy: "Rien n'a été fait\u00a0: l'enregistreur est occupé. Appuyez de nouveau dans un instant.",
    encoder: "L'image n'a pas pu être créée. Appuyez de nouveau\u00a0; si cela persiste, appelez le biomédical.",
    stopped: "La source ou l'appareil est en cours d'arrêt. Rien n'a été gardé.",
    disk: "Le disque est plein ou n'accepte rien. Appelez le biomédical\u00a0; puis appuyez de nouveau.",
    fault: "Une erreur est survenue dans cet appareil. Rien de ce qui était enregistré n'est perdu\u00a0; réessayez.",
    origin:
      "Cette page n'a pas le droit de commander l'enregistreur. Ouvrez l'écran à l'adresse de l'enregistreur lui-même.",
  },
  findings: {
    "no-signal":
      "La carte vidéo ne reçoit pas de signal utilisable. Vérifiez le microscope, sa sortie et le câble vidéo.",
    black:
      "L'image est noire. Vérifiez que la lumière est allumée, l'obturateur ouvert et la bonne sortie du microscope choisie.",
    frozen:
      "L'image est figée\u00a0: la même image revient sans cesse. Vérifiez le bouton de gel du microscope et le câble vidéo.",
    "wrong-mode":
      "Le signal n'est pas celui prévu pour cette source. Réglez la sortie du microscope, ou faites changer le profil.",
    interlaced:
      "L'image est entrelacée\u00a0: les bords en mouvement ont l'air de peignes. Passez la sortie du microscope en mode progressif, ou le profil en désentrelacement.",
    letterbox:
      "L'image a des bandes noires sur les bords\u00a0: une partie de la résolution est perdue. Réglez la sortie du microscope au format de cette source.",
    "clipped-range":
      "Les parties claires et sombres sont coupées, ou l'image est terne\u00a0: la plage de valeurs du signal n'est pas celle prévue. Faites changer la plage du profil (full, limited) ou de la sortie.",
    "wrong-aspect":
      "L'image est trop large ou trop étroite\u00a0: ses pixels ne sont pas carrés. Réglez la sortie du microscope au format de cette source.",
    dropped:
      "Des images de la source n'arrivent pas. Les enregistrements comptent ce qui manque. Vérifiez le câble vidéo et la charge de l'appareil.",
    rate: "La source est plus lente ou plus rapide que prévu\u00a0: les clips ne sont pas lus en temps réel. Faites changer la cadence du profil.",
    overload:
      "Cet appareil est surchargé\u00a0: l'aperçu montre moins d'images, captures et enregistrements les gardent toutes. Si cela persiste, appelez le biomédical.",
  },
  alarms: {
    unsent:
      "Des captures attendent l'envoi depuis trop longtemps. Rien n'est perdu\u00a0; voyez dans Envois ce qu'elles attendent.",
    held: "Des envois attendent une décision. Ouvrez Envois.",
    "node-down":
      "{{what}} est injoignable. Les captures attendent sur cet appareil et partiront à son retour\u00a0; vérifiez son réseau et s'il fonctionne.",
    refusal:
      "{{what}} refuse un service qu'il est censé rendre. Son administrateur doit l'autoriser. Les images sont envoyées tout de même.",
    "commitment-overdue":
      "{{what}} n'a pas confirmé qu'il conserve ce qu'il a reçu. Tout reste sur cet appareil\u00a0; demandez si son storage commitment fonctionne.",
    "commitment-failed":
      "{{what}} dit ne pas conserver une partie de ce qu'il a reçu. Tout reste sur cet appareil\u00a0; ouvrez Envois pour envoyer de nouveau.",
    certificate:
      "Le certificat dans {{what}} a expiré ou expire bientôt. Remplacez le fichier\u00a0; aucun redémarrage n'est nécessaire.",
    "tls-file": "Un fichier de certificats ou de clés est inutilisable. Appelez le biomédical.",
    "clock-early":
      "L'horloge de cet appareil est fausse\u00a0: les captures reçoivent une heure fausse. Réglez l'horloge, ou connectez un serveur de temps.",
    "clock-stepped":
      "L'horloge a été réglée\u00a0: les heures des captures d'avant et d'après ne concordent pas. Vérifiez l'heure et le serveur de temps.",
    "clock-unsynchronised":
      "L'horloge n'est pas synchronisée avec un serveur de temps\u00a0: les heures des captures peuvent être décalées. Vérifiez le réseau.",
    "disk-full":
      "Le disque est plein\u00a0: plus de nouveaux clips\u00a0; les images sont encore gardées. Laissez partir les captures en attente, ou appelez le biomédical.",
    "disk-90":
      "Le disque est presque plein. Bientôt aucun clip ne pourra être enregistré. Laissez partir les captures en attente, ou appelez le biomédical.",
    "disk-80": "Le disque est plein à plus de 80\u00a0%.",
    "disk-nothing-to-delete":
      "Le disque est trop plein, et plus rien ne peut y être effacé\u00a0: l'arrivée du reste n'est pas prouvée. Voyez dans Envois ce qui attend.",
    store:
      "La vérification du stockage a trouvé des problèmes. Appelez le biomédical\u00a0; rien ne doit être effacé avant.",
    source: "{{what}}\u00a0: l'image n'est pas comme elle devrait être.",
    mute: "Les alarmes n'atteignent pas leurs destinataires. Appelez le biomédical.",
  },
  reasons: {
    "110500": "Annulée par le médecin",
    "110501": "Panne d'équipement",
    "110502": "Intervention prescrite incorrecte",
    "110504": "Patient décédé",
    "110505": "Le patient a refusé de poursuivre",
    "110506": "Patient emmené pour un traitement ou une opération",
    "110507": "Patient non présenté",
    "110509": "Intervention changée pour une facturation correcte",
    "110510": "Demande en double",
    "110511": "Annulée par l'unité de soins",
    "110512": "Côté prescrit incorrect",
    "110513": "Interrompue sans raison précisée",
    "110515": "L'état du patient n'a pas permis de poursuivre",
    "110516": "Changement d'équipement",
  },
  problemAreas: {
    source: "Une source vidéo ne donne pas d'image, ou moins que demandé.",
    delivery: "Il y a un problème d'envoi. Voyez Envois.",
    worklist: "La liste de travail est injoignable. La liste date d'avant.",
    storage: "Il y a un problème de stockage. Appelez le biomédical.",
    dicom: "D'autres systèmes n'obtiennent pas de réponse sur un port de cet appareil. Appelez le biomédical.",
    triggers: "Une pédale, un bouton ou un lecteur n'est pas entendu. Appelez le biomédical.",
    sounds: "L'appareil ne joue pas de sons. Appelez le biomédical.",
  },
};

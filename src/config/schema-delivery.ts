/** Where captures go, how long they are kept here, and who is told when something is wrong. */
import { Type } from "typebox";
import { closed, optionalPath, section } from "./schema-parts.ts";

const nodeNames = (description: string, minItems: number) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 32 }), {
    ...(minItems === 0 ? { default: [] } : {}),
    minItems,
    maxItems: 16,
    uniqueItems: true,
    description,
  });
const anyOf = (description: string) =>
  Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 324 }), {
      minItems: 1,
      maxItems: 200,
      uniqueItems: true,
      description,
    }),
  );

const targets = {
  to: nodeNames("The names of the nodes that must have it.", 1),
  secondary: nodeNames("The names of nodes that get a copy as well, after the others.", 0),
  secondaryAfterMinutes: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 10_080,
      description:
        "The secondaries stand by: they get it only when no node of `to` has taken it for so long, in minutes. Without it they get a copy at once.",
    }),
  ),
} as const;

const rule = closed(
  {
    name: Type.String({ minLength: 1, maxLength: 64, description: "What people call this rule." }),
    when: section(
      {
        sources: anyOf("Captures of these sources (their ids)."),
        deviceProfiles: anyOf("Captures with these device profiles."),
        modalities: anyOf("Captures of these modalities, such as GM."),
        procedureCodes: anyOf(
          "Procedures with one of these codes, requested or scheduled: the value, or value^scheme as in 397391009^SCT.",
        ),
        requestingServices: anyOf("Procedures requested by these departments (Requesting Service of the order)."),
        recipients: anyOf("Procedures whose order names one of these recipients, in routing.recipientAttribute."),
      },
      "All conditions that are given must hold; without any the rule always holds.",
    ),
    ...targets,
  },
  "One rule.",
);

export const routing = section(
  {
    rules: Type.Array(rule, {
      default: [],
      maxItems: 64,
      description: "Each capture goes where all the rules that hold say together.",
    }),
    otherwise: Type.Optional(
      closed(targets, "Where captures go of which no rule speaks. Without it: to every node with the role storage."),
    ),
    recipientAttribute: Type.Enum(
      [
        "NamesOfIntendedRecipientsOfResults",
        "RequestedProcedureComments",
        "ReasonForTheRequestedProcedure",
        "CurrentPatientLocation",
      ],
      {
        default: "NamesOfIntendedRecipientsOfResults",
        description: "The attribute of the order that names another recipient, such as another hospital's archive.",
      },
    ),
  },
  "Which nodes a capture is sent to.",
);

export const retention = section(
  {
    keepDays: Type.Integer({
      default: 30,
      minimum: 1,
      maximum: 3650,
      description: "Captures that are safe elsewhere are kept on this box for so many days, and then removed.",
    }),
    deleteAbovePercent: Type.Integer({
      default: 80,
      minimum: 10,
      maximum: 95,
      description: "Above this use of the disk captures that are safe elsewhere are removed earlier, oldest first.",
    }),
    withoutProof: Type.Enum(["keep", "delete"], {
      default: "keep",
      description:
        "What is done with captures of which one of their nodes can neither commit nor be queried: keep (nothing is removed) or delete (its answer to the transfer is enough).",
    }),
  },
  "How long captures stay on this box. What is not settled is never removed.",
);

const webhook = closed(
  {
    url: Type.String({
      pattern: "^https?://[^\\s@#]+$",
      maxLength: 1024,
      patternErrorMessage: "must be an address beginning with http:// or https://, without user or #",
      description: "Where a JSON message is posted to. It holds no patient data.",
    }),
    tokenFile: optionalPath("A file with the bearer token."),
    caFile: optionalPath("The certificates (PEM) of the authorities to trust. Without it: those of the system."),
  },
  "A web address that is told of alarms.",
);

const address = {
  minLength: 3,
  maxLength: 254,
  pattern: "^[^\\s@<>]+@[^\\s@<>]+$",
  patternErrorMessage: "must be an e-mail address",
};

const email = closed(
  {
    host: Type.String({ minLength: 1, maxLength: 253, description: "The mail server." }),
    port: Type.Integer({ default: 587, minimum: 1, maximum: 65535, description: "Its port." }),
    security: Type.Enum(["none", "starttls", "tls"], {
      default: "starttls",
      description: "none, starttls (port 587) or tls (port 465).",
    }),
    user: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: "The user to log in as." })),
    passwordFile: optionalPath("A file with the password."),
    caFile: optionalPath("The certificates (PEM) of the authorities to trust. Without it: those of the system."),
    from: Type.String({ ...address, description: "The sender's address." }),
    to: Type.Array(Type.String(address), { minItems: 1, maxItems: 20, description: "Who gets the messages." }),
  },
  "People who are told of alarms by e-mail.",
);

export const alarms = section(
  {
    unsentMinutes: Type.Integer({
      default: 60,
      minimum: 1,
      maximum: 10_080,
      description: "An alarm when something waits longer than this to be sent, in minutes.",
    }),
    unprovenHours: Type.Integer({
      default: 24,
      minimum: 1,
      maximum: 720,
      description: "An alarm when something was sent so long ago and the archive has not confirmed it, in hours.",
    }),
    certificateDays: Type.Integer({
      default: 30,
      minimum: 1,
      maximum: 365,
      description: "A warning so many days before a certificate expires.",
    }),
    clockSeconds: Type.Integer({
      default: 60,
      minimum: 1,
      maximum: 86_400,
      description: "An alarm when the clock of this box steps by more than this, in seconds.",
    }),
    webhook: Type.Optional(webhook),
    email: Type.Optional(email),
  },
  "Who is told, and when, before somebody notices. The screen and /metrics always are.",
);

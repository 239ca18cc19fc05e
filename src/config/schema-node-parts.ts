/** What one remote node may be told about besides its address. */
import { Type } from "typebox";
import { characterSets, clipRungs, defaultStillRungs, stillRungs } from "../dicom/dicom.ts";
import { closed, optionalPath, remoteHost, section, timeOfDay } from "./schema-parts.ts";

const caFile = optionalPath(
  "The certificates (PEM) of the authorities that may have signed the node's certificate. Without it: those of the system.",
);
const certificateFile = optionalPath("This box's certificate (PEM), where the node wants to know who calls.");
const keyFile = optionalPath("The key (PEM) of that certificate.");
const serverName = Type.Optional(remoteHost("The name in the node's certificate, where it is not the host."));

export const nodeTls = closed(
  { caFile, certificateFile, keyFile, serverName },
  "DIMSE over TLS 1.2 or 1.3 (BCP 195). Files are read again when they change. Without this section: no TLS.",
);

export const dicomweb = closed(
  {
    url: Type.String({
      pattern: "^https?://[^\\s@?#]+$",
      maxLength: 1024,
      patternErrorMessage:
        "must be an address beginning with http:// or https://, without user, ? or #, such as https://pacs.example/dicom-web",
      description: "The address of the node's DICOMweb service, up to where /studies begins.",
    }),
    uses: Type.Array(Type.Enum(["store", "query"]), {
      default: ["store", "query"],
      minItems: 1,
      uniqueItems: true,
      description: "What is done by DICOMweb, not DIMSE: store (STOW-RS, role storage), query (QIDO-RS, role query).",
    }),
    caFile,
    certificateFile,
    keyFile,
    serverName,
    tokenFile: optionalPath("A file with the bearer token; read again each time. Or user and passwordFile."),
    user: Type.Optional(
      Type.String({ minLength: 1, maxLength: 256, description: "The user name for basic authentication." }),
    ),
    passwordFile: optionalPath("A file with the password for basic authentication; read again each time."),
  },
  "DICOMweb as a second way to store and query. Without this section: DIMSE only.",
);

export const sending = section(
  {
    associations: Type.Integer({
      default: 2,
      minimum: 1,
      maximum: 8,
      description: "How many associations are used at the same time. With two or more, clips never hold up stills.",
    }),
    clipMegabitsPerS: Type.Optional(
      Type.Number({
        minimum: 1,
        maximum: 100_000,
        description: "Clips are sent at most this fast, in megabits a second. Without it: as fast as it goes.",
      }),
    ),
    clipsFrom: timeOfDay("Clips are sent only from this time of the day on, such as 20:00. Without it: at any time."),
    clipsUntil: timeOfDay("and until this time, such as 06:00."),
  },
  "How fast and when; for nodes with the role storage.",
);

export const encoding = section(
  {
    characterSet: Type.Enum([...characterSets], {
      default: "ISO_IR 192",
      description:
        "The character set in which this node wants text. What it cannot hold is held for a person, never changed.",
    }),
    maxInstanceBytes: Type.Integer({
      default: 2_000_000_000,
      minimum: 1_000_000,
      maximum: 4_200_000_000,
      description: "The largest instance this node takes, in bytes. Longer clips are split into parts that each play.",
    }),
    fragmentable: Type.Boolean({
      default: false,
      description:
        "Whether the node takes video in several fragments (the transfer syntaxes ending in .1): then nothing is split.",
    }),
    stills: Type.Array(Type.Enum([...stillRungs]), {
      default: [...defaultStillRungs],
      minItems: 1,
      uniqueItems: true,
      description: "How stills may be sent to this node, the preferred way first.",
    }),
    clips: Type.Array(Type.Enum([...clipRungs]), {
      default: [...clipRungs],
      minItems: 1,
      uniqueItems: true,
      description:
        "How clips may be sent to this node, the preferred way first; a further one is used when the node refuses the one before.",
    }),
  },
  "In which form the node takes instances; for nodes with the role storage.",
);

export const nodeCommitment = section(
  {
    reportWithinMinutes: Type.Integer({
      default: 60,
      minimum: 1,
      maximum: 10_080,
      description: "How long the node has to report before it is asked again, in minutes.",
    }),
    askAgain: Type.Integer({
      default: 3,
      minimum: 0,
      maximum: 100,
      description: "How often it is asked again before it is verified by query instead.",
    }),
  },
  "Storage commitment; for nodes with the role commitment.",
);

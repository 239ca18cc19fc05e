/**
 * Everything that can be set, once: the types, the check, the published JSON Schema and docs/settings.md come from here.
 * `patternErrorMessage` is what a person reads when a pattern does not match; editors with the YAML language server
 * show it too.
 */
import { type Static, Type } from "typebox";
import { capture } from "./schema-capture.ts";
import { alarms, retention, routing } from "./schema-delivery.ts";
import { nodes } from "./schema-nodes.ts";
import { aeTitle, closed, host, listenPort, longString, optionalPath, section, shortString } from "./schema-parts.ts";
import { screen } from "./schema-screen.ts";
import { sounds } from "./schema-sounds.ts";
import { sources } from "./schema-sources.ts";
import { triggers } from "./schema-triggers.ts";
import { users } from "./schema-users.ts";

const station = closed(
  {
    aeTitle: aeTitle("The AE title of this box: the name by which the archive and the worklist know it."),
    stationName: shortString("The name of this box or its room, written into every instance (Station Name)."),
    institutionName: Type.Optional(longString("The hospital, written into every instance (Institution Name).")),
    departmentName: Type.Optional(longString("The department (Institutional Department Name).")),
    serialNumber: Type.Optional(longString("The serial number of this box (Device Serial Number).")),
    uidRoot: Type.Optional(
      Type.String({
        pattern: "^([01]\\.([0-9]|[1-3][0-9])|2\\.(0|[1-9][0-9]*))(\\.(0|[1-9][0-9]*))*$",
        maxLength: 30,
        patternErrorMessage:
          "must be a UID root: numbers with dots between, no leading zeros, such as 1.2.826.0.1.3680043.10.999",
        description:
          "The site's own UID root, at most 30 characters, under which new UIDs are made. Without it UIDs are made under 2.25.",
      }),
    ),
  },
  "Who this box is.",
);

const server = section(
  {
    host: host("The address of this box on which the screen and the API are served.", "127.0.0.1"),
    port: listenPort("The TCP port of the screen and the API; 0 takes any free one.", 8400),
    allowRemote: Type.Boolean({
      default: false,
      description:
        "Must be true for a host other than loopback: whoever reaches the port may do what docs/people.md calls open to anyone at the box.",
    }),
    allowedOrigins: Type.Array(Type.String({ maxLength: 256 }), {
      default: [],
      maxItems: 16,
      description:
        "Other web addresses whose pages may use the API, such as https://or4.hospital.example. The box's own page always may.",
    }),
  },
  "Where the screen and the API are served.",
);

const storage = closed(
  {
    directory: Type.String({
      minLength: 1,
      maxLength: 1024,
      description: "The folder for the database, the captures and the instances. Relative paths start at this file.",
    }),
    minimumFreeBytes: Type.Integer({
      default: 5_000_000_000,
      minimum: 100_000_000,
      maximum: 10_000_000_000_000,
      description: "Below this much free space the screen warns and no new clip begins, in bytes.",
    }),
  },
  "Where captures are kept.",
);

const listener = section(
  {
    enabled: Type.Boolean({
      default: true,
      description: "Whether this box answers DICOM associations (C-ECHO, and the reports of storage commitment).",
    }),
    host: host("The address on which they are answered; 0.0.0.0 means every network of this box.", "127.0.0.1"),
    port: listenPort("The TCP port on which they are answered; 0 takes any free one.", 11112),
    tls: Type.Optional(
      closed(
        {
          port: listenPort("The TCP port for DICOM over TLS; 0 takes any free one.", 2762),
          certificateFile: Type.String({ minLength: 1, maxLength: 1024, description: "This box's certificate (PEM)." }),
          keyFile: Type.String({ minLength: 1, maxLength: 1024, description: "The key (PEM) of that certificate." }),
          caFile: optionalPath(
            "The certificates (PEM) of the authorities that may have signed a caller's certificate.",
          ),
          only: Type.Boolean({
            default: false,
            description: "Whether the plain port (listener.port) stays closed: nobody is answered without TLS.",
          }),
          requireClientCertificate: Type.Boolean({
            default: false,
            description: "Whether a caller without a certificate signed by one of caFile is turned away.",
          }),
        },
        "A second port for DICOM over TLS 1.2 or 1.3. Files are read again when they change. Without this section: none.",
      ),
    ),
  },
  "The DICOM port of this box, by which the hospital tests the connection and reports that instances are safe.",
);

const worklist = section(
  {
    stationAeTitle: Type.Optional(
      Type.String({
        pattern: "^(\\*|(?! )[\\x20-\\x29\\x2b-\\x3e\\x40-\\x5b\\x5d-\\x7e]+(?<! ))$",
        maxLength: 16,
        patternErrorMessage:
          'must be "*" (any station) or an AE title: 1 to 16 printable ASCII characters, no backslash, no * or ? inside, no space at either end',
        description:
          'Only procedures scheduled for this station are asked for. "*" asks for those of any station. Without it: station.aeTitle.',
      }),
    ),
    modality: Type.Optional(
      Type.String({
        pattern: "^[A-Z0-9_]+$",
        maxLength: 16,
        patternErrorMessage: "must be a modality code such as GM, ES or XC: capital letters, digits and _",
        description: "Only procedures of this modality are asked for, such as GM, ES or XC. Without it: any.",
      }),
    ),
    daysBack: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 31,
      description: "How many days before today are asked for.",
    }),
    daysAhead: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 31,
      description: "How many days after today are asked for.",
    }),
    refreshS: Type.Integer({
      default: 60,
      minimum: 10,
      maximum: 86_400,
      description: "How often the worklist is asked for again, in seconds.",
    }),
    maxItems: Type.Integer({
      default: 2000,
      minimum: 1,
      maximum: 10_000,
      description: "At most this many procedures are kept for each worklist node; reaching it is said on the screen.",
    }),
    keepHours: Type.Integer({
      default: 72,
      minimum: 1,
      maximum: 336,
      description: "How long the last list is kept and shown when the worklist cannot be reached, in hours.",
    }),
  },
  "What is asked of the nodes with the role worklist.",
);

const procedures = section(
  {
    holdWindowMinutes: Type.Integer({
      default: 10,
      minimum: 0,
      maximum: 1440,
      description:
        "How long a completed procedure waits before its instances are sent, in minutes, so that a wrong pick can be undone on this box. 0 sends at once.",
    }),
    performingPhysicians: Type.Array(
      Type.String({
        pattern: "^[^\\\\\\x00-\\x1f\\x7f]*[^\\s\\\\^=\\x00-\\x1f\\x7f][^\\\\\\x00-\\x1f\\x7f]*$",
        minLength: 1,
        maxLength: 64,
        patternErrorMessage: "must be a name as DICOM writes it, Family^Given, without backslash",
      }),
      {
        default: [],
        maxItems: 100,
        uniqueItems: true,
        description: "Names offered as performing physician beside those of the worklist, written Family^Given.",
      },
    ),
  },
  "How procedures are handled.",
);

const ffmpeg = section(
  {
    path: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1024,
        description: "The ffmpeg program. Without it: FFMPEG_PATH, then the system's ffmpeg, then ffmpeg-static.",
      }),
    ),
  },
  "The program that takes and encodes the picture.",
);

const log = section(
  {
    level: Type.Enum(["debug", "info", "warn", "error"], {
      default: "info",
      description: "How much is logged. No level logs patient data.",
    }),
    file: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1024,
        description: "A file to append to. Without it the log goes to standard output (the journal, under systemd).",
      }),
    ),
  },
  "The log.",
);

export const settingsSchema = closed(
  {
    station,
    server,
    storage,
    listener,
    nodes,
    sources,
    capture,
    triggers,
    sounds,
    screen,
    users,
    worklist,
    procedures,
    routing,
    retention,
    alarms,
    ffmpeg,
    log,
  },
  "The settings of Scopeline.",
);

/** What a settings file says, with every default filled in. */
export type SettingsFile = Static<typeof settingsSchema>;

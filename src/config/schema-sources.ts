import { Type } from "typebox";
import { closed, section } from "./schema-parts.ts";

const path = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 1024, description }));

const input = section(
  {
    via: Type.Optional(
      Type.String({
        pattern: "^[a-z0-9][a-z0-9._-]*$",
        maxLength: 64,
        patternErrorMessage: "must be the name of a file under device-profiles/, without .json",
        description:
          "The profile of the input that a model (device-profiles/models/) hangs on; without it the usual one.",
      }),
    ),
    device: Type.Optional(
      Type.String({
        pattern: "^(/|id:(usb|path):).+$",
        maxLength: 1024,
        patternErrorMessage:
          "must be a path such as /dev/video0, or a name beginning with id: as `scopeline devices` lists it",
        description:
          "The video device of this machine: id:usb:… or id:path:… as `scopeline devices` lists it, which stays when the card is plugged in again, or a path such as /dev/video0.",
      }),
    ),
    card: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 128,
        description: "The name of a DeckLink card: ffmpeg -sources decklink.",
      }),
    ),
    url: Type.Optional(
      Type.String({
        pattern: "^(rtsps?|srt|udp|rtp)://\\S+$",
        maxLength: 1024,
        patternErrorMessage: "must be an address beginning with rtsp://, rtsps://, srt://, udp:// or rtp://",
        description: "The address of a network encoder.",
      }),
    ),
    file: path("A video file that is played without end, for tests and training. Relative paths start at this file."),
    width: Type.Optional(
      Type.Integer({ minimum: 16, maximum: 8192, description: "The width to ask the device for, in pixels." }),
    ),
    height: Type.Optional(
      Type.Integer({ minimum: 16, maximum: 8192, description: "The height to ask the device for, in pixels." }),
    ),
    fps: Type.Optional(
      Type.Number({
        minimum: 1,
        maximum: 120,
        description: "The frame rate to ask the device for, in frames a second.",
      }),
    ),
    passThrough: Type.Optional(
      Type.Enum(["when-legal", "never"] as const, {
        description:
          "Of a network encoder. when-legal: clips are its own H.264 where that is legal DICOM as it comes, and the source says why where it is not; never: they are always encoded again.",
      }),
    ),
  },
  "What differs on this box from the device profile's input. At most one of device, card, url and file.",
);

const source = closed(
  {
    id: Type.String({
      pattern: "^[A-Za-z0-9_-]+$",
      maxLength: 32,
      patternErrorMessage: "must hold only letters, digits, _ and -",
      description: "A short name for this source, used in addresses and logs. No two sources share one.",
    }),
    profile: Type.String({
      pattern: "^[a-z0-9][a-z0-9._-]*$",
      maxLength: 64,
      patternErrorMessage: "must be the name of a file under device-profiles/, without .json",
      description: "The device profile: the name of a file under device-profiles/, without .json.",
    }),
    input,
    preRollSeconds: Type.Integer({
      default: 30,
      minimum: 0,
      maximum: 120,
      description:
        "How long before its press a clip may begin, and how much of the last seconds can be kept, in seconds. It takes memory: at 12 Mbit/s 1.5 MB a second.",
    }),
    lookBackSeconds: Type.Integer({
      default: 10,
      minimum: 0,
      maximum: 120,
      description:
        "How far a still can be looked back for, in seconds; never further than preRollSeconds. The last seconds are kept at full resolution; what is older is taken from the recording, and the still says so. 0: only those at full resolution.",
    }),
  },
  "One live video input.",
);

export const sources = Type.Array(source, {
  default: [],
  maxItems: 4,
  description: "The live video inputs, at most 4.",
});

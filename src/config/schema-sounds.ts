import { Type } from "typebox";
import { section } from "./schema-parts.ts";

export const sounds = section(
  {
    enabled: Type.Boolean({
      default: false,
      description:
        "Whether this box plays the sounds (saved, recording, failed) on a loudspeaker of its own. Screens are silent then.",
    }),
    device: Type.Optional(
      Type.String({
        pattern: "^[\\x21-\\x7e][\\x20-\\x7e]*$",
        maxLength: 256,
        patternErrorMessage: "must be the name of a sound device as aplay -L lists them",
        description: "The sound device, as `aplay -L` lists them. Without it: the system's default.",
      }),
    ),
    volume: Type.Integer({
      default: 70,
      minimum: 0,
      maximum: 100,
      description: "How loud, in percent. A failure is heard at 0, too.",
    }),
  },
  "The sounds that this box plays.",
);

import { Type } from "typebox";
import { section } from "./schema-parts.ts";

export const capture = section(
  {
    resumeAfterGap: Type.Boolean({
      default: true,
      description:
        "Whether a recording that the video input ended goes on in a next clip when the picture is back within 5 minutes, in the same procedure.",
    }),
    ringMegabytes: Type.Integer({
      default: 2000,
      minimum: 200,
      maximum: 64_000,
      description:
        "How much memory the pictures and clips to look back on may take, of all sources together, in megabytes. Never more than 40 % of the machine's.",
    }),
    flowMegabytesPerS: Type.Integer({
      default: 350,
      minimum: 20,
      maximum: 10_000,
      description:
        "How much video may come in, of all sources together, in megabytes a second. Beyond it the largest source shows and keeps as stills only every second frame, every third …; where fewer than about five a second would be left, it shows all and its stills come from the recording. Clips hold all.",
    }),
  },
  "How pictures are captured.",
);

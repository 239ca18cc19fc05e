import { Type } from "typebox";
import { section } from "./schema-parts.ts";

export const capture = section(
  {
    resumeAfterGap: Type.Boolean({
      default: true,
      description:
        "Whether a recording that the video input ended goes on in a next clip when the picture is back within 5 minutes, in the same procedure.",
    }),
  },
  "How pictures are captured.",
);

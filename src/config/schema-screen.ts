import { Type } from "typebox";
import { screenLanguages } from "../lib/screen-languages.ts";
import { section } from "./schema-parts.ts";

export const screen = section(
  {
    theme: Type.Enum(["dark", "bright"], {
      default: "dark",
      description:
        "How a screen looks until somebody chooses on it: dark for a dimmed operating room, bright for a lit one. Each browser remembers its own choice.",
    }),
    language: Type.Enum([...screenLanguages], {
      default: "en",
      description:
        "What a screen speaks until somebody chooses on it. The box's own log, its receipts and what other systems are told stay English. Each browser remembers its own choice.",
    }),
    panelInches: Type.Optional(
      Type.Number({
        minimum: 4,
        maximum: 100,
        description:
          "The diagonal of the panel beside the microscope, in inches: buttons are sized in millimetres by it. Without it a likely size is taken. Each browser remembers what is set on it.",
      }),
    ),
  },
  "How the screens look until somebody chooses on them.",
);

import { Type } from "typebox";
import { closed, section } from "./schema-parts.ts";

/** What a press without a screen may come from. Which key does what is learned on the box, not set here. */
export const triggers = section(
  {
    enabled: Type.Boolean({
      default: true,
      description:
        "Whether pedals, buttons and scanners are listened to. What each does is learned by pressing it (docs/triggers.md).",
    }),
    inputFolder: Type.String({
      default: "/dev/input",
      minLength: 1,
      maxLength: 1024,
      description: "The folder of the input devices (event0, event1, …).",
    }),
    gpio: Type.Array(
      closed(
        {
          chip: Type.String({
            pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*$",
            maxLength: 64,
            patternErrorMessage: "must be the name of a GPIO chip, such as gpiochip0 (gpiodetect lists them)",
            description: "The GPIO chip, such as gpiochip0.",
          }),
          line: Type.Integer({
            minimum: 0,
            maximum: 65_535,
            description: "The line of that chip the button is wired to.",
          }),
          activeLow: Type.Boolean({
            default: true,
            description: "Whether the line is low while the button is pressed, as with a button to ground.",
          }),
          bias: Type.Enum(["as-is", "pull-up", "pull-down"], {
            default: "as-is",
            description: "The chip's own resistor on that line.",
          }),
        },
        "A button wired to a line of a GPIO chip.",
      ),
      {
        default: [],
        maxItems: 16,
        description: "Buttons on GPIO lines. Which lines are buttons has to be said; what they do is learned.",
      },
    ),
  },
  "Pedals, buttons and scanners at this box.",
);

import type { Words } from "../../words-type.ts";
import type { frame as english } from "../en/frame.ts";

export const frame: Words<typeof english> = {
  nav: {
    label: "Screens",
    live: "Live",
    patient: "Patient",
    outbox: "Outbox",
    history: "History",
  },
  problems: {
    linkLost: "Screen lost contact with the recorder; recording continues",
    title: "What is wrong",
    none: "Nothing is wrong any more.",
    button_one: "{{count}} problem, show",
    button_other: "{{count}} problems, show",
    since: "since {{when}}",
    detail: "the other side: {{said}}",
  },
};

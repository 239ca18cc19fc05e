export const frame = {
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
} as const;

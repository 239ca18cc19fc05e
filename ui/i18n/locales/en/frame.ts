export const frame = {
  nav: {
    label: "Screens",
    live: "Live",
    patient: "Patient",
    outbox: "Outbox",
    history: "History",
  },
  problems: {
    healthFault:
      "The recorder cannot read its own records: what this screen shows may be old, and a press may not be saved. Call your technician.",
    linkLost: "Screen lost contact with the recorder; recording continues",
    title: "What is wrong",
    none: "Nothing is wrong any more.",
    button_one: "{{count}} problem, show",
    button_other: "{{count}} problems, show",
    since: "since {{when}}",
    detail: "the other side: {{said}}",
  },
} as const;

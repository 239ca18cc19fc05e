import type { Words } from "../../words-type.ts";
import type { frame as english } from "../en/frame.ts";

export const frame: Words<typeof english> = {
  nav: {
    label: "Schermen",
    live: "Livebeeld",
    patient: "Patiënt",
    outbox: "Uitgaand",
    history: "Historie",
  },
  problems: {
    healthFault:
      "De recorder kan zijn eigen gegevens niet lezen: wat dit scherm toont kan oud zijn, en een druk wordt misschien niet bewaard. Bel de medische techniek.",
    linkLost: "Dit scherm heeft geen contact meer met de recorder; de opname loopt door",
    title: "Wat er mis is",
    none: "Alles is weer in orde.",
    button_one: "{{count}} probleem, tonen",
    button_other: "{{count}} problemen, tonen",
    since: "sinds {{when}}",
    detail: "de andere kant: {{said}}",
  },
};

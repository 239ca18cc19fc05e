import { count } from "./words/amounts.ts";
import { capturesWords } from "./words/captures.ts";
import { deliveryWords } from "./words/delivery.ts";
import { liveWords } from "./words/live.ts";
import { patientWords } from "./words/patient.ts";
import { proceduresWords } from "./words/procedures.ts";
import { triggersWords } from "./words/triggers.ts";

export { showAgo, showBytes } from "./words/amounts.ts";

/** Every word a person reads, in one place, so that another language is one more folder like `words/`. */
export const words = {
  unreachable: "The recorder does not answer. It goes on working by itself; try again in a moment.",
  refusedWithoutReason: (status: number) =>
    `The recorder refused this without saying why (HTTP ${status}). Try again; if it stays so, call biomed.`,
  nav: { label: "Screens", live: "Live", patient: "Patient", outbox: "Outbox", history: "History" },
  linkLost: "Screen lost contact with the recorder; recording continues",
  healthFault:
    "The recorder cannot read its own records: what this screen shows may be old, and a press may not be saved. Call your technician.",
  problems: {
    title: "What is wrong",
    none: "Nothing is wrong any more.",
    button: (n: number) => `${count(n, "problem", "problems")}, show`,
    since: (when: string) => `since ${when}`,
    detail: (said: string) => `the other side: ${said}`,
  },
  back: "Back",
  close: "Close",
  cancel: "Cancel",
  more: "Show more",
  loading: "Asking the recorder…",
  ...patientWords,
  ...proceduresWords,
  ...liveWords,
  ...capturesWords,
  ...deliveryWords,
  ...triggersWords,
} as const;

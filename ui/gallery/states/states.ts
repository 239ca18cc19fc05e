import type { GalleryState } from "../state.ts";
import { frame } from "./frame.ts";
import { history, procedure } from "./history.ts";
import { live } from "./live.ts";
import { outboxStates } from "./outbox.ts";
import { patient } from "./patient.ts";
import { people } from "./people.ts";

/** Every state of every screen. */
export const states: Readonly<Record<string, readonly GalleryState[]>> = {
  live,
  patient,
  outbox: outboxStates,
  history,
  procedure,
  frame,
  people,
};

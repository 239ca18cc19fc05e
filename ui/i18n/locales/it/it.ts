import type { Locale } from "../../words-type.ts";
import { box } from "./box.ts";
import { common } from "./common.ts";
import { display } from "./display.ts";
import { frame } from "./frame.ts";
import { history } from "./history.ts";
import { live } from "./live.ts";
import { outbox } from "./outbox.ts";
import { patient } from "./patient.ts";
import { people } from "./people.ts";
import { review } from "./review.ts";
import { story } from "./story.ts";
import { time } from "./time.ts";
import { triggers } from "./triggers.ts";

export const it: Locale = {
  ...common,
  ...frame,
  ...display,
  ...patient,
  ...live,
  ...review,
  ...people,
  ...outbox,
  ...triggers,
  ...story,
  ...history,
  ...time,
  ...box,
};

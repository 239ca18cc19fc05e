import {
  Archive,
  Ban,
  Check,
  Circle,
  CircleArrowUp,
  CircleHelp,
  Hand,
  OctagonX,
  RotateCw,
  Send,
  ShieldCheck,
  Trash2,
  TriangleAlert,
  UserRound,
  Video,
} from "lucide-react";
import { dayOf, showDay, showTimeWithSeconds } from "../lib/dates.ts";
import { words } from "../words.ts";
import { byDay } from "./by-day.ts";
import { fold, type StoryLine } from "./fold.ts";
import type { StoryEvent } from "./story.ts";
import css from "./timeline.module.css";

const ICONS: Readonly<Record<string, typeof Check>> = {
  begun: UserRound,
  "patient-assigned": UserRound,
  pressed: Hand,
  "recording-started": Video,
  saved: Check,
  failed: OctagonX,
  deleted: Trash2,
  completed: Check,
  released: Send,
  attempt: RotateCw,
  stored: CircleArrowUp,
  delivery: TriangleAlert,
  "commitment-requested": CircleHelp,
  "commitment-expired": CircleHelp,
  "commitment-failed": TriangleAlert,
  committed: ShieldCheck,
  removed: Archive,
  cancelled: Ban,
};

interface TimelineProps {
  readonly events: readonly StoryEvent[];
  readonly leftOut: number;
}

/** What happened, in order, with the time of each; the other side's own words under it. */
export function Timeline({ events, leftOut }: TimelineProps) {
  return (
    <div className={css.timeline} data-testid="timeline">
      {byDay(fold(events)).map(({ day, lines }) => (
        <section key={day}>
          <h3 className={css.day}>{day}</h3>
          <ol>
            {lines.map((line) => (
              <Entry key={`${line.event.at} ${line.event.what} ${line.event.words}`} line={line} />
            ))}
          </ol>
        </section>
      ))}
      {leftOut > 0 ? <p className={css.quiet}>{words.story.leftOut(leftOut)}</p> : null}
    </div>
  );
}

function Entry({ line: { event, times, lastAt } }: { readonly line: StoryLine }) {
  const Icon = ICONS[event.what] ?? Circle;
  return (
    <li className={css.entry} data-testid="story-event" data-what={event.what}>
      <time className={css.time}>{showTimeWithSeconds(event.at)}</time>
      <Icon className={css[event.what]} aria-hidden />
      <div className={css.words}>
        <p>{event.words}</p>
        {event.detail ? <p className={css.quiet}>{event.detail}</p> : null}
        {times > 1 ? (
          <p className={css.quiet}>
            {words.story.again(times, `${showDay(dayOf(lastAt))} ${showTimeWithSeconds(lastAt)}`)}
          </p>
        ) : null}
      </div>
    </li>
  );
}

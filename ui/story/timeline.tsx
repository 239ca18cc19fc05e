import { t } from "../i18n/i18n.ts";
import { showTimeWithSeconds } from "../lib/dates.ts";
import { byDay, type StoryEvent } from "./by-day.ts";
import css from "./timeline.module.css";

interface TimelineProps {
  readonly events: readonly StoryEvent[];
  readonly leftOut: number;
}

/** What happened, in order, with the time of each and where the audit has it. */
export function Timeline({ events, leftOut }: TimelineProps) {
  return (
    <section className={css.timeline} aria-label={t("story.whatHappened")} data-testid="timeline">
      {byDay(events).map(({ day, events: own }) => (
        <div key={day}>
          <h3 className={css.day}>{day}</h3>
          <ol>
            {own.map((event) => (
              <Entry key={`${event.at} ${event.rows} ${event.words}`} event={event} />
            ))}
          </ol>
        </div>
      ))}
      {leftOut > 0 ? <p className={css.quiet}>{t("story.leftOut", { count: leftOut })}</p> : null}
    </section>
  );
}

function Entry({ event: { at, words: text, actor, rows } }: { readonly event: StoryEvent }) {
  const source = [actor ? t("story.by", { actor }) : "", rows ? t("story.row", { rows }) : ""]
    .filter(Boolean)
    .join(" · ");
  return (
    <li className={css.entry} data-testid="story-event">
      <time className={css.time}>{showTimeWithSeconds(at)}</time>
      <p className={css.words}>
        <bdi>{text}</bdi> {source ? <small className={css.quiet}>{source}</small> : null}
      </p>
    </li>
  );
}

import { CircleHelp, Gauge, LoaderCircle, Snowflake, TriangleAlert, Unplug, VideoOff, WifiOff } from "lucide-react";
import type { SourceState } from "../../src/api/schemas.ts";
import { t } from "../i18n/i18n.ts";
import { shownFinding } from "../i18n/said-by-box.ts";
import { showList } from "../lib/amounts.ts";
import { showTimeWithSeconds } from "../lib/dates.ts";
import css from "./live-picture.module.css";
import type { LiveState } from "./live-state.ts";
import type { Picture } from "./picture.ts";
import { RunningTime } from "./record-button.tsx";

interface LivePictureProps {
  readonly picture: Picture;
  readonly state: LiveState;
  readonly source: SourceState | undefined;
  readonly recording: boolean;
  /** When the running clip was begun, box time; null: none runs, or the box has not told of it yet. */
  readonly recordingSince: number | null;
  /** Changes with each press: the border flashes. */
  readonly flash: number;
}

const looks = {
  connecting: { Icon: LoaderCircle, tone: css.notice, title: "live.connecting" },
  "no-source": { Icon: CircleHelp, tone: css.caution, title: "live.noSource" },
  "no-signal": { Icon: Unplug, tone: css.caution, title: "live.noSignal" },
  starting: { Icon: LoaderCircle, tone: css.notice, title: "live.starting" },
  restarting: { Icon: LoaderCircle, tone: css.notice, title: "live.restarting" },
  refused: { Icon: VideoOff, tone: css.caution, title: "live.refused" },
  frozen: { Icon: Snowflake, tone: css.caution, title: "live.frozen" },
  "link-lost": { Icon: WifiOff, tone: css.caution, title: "live.linkLost" },
} as const satisfies Record<Exclude<LiveState, "live">, unknown>;

/** The picture, and in plain words over it whatever makes it not the live one. */
export function LivePicture({ picture, state, source, recording, recordingSince, flash }: LivePictureProps) {
  const black = state === "no-signal" || state === "restarting" || state === "refused" || state === "no-source";
  const classes = [css.frame, recording ? css.recording : "", state === "live" ? "" : css.stale];
  return (
    <div className={classes.filter(Boolean).join(" ")} data-theme="dark" data-testid="live-picture" data-state={state}>
      <canvas
        ref={picture.canvas}
        className={black ? css.black : css.canvas}
        width={960}
        height={540}
        role="img"
        aria-label={state === "live" ? t("live.picture") : t(looks[state].title)}
        data-testid="live-canvas"
      />
      {state === "live" || state === "frozen" ? <Findings source={source} picture={picture} /> : null}
      {state === "live" ? null : <Doubt state={state} source={source} />}
      {recording ? (
        <p className={css.rec} data-testid="rec">
          <i aria-hidden /> {t("press.recording")}{" "}
          {recordingSince === null ? null : <RunningTime since={recordingSince} />}
        </p>
      ) : null}
      {source ? (
        <p className={css.source} title={source.passThrough?.because ?? undefined}>
          <bdi>{source.name}</bdi>
          {source.untested.length > 0 ? (
            <em title={t("live.untestedMeans", { paths: showList(source.untested) })} data-testid="untested">
              {" "}
              {t("live.untested")}
            </em>
          ) : null}
        </p>
      ) : null}
      {flash > 0 ? <div key={flash} className={css.flash} aria-hidden /> : null}
    </div>
  );
}

/** What is wrong with a picture that does come. That it stands still is said over it. */
function Findings({ source, picture }: Pick<LivePictureProps, "source" | "picture">) {
  const findings = source?.findings.filter(({ id }) => id !== "frozen" && id !== "overload") ?? [];
  if (findings.length === 0 && !picture.reduced) return null;
  return (
    <div className={css.findings} role="status">
      <ul>
        {findings.map(({ id, level, message }) => (
          <li key={id} className={css[level]} data-testid="finding" data-finding={id}>
            <TriangleAlert aria-hidden /> <span>{shownFinding({ id, message })}</span>
          </li>
        ))}
        {picture.reduced ? (
          <li className={css.notice} data-testid="preview-reduced">
            <Gauge aria-hidden /> <strong>{t("live.reduced")}</strong>{" "}
            <span>{shownFinding({ id: "overload", message: source?.preview.reduced ?? "" })}</span>
          </li>
        ) : null}
      </ul>
    </div>
  );
}

function Doubt({ state, source }: { readonly state: keyof typeof looks; readonly source: SourceState | undefined }) {
  const { Icon, tone, title } = looks[state];
  const last = source?.lastFrameAt ?? null;
  return (
    <div className={`${css.doubt} ${tone}`} role="alert">
      <Icon aria-hidden />
      <strong>{t(title)}</strong>
      {explain(state, source) ? <span dir="auto">{explain(state, source)}</span> : null}
      {state === "no-signal" && last !== null ? (
        <span>{t("live.lastPicture", { time: showTimeWithSeconds(last) })}</span>
      ) : null}
    </div>
  );
}

function explain(state: keyof typeof looks, source: SourceState | undefined): string | null {
  const standsStill = source?.findings.find(({ id }) => id === "frozen");
  if (state === "frozen") return standsStill ? shownFinding(standsStill) : t("live.frozenMeans");
  if (state === "link-lost") return t("live.linkLostMeans");
  return source?.message ?? null;
}

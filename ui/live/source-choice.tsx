import type { SourceState } from "../../src/api/schemas.ts";
import { t } from "../i18n/i18n.ts";
import { Choice } from "../kit/choice.tsx";
import css from "./source-choice.module.css";

interface SourceChoiceProps {
  readonly sources: readonly SourceState[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}

/** Which input is on the screen, and which of them records; not there when there is only one. */
export function SourceChoice({ sources, chosen, onChoose }: SourceChoiceProps) {
  if (sources.length < 2) return null;
  return (
    <Choice
      className={css.choice}
      label={t("live.choose")}
      options={sources.map(({ id, name, recordingCaptureId }) => ({
        id,
        words: recordingCaptureId === null ? name : `${name} · ${t("press.recording")}`,
      }))}
      chosen={chosen ?? null}
      onChoose={onChoose}
    />
  );
}

import type { SourceState } from "../../src/api/schemas.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import css from "./source-choice.module.css";

interface SourceChoiceProps {
  readonly sources: readonly SourceState[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}

/** Which input is on the screen; not there when there is only one. */
export function SourceChoice({ sources, chosen, onChoose }: SourceChoiceProps) {
  if (sources.length < 2) return null;
  return (
    <fieldset className={css.choice}>
      <legend className="out-of-sight">{t("live.choose")}</legend>
      {sources.map(({ id, name }) => (
        <Button key={id} aria-pressed={id === chosen} onClick={() => onChoose(id)}>
          {name}
        </Button>
      ))}
    </fieldset>
  );
}

import type { SourceState } from "../../src/api/schemas.ts";
import { Button } from "../kit/button.tsx";
import { words } from "../words.ts";
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
    <fieldset className={css.choice}>
      <legend className="out-of-sight">{words.live.choose}</legend>
      {sources.map(({ id, name, recordingCaptureId }) => (
        <Button key={id} aria-pressed={id === chosen} onClick={() => onChoose(id)}>
          {recordingCaptureId === null ? name : `${name} · ${words.recording}`}
        </Button>
      ))}
    </fieldset>
  );
}

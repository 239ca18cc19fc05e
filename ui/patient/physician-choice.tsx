import { ArrowLeft } from "lucide-react";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { nameInLine } from "../lib/names.ts";
import css from "./physician-choice.module.css";

interface PhysicianChoiceProps {
  readonly names: readonly string[];
  readonly chosen: string;
  readonly onChoose: (name: string) => void;
  readonly onBack: () => void;
}

/** The second of the two taps: everybody the worklist or the settings know, and nobody. */
export function PhysicianChoice({ names, chosen, onChoose, onBack }: PhysicianChoiceProps) {
  return (
    <main className={css.screen}>
      <h1 className={css.title}>{t("confirm.choosePhysician")}</h1>
      {names.length === 0 ? <p>{t("confirm.noPhysicians")}</p> : null}
      <div className={css.names}>
        {["", ...names].map((name) => (
          <Button key={name} aria-pressed={name === chosen} onClick={() => onChoose(name)} data-testid="physician">
            <bdi>{nameInLine(name) || t("confirm.physicianUnknown")}</bdi>
          </Button>
        ))}
      </div>
      <div>
        <Button icon={<ArrowLeft aria-hidden />} onClick={onBack}>
          {t("common.back")}
        </Button>
      </div>
    </main>
  );
}

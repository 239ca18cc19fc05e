import { ArrowLeft } from "lucide-react";
import { useState } from "react";
import type { Worklist, WorklistEntry } from "../../src/api/schemas.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import type { Action } from "../kit/use-action.ts";
import { nameInLine } from "../lib/names.ts";
import css from "./confirm.module.css";
import { alikeBy, byTime, samePatient } from "./entry.ts";
import { Identity } from "./identity.tsx";
import { ItemChoice } from "./item-choice.tsx";
import { PhysicianChoice } from "./physician-choice.tsx";

export interface Chosen {
  readonly worklistItemIds: string[];
  readonly performingPhysicianName: string;
  readonly timeOutConfirmed: boolean;
}

interface ConfirmProps {
  readonly entry: WorklistEntry;
  readonly list: Worklist | undefined;
  /** Pictures are already there and get this patient. */
  readonly assigning: boolean;
  readonly action: Action;
  readonly onTake: (chosen: Chosen) => void;
  readonly onOther: () => void;
}

/** The box takes no more in one procedure. */
const MOST_ITEMS = 8;

/** The time-out: two identifiers, the procedure and the side, over the whole screen. A prompt, never a gate. */
export function Confirm({ entry, list, assigning, action, onTake, onOther }: ConfirmProps) {
  const [ids, setIds] = useState<readonly string[]>([entry.id]);
  const [physician, setPhysician] = useState(entry.performingPhysicianName);
  const [choosing, setChoosing] = useState(false);
  const others = (list?.entries ?? []).filter((one) => one.id !== entry.id && samePatient(one.patient, entry.patient));
  const alike = alikeBy(entry);
  const name = nameInLine(entry.patient.patientName) || t("patient.nameUnknown");
  const take = (timeOutConfirmed: boolean) => () =>
    onTake({ worklistItemIds: [...ids], performingPhysicianName: physician, timeOutConfirmed });

  if (choosing) {
    return (
      <PhysicianChoice
        names={list?.performingPhysicians ?? []}
        chosen={physician}
        onBack={() => setChoosing(false)}
        onChoose={(chosen) => {
          setPhysician(chosen);
          setChoosing(false);
        }}
      />
    );
  }
  return (
    <main className={css.confirm} data-testid="confirm">
      <div className={css.body}>
        <div className={css.left}>
          <h1 className={css.title}>{t("confirm.title")}</h1>
          <p className={css.prompt}>{t("confirm.prompt")}</p>
          <Identity patient={entry.patient} />
          {alike === null ? null : (
            <Notice level="caution">
              {alike === "name" ? t("confirm.similar", { count: entry.lookAlikes.length }) : t("confirm.sameBirth")}
            </Notice>
          )}
        </div>
        <div className={css.right}>
          <ItemChoice
            entries={byTime([entry, ...others])}
            chosen={ids}
            full={ids.length >= MOST_ITEMS}
            onChange={setIds}
          />
          <section className={css.physician}>
            <p>
              <small>{t("confirm.physician")}</small>
              <bdi>{nameInLine(physician) || t("confirm.physicianUnknown")}</bdi>
            </p>
            <Button onClick={() => setChoosing(true)} data-testid="change-physician">
              {t("confirm.change")}
            </Button>
          </section>
        </div>
      </div>
      {action.error ? <Notice level="caution">{action.error}</Notice> : null}
      <div className={css.actions}>
        <Button icon={<ArrowLeft aria-hidden />} onClick={onOther}>
          {t("confirm.other")}
        </Button>
        <Button look="quiet" disabled={action.busy} onClick={take(false)} data-testid="confirm-start-unchecked">
          {assigning ? t("confirm.assignUnchecked") : t("confirm.startUnchecked")}
        </Button>
        <Button
          className={css.start}
          look="primary"
          disabled={action.busy}
          onClick={take(true)}
          data-testid="confirm-start"
        >
          {assigning ? t("confirm.assign", { name }) : t("confirm.start", { name })}
        </Button>
      </div>
    </main>
  );
}

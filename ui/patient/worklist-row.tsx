import { TriangleAlert } from "lucide-react";
import type { WorklistEntry } from "../../src/api/schemas.ts";
import { t } from "../i18n/i18n.ts";
import { parseDay, showBirth, showDay, showTm } from "../lib/dates.ts";
import { showName } from "../lib/names.ts";
import { boxNow } from "../lib/now.ts";
import { alikeBy, procedureOf, sideOf } from "./entry.ts";
import css from "./worklist-row.module.css";

interface WorklistRowProps {
  readonly entry: WorklistEntry;
  readonly withDate: boolean;
  readonly disabled: boolean;
  readonly onTap: () => void;
}

/** One scheduled step: when, who, born, number, what and which side. Names wrap; they are never cut. */
export function WorklistRow({ entry, withDate, disabled, onTap }: WorklistRowProps) {
  const { patient } = entry;
  const name = showName(patient.patientName);
  const side = sideOf(entry);
  const alike = alikeBy(entry);
  const day = withDate ? parseDay(entry.startDate) : null;
  return (
    <button
      type="button"
      className={css.row}
      disabled={disabled}
      onClick={onTap}
      data-testid="worklist-row"
      data-item-id={entry.id}
    >
      <span className={css.time}>
        {day ? <small>{showDay(day)}</small> : null}
        {showTm(entry.startTime) || <small>{t("list.noTime")}</small>}
      </span>
      <span className={css.who}>
        <bdi className={css.name}>{name.main || t("patient.nameUnknown")}</bdi>
        {name.also.length > 0 ? (
          <small>
            {name.also.map((also) => (
              <bdi key={also}>{also} </bdi>
            ))}
          </small>
        ) : null}
        {alike ? (
          <b className={css.alike}>
            <TriangleAlert aria-hidden /> {alike === "name" ? t("list.similar") : t("list.sameBirth")}
          </b>
        ) : null}
      </span>
      <span className={css.born}>
        <bdi>{showBirth(patient.patientBirthDate, boxNow()) ?? t("patient.bornUnknown")}</bdi>
        <small>{patient.patientSex ? t(`patient.sex.${patient.patientSex}`) : t("patient.sexUnknown")}</small>
      </span>
      <span className={css.id}>
        {patient.patientId ? (
          <>
            <small>{t("patient.id")}</small>
            <bdi>{patient.patientId}</bdi>
          </>
        ) : (
          t("patient.idUnknown")
        )}
      </span>
      <span className={css.what}>
        <b className={side ? css.side : css.noSide}>{side ? t(`side.${side}`) : t("side.unknown")}</b>
        <span dir="auto">{procedureOf(entry)}</span>
        {entry.scheduledStationAeTitle ? <small>{entry.scheduledStationAeTitle}</small> : null}
      </span>
    </button>
  );
}

import type { Patient } from "../../src/api/schemas.ts";
import { t } from "../i18n/i18n.ts";
import { showBirth } from "../lib/dates.ts";
import { showName } from "../lib/names.ts";
import { boxNow } from "../lib/now.ts";
import css from "./identity.module.css";

/** The identifiers to be compared, as large as the panel lets them be. */
export function Identity({ patient }: { readonly patient: Patient }) {
  const name = showName(patient.patientName);
  const birth = showBirth(patient.patientBirthDate, boxNow());
  return (
    <div className={css.identity}>
      <p className={css.name} data-whole>
        <bdi>{name.main || t("patient.nameUnknown")}</bdi>
        {name.also.map((also) => (
          <bdi key={also} className={css.also}>
            {also}
          </bdi>
        ))}
      </p>
      <dl className={css.facts} data-whole>
        <div>
          <dt>{t("patient.born")}</dt>
          <dd>
            <bdi>{birth ?? t("patient.bornUnknown")}</bdi>
          </dd>
        </div>
        <div>
          <dt>{t("patient.id")}</dt>
          <dd>
            <bdi>{patient.patientId || t("patient.idUnknown")}</bdi>
          </dd>
        </div>
      </dl>
      <p>{patient.patientSex ? t(`patient.sex.${patient.patientSex}`) : t("patient.sexUnknown")}</p>
    </div>
  );
}

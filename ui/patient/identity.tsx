import type { Patient } from "../../src/api/schemas.ts";
import { showBirth } from "../lib/dates.ts";
import { showName } from "../lib/names.ts";
import { boxNow } from "../lib/now.ts";
import { words } from "../words.ts";
import css from "./identity.module.css";

/** The identifiers to be compared, as large as the panel lets them be. */
export function Identity({ patient }: { readonly patient: Patient }) {
  const name = showName(patient.patientName);
  const birth = showBirth(patient.patientBirthDate, boxNow());
  return (
    <div className={css.identity}>
      <p className={css.name}>
        <bdi>{name.main || words.patient.nameUnknown}</bdi>
        {name.also.map((also) => (
          <bdi key={also} className={css.also}>
            {also}
          </bdi>
        ))}
      </p>
      <dl className={css.facts}>
        <div>
          <dt>{words.patient.born}</dt>
          <dd>{birth ?? words.patient.bornUnknown}</dd>
        </div>
        <div>
          <dt>{words.patient.id}</dt>
          <dd>{patient.patientId || words.patient.idUnknown}</dd>
        </div>
      </dl>
      <p>{patient.patientSex ? words.patient.sex[patient.patientSex] : words.patient.sexUnknown}</p>
    </div>
  );
}

import { TriangleAlert, UserRoundSearch } from "lucide-react";
import type { CSSProperties } from "react";
import type { Procedure } from "../../src/api/schemas.ts";
import { Button } from "../kit/button.tsx";
import { showBirth } from "../lib/dates.ts";
import { showName } from "../lib/names.ts";
import { boxNow } from "../lib/now.ts";
import { go } from "../lib/route.ts";
import { words } from "../words.ts";
import css from "./banner.module.css";

type Shown = Omit<Procedure, "captures">;

/** Who is on the table; on every screen of one patient and on no screen of several. `undefined`: nobody yet. */
export function Banner({ procedure }: { readonly procedure: Shown | undefined }) {
  const { patient } = words;
  if (!procedure?.patient) {
    return (
      <header className={`${css.banner} ${css.none}`} data-testid="patient-banner">
        <TriangleAlert aria-hidden />
        <p className={css.noneWords}>
          <strong>{patient.none}</strong> <span>{patient.noneMeans}</span>
        </p>
        <Button
          look="caution"
          icon={<UserRoundSearch aria-hidden />}
          onClick={() => go(procedure ? { screen: "patient", assignTo: procedure.id } : { screen: "patient" })}
        >
          {patient.choose}
        </Button>
      </header>
    );
  }
  return <PatientBanner procedure={procedure} patient={procedure.patient} />;
}

function PatientBanner({ procedure, patient }: { procedure: Shown; patient: NonNullable<Procedure["patient"]> }) {
  const name = showName(patient.patientName);
  const main = name.main || words.patient.nameUnknown;
  const birth = showBirth(patient.patientBirthDate, boxNow());
  const side = procedure.laterality ? words.side[procedure.laterality] : null;
  const classes = `${css.banner} ${procedure.temporaryIdentity ? css.temporary : ""}`;
  return (
    <header className={classes} data-testid="patient-banner">
      <div className={css.name} style={{ "--letters": Math.max(12, main.length) } as CSSProperties}>
        <bdi className={css.main}>{main}</bdi>
        {procedure.temporaryIdentity ? <strong className={css.tag}>{words.patient.temporary}</strong> : null}
        {name.also.length > 0 ? (
          <span className={css.also}>
            {name.also.map((also) => (
              <bdi key={also}>{also}</bdi>
            ))}
          </span>
        ) : null}
      </div>
      <div className={css.facts}>
        <p className={css.identity}>
          {birth ? (
            <span>
              <small>{words.patient.born}</small> <b>{birth}</b>
            </span>
          ) : (
            <b>{words.patient.bornUnknown}</b>
          )}
          <b>{patient.patientSex ? words.patient.sex[patient.patientSex] : words.patient.sexUnknown}</b>
          {patient.patientId ? (
            <span>
              <small>{words.patient.id}</small> <b>{patient.patientId}</b>
            </span>
          ) : (
            <b>{words.patient.idUnknown}</b>
          )}
        </p>
        <p className={css.procedure}>
          <strong className={side ? css.side : css.noSide}>{side ?? words.sideUnknown}</strong>
          <span>{procedure.description || words.patient.procedureUnknown}</span>
        </p>
      </div>
      {procedure.temporaryIdentity ? (
        <Button
          look="caution"
          icon={<UserRoundSearch aria-hidden />}
          onClick={() => go({ screen: "patient", assignTo: procedure.id })}
        >
          {words.patient.match}
        </Button>
      ) : null}
    </header>
  );
}

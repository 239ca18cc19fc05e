import { TriangleAlert, UserRoundSearch } from "lucide-react";
import type { CSSProperties } from "react";
import type { Procedure } from "../../src/api/schemas.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { showBirth } from "../lib/dates.ts";
import { showName } from "../lib/names.ts";
import { boxNow } from "../lib/now.ts";
import { go } from "../lib/route.ts";
import css from "./banner.module.css";

type Shown = Omit<Procedure, "captures">;

/** Who is on the table; on every screen of one patient and on no screen of several. `undefined`: nobody yet. */
export function Banner({ procedure }: { readonly procedure: Shown | undefined }) {
  if (!procedure?.patient) {
    return (
      <header className={`${css.banner} ${css.none}`} data-whole data-testid="patient-banner">
        <TriangleAlert aria-hidden />
        <p className={css.noneWords}>
          <strong>{t("patient.none")}</strong> <span>{t("patient.noneMeans")}</span>
        </p>
        <Button
          look="caution"
          icon={<UserRoundSearch aria-hidden />}
          onClick={() => go(procedure ? { screen: "patient", assignTo: procedure.id } : { screen: "patient" })}
        >
          {t("patient.choose")}
        </Button>
      </header>
    );
  }
  return <PatientBanner procedure={procedure} patient={procedure.patient} />;
}

function PatientBanner({ procedure, patient }: { procedure: Shown; patient: NonNullable<Procedure["patient"]> }) {
  const name = showName(patient.patientName);
  const main = name.main || t("patient.nameUnknown");
  const birth = showBirth(patient.patientBirthDate, boxNow());
  const side = procedure.laterality ? t(`side.${procedure.laterality}`) : null;
  const classes = `${css.banner} ${procedure.temporaryIdentity ? css.temporary : ""}`;
  return (
    <header className={classes} data-whole data-testid="patient-banner">
      <div className={css.name} style={{ "--letters": Math.max(12, main.length) } as CSSProperties}>
        <bdi className={css.main}>{main}</bdi>
        {procedure.temporaryIdentity ? <strong className={css.tag}>{t("patient.temporary")}</strong> : null}
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
              <small>{t("patient.born")}</small>{" "}
              <bdi>
                <b>{birth}</b>
              </bdi>
            </span>
          ) : (
            <b>{t("patient.bornUnknown")}</b>
          )}
          <b>{patient.patientSex ? t(`patient.sex.${patient.patientSex}`) : t("patient.sexUnknown")}</b>
          {patient.patientId ? (
            <span>
              <small>{t("patient.id")}</small>{" "}
              <bdi>
                <b>{patient.patientId}</b>
              </bdi>
            </span>
          ) : (
            <b>{t("patient.idUnknown")}</b>
          )}
        </p>
        <p className={css.procedure}>
          <strong className={side ? css.side : css.noSide}>{side ?? t("side.unknown")}</strong>
          <span dir="auto">{procedure.description || t("patient.procedureUnknown")}</span>
        </p>
      </div>
      {procedure.temporaryIdentity ? (
        <Button
          look="caution"
          icon={<UserRoundSearch aria-hidden />}
          onClick={() => go({ screen: "patient", assignTo: procedure.id })}
        >
          {t("patient.match")}
        </Button>
      ) : null}
    </header>
  );
}

import type { Procedure } from "../../src/api/schemas.ts";
import { useProcedure, useProcedures } from "../api/queries.ts";
import { CaptureTile } from "../captures/tile.tsx";
import { useDeliveryNotes } from "../captures/use-delivery-notes.ts";
import { t } from "../i18n/i18n.ts";
import { nameInLine } from "../lib/names.ts";
import { useNow } from "../lib/now.ts";
import { go } from "../lib/route.ts";
import { HoldCard } from "./hold-card.tsx";
import css from "./tray.module.css";

/** How long a sent procedure stays in sight when nothing new is begun. */
const SHOWN_MS = 60 * 60_000;

/** While nothing is open: what became of the procedure before, waiting in its hold window or on its way. */
export function LastProcedure() {
  const newest = useProcedures({ limit: 1 }).data?.procedures[0];
  const now = useNow(60_000);
  const recent = newest?.state === "released" && now - (newest.releasedAt ?? 0) < SHOWN_MS;
  const { data } = useProcedure(recent ? newest.id : null);
  if (newest?.state === "completed") return <HoldCard key={newest.id} procedure={newest} />;
  return recent && data && data.captures.length > 0 ? <OnItsWay procedure={data} /> : null;
}

function OnItsWay({ procedure }: { readonly procedure: Procedure }) {
  const { id, patient, captures } = procedure;
  const notes = useDeliveryNotes(procedure);
  const name = nameInLine(patient?.patientName ?? "") || t("patient.nameUnknown");
  const newestFirst = captures.filter(({ state }) => state !== "deleted").toSorted((a, b) => b.number - a.number);
  return (
    <section className={css.last} data-testid="last-procedure" data-procedure-id={id}>
      <h2 className={css.heading}>
        {t("captures.last")} <bdi>{name}</bdi>
      </h2>
      <div className={css.tray}>
        <ol className={css.items} aria-label={t("captures.tray")}>
          {newestFirst.map((capture) => (
            <li key={capture.id}>
              <CaptureTile capture={capture} notes={notes} onOpen={() => go({ screen: "history", procedureId: id })} />
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}

import type { Delivery } from "../../src/api/schemas.ts";
import { t } from "../i18n/i18n.ts";
import { showBytes } from "../lib/amounts.ts";
import { showMoment } from "../lib/dates.ts";
import { boxNow } from "../lib/now.ts";
import css from "./delivery-row.module.css";

/** What a technician asks for: the peer's own words, the times, the UID. */
export function DeliveryDetails({ delivery }: { readonly delivery: Delivery }) {
  const { peerWords, warning, storedAt, committedAt, sopInstanceUid, sizeBytes, createdAt } = delivery;
  const at = (ms: number | null): string | null => (ms === null ? null : showMoment(ms, boxNow()));
  const rows = [
    [t("outbox.peerWords"), peerWords],
    [t("outbox.warning"), warning],
    [t("outbox.owedSince"), at(createdAt)],
    [t("outbox.storedAt"), at(storedAt)],
    [t("outbox.provenAt"), at(committedAt)],
    [t("outbox.instance"), sopInstanceUid === null ? null : `${sopInstanceUid} (${showBytes(sizeBytes)})`],
  ] as const;
  return (
    <dl className={css.facts}>
      {rows.map(([label, value]) =>
        value ? (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

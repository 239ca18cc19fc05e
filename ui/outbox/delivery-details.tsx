import type { Delivery } from "../../src/api/schemas.ts";
import { showMoment } from "../lib/dates.ts";
import { boxNow } from "../lib/now.ts";
import { showBytes, words } from "../words.ts";
import css from "./delivery-row.module.css";

/** What a technician asks for: the peer's own words, the times, the UID. */
export function DeliveryDetails({ delivery }: { readonly delivery: Delivery }) {
  const { peerWords, warning, storedAt, committedAt, sopInstanceUid, sizeBytes, createdAt } = delivery;
  const at = (ms: number | null): string | null => (ms === null ? null : showMoment(ms, boxNow()));
  const rows = [
    [words.outbox.peerWords, peerWords],
    [words.outbox.warning, warning],
    [words.outbox.owedSince, at(createdAt)],
    [words.outbox.storedAt, at(storedAt)],
    [words.outbox.provenAt, at(committedAt)],
    [words.outbox.instance, sopInstanceUid === null ? null : `${sopInstanceUid} (${showBytes(sizeBytes)})`],
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

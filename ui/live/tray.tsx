import { useEffect, useState } from "react";
import type { Capture } from "../../src/api/schemas.ts";
import type { DeliveryNotes } from "../captures/progress.ts";
import { CaptureTile, PressTile } from "../captures/tile.tsx";
import { t } from "../i18n/i18n.ts";
import { boxNow } from "../lib/now.ts";
import { useStore } from "../lib/store.ts";
import { forget, presses } from "./presses.ts";
import css from "./tray.module.css";
import { settledKeys, trayItems } from "./tray-items.ts";

interface TrayProps {
  readonly captures: readonly Capture[];
  readonly notes: DeliveryNotes;
  readonly onOpen: (capture: Capture) => void;
}

/** The captures of the open procedure, newest left, and how far each has got. */
export function Tray({ captures, notes, onOpen }: TrayProps) {
  const pressed = useStore(presses);
  const items = trayItems(pressed, captures);

  useEffect(() => {
    const settled = settledKeys(pressed, captures);
    if (settled.length > 0) forget(settled);
  }, [pressed, captures]);

  return (
    <div className={css.tray}>
      <Said captures={captures} />
      {items.length === 0 ? <p className={css.empty}>{t("captures.none")}</p> : null}
      <ol className={css.items} aria-label={t("captures.tray")}>
        {items.map((item) => (
          <li key={item.key}>
            {"press" in item ? (
              <PressTile press={item.press} />
            ) : (
              <CaptureTile capture={item.capture} notes={notes} onOpen={onOpen} />
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Speaks the newest saved capture to those who do not look. */
function Said({ captures }: { readonly captures: readonly Capture[] }) {
  const [since] = useState(boxNow);
  const newest = captures
    .filter(({ state, savedAt }) => state === "saved" && (savedAt ?? 0) >= since)
    .toSorted((a, b) => (b.savedAt ?? 0) - (a.savedAt ?? 0))[0];
  return (
    <p className="out-of-sight" aria-live="polite">
      {newest ? t(`captures.saved.${newest.kind}`, { number: newest.number }) : ""}
    </p>
  );
}

import { useEffect, useState } from "react";
import type { Capture } from "../../src/api/schemas.ts";
import { type DeliveryNotes, titleOf } from "../captures/progress.ts";
import { CaptureTile, PressTile } from "../captures/tile.tsx";
import { boxNow } from "../lib/now.ts";
import { useStore } from "../lib/store.ts";
import { words } from "../words.ts";
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
      {items.length === 0 ? <p className={css.empty}>{words.trayEmpty}</p> : null}
      <ol className={css.items} aria-label={words.tray}>
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
      {newest ? words.saidSaved(titleOf(newest)) : ""}
    </p>
  );
}

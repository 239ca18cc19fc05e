import { OctagonX } from "lucide-react";
import { titleOf } from "../captures/progress.ts";
import { Button } from "../kit/button.tsx";
import { useStore } from "../lib/store.ts";
import { words } from "../words.ts";
import css from "./not-saved-bar.module.css";
import { forget, presses } from "./presses.ts";
import { unsaved } from "./tray-items.ts";

/** Red, on every screen, until the press is saved after all or somebody has understood: a picture is missing. */
export function NotSavedBar() {
  const missing = unsaved(useStore(presses));
  const newest = missing.at(-1);
  if (!newest) return null;
  const title = words.notSaved(titleOf(newest));
  return (
    <div className={css.bar} role="alert" data-testid="not-saved">
      <OctagonX aria-hidden className={css.mark} />
      <p className={css.words}>
        <strong>
          {title}
          {missing.length > 1 ? ` (+${missing.length - 1})` : ""}
        </strong>
        <span>{newest.reason ?? words.pressAgain}</span>
      </p>
      <Button onClick={() => forget(missing.map(({ key }) => key))}>{words.acknowledge}</Button>
    </div>
  );
}

import { Check, Plus } from "lucide-react";
import type { WorklistEntry } from "../../src/api/schemas.ts";
import { t } from "../i18n/i18n.ts";
import { showTm } from "../lib/dates.ts";
import { procedureOf, sideOf } from "./entry.ts";
import css from "./item-choice.module.css";

interface ItemChoiceProps {
  /** All of one patient. */
  readonly entries: readonly WorklistEntry[];
  readonly chosen: readonly string[];
  readonly full: boolean;
  readonly onChange: (chosen: readonly string[]) => void;
}

/** What this patient is scheduled for: one tap adds the other eye. One always stays. */
export function ItemChoice({ entries, chosen, full, onChange }: ItemChoiceProps) {
  const toggle = (id: string) => () =>
    onChange(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  return (
    <ul className={css.items} aria-label={t("confirm.procedures")}>
      {entries.map((entry) => {
        const on = chosen.includes(entry.id);
        const side = sideOf(entry);
        return (
          <li key={entry.id}>
            <button
              type="button"
              className={on ? `${css.item} ${css.on}` : css.item}
              aria-pressed={on}
              disabled={on ? chosen.length === 1 : full}
              onClick={toggle(entry.id)}
              data-testid="confirm-item"
              data-item-id={entry.id}
            >
              <b className={side ? css.side : css.noSide}>{side ? t(`side.${side}`) : t("side.unknown")}</b>
              <span className={css.what} dir="auto">
                {procedureOf(entry)}
                <small>{[showTm(entry.startTime), entry.accessionNumber].filter(Boolean).join(" · ")}</small>
              </span>
              {entries.length > 1 ? (
                <span className={css.mark}>
                  {on ? <Check aria-hidden /> : <Plus aria-hidden />}
                  {on ? t("confirm.included") : t("confirm.notIncluded")}
                </span>
              ) : null}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

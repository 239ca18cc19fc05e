import { useState } from "react";
import { t } from "../i18n/i18n.ts";
import { Notice } from "../kit/notice.tsx";
import { PinPad } from "./pin-pad.tsx";

interface NewPinProps {
  readonly busy: boolean;
  /** Why the last one was not taken. */
  readonly error: string | null;
  readonly onPin: (pin: string) => void;
}

/** A PIN that somebody chooses, typed twice: nobody sees what they typed. */
export function NewPin({ busy, error, onPin }: NewPinProps) {
  const [first, setFirst] = useState<string | null>(null);
  const [differed, setDiffered] = useState(false);
  const take = (pin: string): void => {
    if (first === null) {
      setDiffered(false);
      setFirst(pin);
      return;
    }
    setFirst(null);
    setDiffered(pin !== first);
    if (pin === first) onPin(pin);
  };
  const label = first === null ? t("people.choosePin") : t("people.pinAgain");
  return (
    <>
      <p data-testid="new-pin-step">{label}</p>
      {differed ? <Notice level="caution">{t("people.pinsDiffer")}</Notice> : null}
      {error !== null && first === null && !differed ? <Notice level="caution">{error}</Notice> : null}
      <PinPad key={first === null ? "first" : "again"} label={label} busy={busy} onPin={take} />
    </>
  );
}

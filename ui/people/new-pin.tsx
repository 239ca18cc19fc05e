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
  const isFirst = first === null;
  const label = isFirst ? t("people.choosePin") : t("people.pinAgain");
  const why = differed ? t("people.pinsDiffer") : isFirst ? error : null;
  const words = why === null ? <p>{label}</p> : <Notice level="caution">{why}</Notice>;
  return <PinPad key={isFirst ? "first" : "again"} label={label} words={words} busy={busy} onPin={take} />;
}

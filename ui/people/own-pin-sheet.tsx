import { ArrowLeft } from "lucide-react";
import { useState } from "react";
import { changeOwnPin } from "../api/people.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { Sheet } from "../kit/sheet.tsx";
import { useAction } from "../kit/use-action.ts";
import { NewPin } from "./new-pin.tsx";
import { sayingWhy } from "./pin-error.ts";
import { PinPad } from "./pin-pad.tsx";

/** Another PIN of one's own: the one now, then the new one twice. */
export function OwnPinSheet({ onClose }: { readonly onClose: () => void }) {
  const [pin, setPin] = useState<string | null>(null);
  const [isTaken, setTaken] = useState(false);
  const action = useAction();
  const change = async (newPin: string): Promise<void> => {
    setTaken(await action.run(() => sayingWhy(changeOwnPin({ pin: pin ?? "", newPin }))));
    // Whatever was refused: it begins with the PIN as it is now.
    setPin(null);
  };
  return (
    <Sheet
      title={t("people.ownPin")}
      onClose={onClose}
      topActions={
        <Button icon={<ArrowLeft aria-hidden />} onClick={onClose} data-testid="own-pin-close">
          {t("common.back")}
        </Button>
      }
    >
      {isTaken ? (
        <Notice level="notice">{t("people.pinTaken")}</Notice>
      ) : pin === null ? (
        <PinPad
          key="now"
          label={t("people.pinNow")}
          words={action.error === null ? <p>{t("people.pinNow")}</p> : <Notice level="caution">{action.error}</Notice>}
          busy={action.busy}
          onPin={setPin}
        />
      ) : (
        <NewPin busy={action.busy} error={null} onPin={(newPin) => void change(newPin)} />
      )}
    </Sheet>
  );
}

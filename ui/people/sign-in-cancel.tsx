import { X } from "lucide-react";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";

/** Out of the sheets that ask who one is, without doing what was asked. */
export function SignInCancel({ onClose }: { readonly onClose: () => void }) {
  return (
    <Button icon={<X aria-hidden />} onClick={onClose} data-testid="sign-in-cancel">
      {t("common.cancel")}
    </Button>
  );
}

import { Camera, CameraOff } from "lucide-react";
import { t } from "../i18n/i18n.ts";
import css from "./controls.module.css";
import { usePressAtOnce } from "./use-press.ts";

interface CaptureButtonProps {
  /** Why there is nothing to capture; null: there is. */
  readonly inert: string | null;
  readonly onPress: () => void;
}

/** Acts on the touch itself; while inert it says why and stays where the finger looks for it. */
export function CaptureButton({ inert, onPress }: CaptureButtonProps) {
  const handlers = usePressAtOnce(() => {
    if (inert === null) onPress();
  });
  return (
    <button
      type="button"
      className={css.capture}
      data-testid="capture"
      aria-disabled={inert !== null}
      aria-label={inert === null ? t("press.capture") : `${t("press.capture")}: ${inert}`}
      {...handlers}
    >
      {inert === null ? <Camera aria-hidden /> : <CameraOff aria-hidden />}
      <span>{t("press.capture")}</span>
      {inert === null ? null : <small>{inert}</small>}
    </button>
  );
}

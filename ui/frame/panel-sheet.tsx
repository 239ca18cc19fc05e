import { ArrowLeft, Check, Minus, Plus } from "lucide-react";
import { useState } from "react";
import { Group, Input, NumberField, Button as StepButton } from "react-aria-components";
import { t } from "../i18n/i18n.ts";
import button from "../kit/button.module.css";
import { Button } from "../kit/button.tsx";
import { Sheet } from "../kit/sheet.tsx";
import { CARD_MM, LEAST_INCHES, likelyDiagonal, MOST_INCHES, panelInches, pxPerMm } from "../lib/millimetres.ts";
import css from "./settings-sheet.module.css";
import { showInches } from "./show-inches.ts";

interface PanelSheetProps {
  readonly inches: number | null;
  readonly onDone: () => void;
}

/** A bar to hold a card to: where both are of one length, the inches are those of the glass. Sizes change when they are kept. */
export function PanelSheet({ inches, onDone }: PanelSheetProps) {
  const [tried, setTried] = useState(inches ?? likelyDiagonal(screen.width));
  const width = CARD_MM * pxPerMm(screen.width, screen.height, tried);
  const keep = (value: number | null) => () => {
    panelInches.choose(value);
    onDone();
  };
  return (
    <Sheet
      title={t("display.cardTitle")}
      onClose={onDone}
      topActions={
        <Button icon={<ArrowLeft aria-hidden />} onClick={onDone}>
          {t("common.back")}
        </Button>
      }
      actions={
        <>
          <NumberField
            aria-label={t("display.diagonal")}
            value={tried}
            onChange={(value) => setTried(Number.isFinite(value) ? value : tried)}
            minValue={LEAST_INCHES}
            maxValue={MOST_INCHES}
            step={0.1}
            formatOptions={{ minimumFractionDigits: 1, maximumFractionDigits: 1 }}
          >
            <Group className={css.inches ?? ""}>
              <StepButton slot="decrement" className={button.button ?? ""} aria-label={t("display.smaller")}>
                <Minus aria-hidden />
              </StepButton>
              <Input data-testid="panel-inches" />
              <StepButton slot="increment" className={button.button ?? ""} aria-label={t("display.larger")}>
                <Plus aria-hidden />
              </StepButton>
            </Group>
          </NumberField>
          <Button look="primary" icon={<Check aria-hidden />} onClick={keep(tried)} data-testid="keep-panel">
            {t("display.keep", { inches: showInches(tried) })}
          </Button>
          {panelInches.get() === null ? null : (
            <Button look="quiet" onClick={keep(null)}>
              {t("display.forget")}
            </Button>
          )}
        </>
      }
    >
      <div
        className={css.card}
        style={{ width: `${width.toFixed(1)}px` }}
        role="img"
        aria-label={t("display.bar")}
        data-testid="card-bar"
      />
      <p className={css.means}>{t("display.cardMeans")}</p>
    </Sheet>
  );
}

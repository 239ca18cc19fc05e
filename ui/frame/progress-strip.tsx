import { ArrowLeft } from "lucide-react";
import type { Procedure } from "../../src/api/schemas.ts";
import { countsOf } from "../captures/progress.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { go } from "../lib/route.ts";
import css from "./progress-strip.module.css";

/** On screens of several patients, instead of the banner: that a procedure runs, never whose. */
export function ProgressStrip({ procedure }: { readonly procedure: Procedure | undefined }) {
  if (!procedure) return null;
  const { all } = countsOf(procedure.captures);
  return (
    <div className={css.strip} data-testid="progress-strip">
      <p>{t("common.inProgress", { count: all })}</p>
      <Button icon={<ArrowLeft aria-hidden />} onClick={() => go({ screen: "live" })}>
        {t("common.returnToLive")}
      </Button>
    </div>
  );
}

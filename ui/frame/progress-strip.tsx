import { ArrowLeft } from "lucide-react";
import { useId } from "react";
import type { Procedure } from "../../src/api/schemas.ts";
import { countsOf } from "../captures/progress.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { go } from "../lib/route.ts";
import css from "./progress-strip.module.css";

/** On screens of several patients, instead of the banner: that a procedure runs, never whose. */
export function ProgressStrip({ procedure }: { readonly procedure: Procedure | undefined }) {
  const words = useId();
  if (!procedure) return null;
  const { all } = countsOf(procedure.captures);
  return (
    <section className={css.strip} aria-labelledby={words} data-testid="progress-strip">
      <p id={words}>{t("common.inProgress", { count: all })}</p>
      <Button icon={<ArrowLeft aria-hidden />} onClick={() => go({ screen: "live" })}>
        {t("common.returnToLive")}
      </Button>
    </section>
  );
}

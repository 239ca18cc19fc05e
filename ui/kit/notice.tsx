import { Info, OctagonX, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import css from "./notice.module.css";

export type Level = "notice" | "caution" | "failure";

const ICONS = { notice: Info, caution: TriangleAlert, failure: OctagonX } as const;

/** One sentence about something that is not as it should be: shape, colour and words say how bad it is. */
export function Notice({ level, children }: { readonly level: Level; readonly children: ReactNode }) {
  const Icon = ICONS[level];
  return (
    <p className={`${css.notice} ${css[level]}`} role={level === "notice" ? "status" : "alert"}>
      <Icon aria-hidden />
      {/* The box and its peers may say it in another language than the screen. */}
      <span dir="auto">{children}</span>
    </p>
  );
}

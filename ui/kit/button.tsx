import type { ButtonHTMLAttributes, ReactNode } from "react";
import css from "./button.module.css";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: "primary" | "plain" | "quiet" | "caution" | "danger";
  readonly icon?: ReactNode;
  readonly wide?: boolean;
  /** On a small panel the icon stands alone; its words are still there for those who do not look. */
  readonly compact?: boolean;
}

/** A button of at least 20 × 20 mm; it answers the finger at once and acts when the finger leaves. */
export function Button({
  look = "plain",
  icon,
  wide = false,
  compact = false,
  children,
  className,
  ...rest
}: ButtonProps) {
  const classes = [css.button, css[look], wide ? css.wide : "", compact ? css.compact : "", className ?? ""]
    .filter(Boolean)
    .join(" ");
  return (
    <button type="button" className={classes} {...rest}>
      {icon}
      {children === undefined ? null : <span className={css.label}>{children}</span>}
    </button>
  );
}

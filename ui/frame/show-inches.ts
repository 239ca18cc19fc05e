import { intlTag } from "../i18n/i18n.ts";

/** `15.6` as the language writes it. */
export const showInches = (inches: number): string =>
  new Intl.NumberFormat(intlTag(), { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(inches);

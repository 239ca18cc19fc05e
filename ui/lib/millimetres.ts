import { Remembered } from "./remembered.ts";

const MM_PER_INCH = 25.4;
/** ISO/IEC 7810 ID-1: any bank or identity card. */
export const CARD_MM = 85.6;
export const LEAST_INCHES = 4;
export const MOST_INCHES = 100;

/** Panels that such screens are usually shown on, until somebody says what this one is. Inches of diagonal. */
export function likelyDiagonal(width: number): number {
  if (width >= 2400) return 27;
  if (width >= 1600) return 15.6;
  return 10.1;
}

/** CSS pixels per millimetre of glass, for a panel of that many CSS pixels and inches of diagonal. */
export function pxPerMm(width: number, height: number, diagonalInches = likelyDiagonal(width)): number {
  return Math.hypot(width, height) / (diagonalInches * MM_PER_INCH);
}

/** A diagonal that a panel can have, in tenths of an inch; null: it is none. */
export function parseInches(text: string): number | null {
  const inches = Math.round(Number(text) * 10) / 10;
  return inches >= LEAST_INCHES && inches <= MOST_INCHES ? inches : null;
}

/** The diagonal that was set on this browser. */
export const panelInches = new Remembered("panel-inches", parseInches);

/** `?panel=15.6` in the address says the panel's diagonal once; this browser then remembers it. */
export function readPanelOfAddress(): void {
  const asked = parseInches(new URLSearchParams(location.search).get("panel") ?? "");
  if (asked !== null) panelInches.choose(asked);
}

/** Sets `--mm` for a panel of that diagonal; null: of a likely one. */
export function setMillimetres(inches: number | null): void {
  const mm = pxPerMm(screen.width, screen.height, inches ?? undefined);
  document.documentElement.style.setProperty("--mm", `${mm.toFixed(3)}px`);
}

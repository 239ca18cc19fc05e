const MM_PER_INCH = 25.4;

/** Panels that such screens are usually shown on, until somebody says what this one is. Inches of diagonal. */
function likelyDiagonal(width: number): number {
  if (width >= 2400) return 27;
  if (width >= 1600) return 15.6;
  return 10.1;
}

/** CSS pixels per millimetre of glass, for a panel of that many CSS pixels and inches of diagonal. */
export function pxPerMm(width: number, height: number, diagonalInches = likelyDiagonal(width)): number {
  return Math.hypot(width, height) / (diagonalInches * MM_PER_INCH);
}

const STORED = "scopeline.panel-inches";

/** Sets `--mm`. `?panel=15.6` in the address says the panel's diagonal once; this browser then remembers it. */
export function setMillimetres(): void {
  const asked = Number(new URLSearchParams(location.search).get("panel"));
  if (asked >= 4 && asked <= 100) localStorage.setItem(STORED, String(asked));
  const stored = Number(localStorage.getItem(STORED));
  const diagonal = stored >= 4 && stored <= 100 ? stored : undefined;
  const mm = pxPerMm(screen.width, screen.height, diagonal);
  document.documentElement.style.setProperty("--mm", `${mm.toFixed(3)}px`);
}

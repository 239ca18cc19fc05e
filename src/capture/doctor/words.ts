import type { FindingId } from "./finding.ts";

export interface ModeFacts {
  /** What arrives, and what the profile expects. */
  readonly arrives: string;
  readonly expected: string;
  /** The size is not the expected one: it is shown with its own sides in proportion. */
  readonly isOtherSize: boolean;
}

/** `1280 × 720, 25 a second`; null parts are left out. */
export function modeWords(size: { width: number; height: number } | null, fps: number | null): string {
  const rate = fps === null ? null : `${Number(fps.toFixed(2))} pictures a second`;
  return [size === null ? null : `${size.width} × ${size.height}`, rate].filter((part) => part !== null).join(", ");
}

export function wrongModeWords({ arrives, expected, isOtherSize }: ModeFacts): string {
  const shown = isOtherSize ? " It is shown with black bars, never stretched." : "";
  return `The signal is ${arrives}; this source is set up for ${expected}.${shown} Set the output of the microscope, or have the profile changed.`;
}

/** What the sign means and its cure, where it needs no numbers. */
export const plainWords: Readonly<
  Record<Exclude<FindingId, "no-signal" | "wrong-mode" | "dropped" | "rate" | "overload">, string>
> = {
  black:
    "The picture is black. Check that the light is on, the shutter open and the right output of the microscope chosen.",
  frozen:
    "The picture stands still: the same frame comes again and again. Check the freeze button of the microscope and the video cable.",
  interlaced:
    "The picture is interlaced: moving edges look like combs. Set the output of the microscope to a progressive mode, or the profile to deinterlace.",
  letterbox:
    "The picture has black bars at its edges: part of the resolution is lost. Set the output of the microscope to the format of this source.",
  "clipped-range":
    "Bright and dark parts are cut off, or the picture is flat: the signal's range of values is not the one set up. Have the profile's range (full, limited) changed, or that of the output.",
  "wrong-aspect":
    "The picture is too wide or too narrow: its pixels are not square. Set the output of the microscope to the format of this source.",
};

export function droppedWords(isMany: boolean): string {
  const many = isMany ? "Many frames" : "Frames";
  return `${many} of the source do not arrive. Recordings count what is missing. Check the video cable and whether the box is overloaded.`;
}

/** `deviation` as a share of the expected rate. */
export function rateWords(deviation: number, expected: number): string {
  const percent = Math.abs(deviation) * 100;
  const way = deviation < 0 ? "slower" : "faster";
  const nominal = Number(expected.toFixed(2));
  return `The source is about ${percent.toFixed(1)} % ${way} than the ${nominal} pictures a second it is set up for: clips play that much off real time. Have the profile's rate changed.`;
}

export const overloadWords =
  "This box is overloaded: the preview shows fewer pictures, stills and recordings keep every frame. If it stays so, call technical service.";

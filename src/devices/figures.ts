/** What is known of the figures of a profile: each is cited or assumed. Pure. */
import type { DeviceProfile } from "./device-profile.ts";

/** Every figure of how the picture comes, as JSON pointers to single values: input, crop, deinterlacing, colour, outputs. */
export function figuresOf({ input, crop, deinterlace, colour, outputs }: DeviceProfile): string[] {
  const { width, height, fps, pixelFormat } = input;
  const format = "format" in input ? { format: input.format } : {};
  const figures = { input: { width, height, fps, pixelFormat, ...format }, crop, deinterlace, colour, outputs };
  return leaves("", figures);
}

/** Those that are neither cited nor assumed: nobody knows where they come from. */
export function unfoundedFigures(profile: DeviceProfile): string[] {
  const founded = [...Object.keys(profile.cited ?? {}), ...profile.assumed];
  return figuresOf(profile).filter((figure) => !founded.some((pointer) => covers(pointer, figure)));
}

/** In words, each figure that nobody has verified, with its value: `input.width 1920`. */
export function assumedFigures(profile: DeviceProfile): string[] {
  return profile.assumed.map((pointer) => {
    const value = pointer
      .slice(1)
      .split("/")
      .reduce<unknown>((at, key) => Object(at)[key], profile);
    return `${pointer.slice(1).replaceAll("/", ".")} ${inWords(value)}`;
  });
}

function covers(pointer: string, figure: string): boolean {
  return figure === pointer || figure.startsWith(`${pointer}/`);
}

function leaves(pointer: string, value: unknown): string[] {
  if (value === undefined) return [];
  if (typeof value !== "object" || value === null) return [pointer];
  return Object.entries(value).flatMap(([key, inner]) => leaves(`${pointer}/${key}`, inner));
}

function inWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(inWords).join("; ");
  if (typeof value !== "object" || value === null) return String(value);
  if ("num" in value && "den" in value) return value.den === 1 ? `${value.num}` : `${value.num}/${value.den}`;
  return Object.entries(value)
    .map(([key, inner]) => `${key} ${inWords(inner)}`)
    .join(", ");
}

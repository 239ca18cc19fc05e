/** What is known of the figures of a profile: each is cited or assumed. Pure. */
import type { DeviceProfile } from "./device-profile.ts";

/** Every figure of how and whence the picture comes, as JSON pointers to single values. */
function figuresOf({ input, crop, deinterlace, colour, stereo, outputs, anatomicRegion }: DeviceProfile): string[] {
  const { width, height, fps, pixelFormat } = input;
  const format = "format" in input ? { format: input.format } : {};
  const picture = { width, height, fps, pixelFormat, ...format };
  return leaves("", { input: picture, crop, deinterlace, colour, stereo, outputs, anatomicRegion });
}

/** Those that are neither cited nor assumed: nobody knows where they come from. */
export function unfoundedFigures(profile: DeviceProfile): string[] {
  const founded = [...Object.keys(profile.cited ?? {}), ...profile.assumed];
  return figuresOf(profile).filter((figure) => !founded.some((pointer) => covers(pointer, figure)));
}

/** Figures of an input that those of a model's first output take the place of. */
const replaced = {
  "/input/width": "/outputs/0/width",
  "/input/height": "/outputs/0/height",
  "/input/fps": "/outputs/0/fps",
  "/deinterlace": "/outputs/0/interlaced",
} as const;

/** Where the figures of a model on an input come from: what the model replaced is founded as the model's own is. */
export function evidenceOn(
  model: Pick<DeviceProfile, "cited" | "assumed">,
  input: DeviceProfile,
): Required<Pick<DeviceProfile, "cited" | "assumed">> {
  const gone = [...Object.keys(replaced), "/outputs", "/anatomicRegion"];
  const isGone = (pointer: string): boolean => gone.some((other) => covers(other, pointer));
  // One pointer may stand for figures that stay as well: those keep its evidence, each by itself.
  const staying = (pointer: string): string[] =>
    gone.some((other) => other !== pointer && covers(pointer, other))
      ? figuresOf(input).filter((figure) => covers(pointer, figure) && !isGone(figure))
      : [pointer].filter((only) => !isGone(only));
  const cited: Required<DeviceProfile>["cited"] = {};
  for (const [pointer, source] of Object.entries(input.cited ?? {}))
    for (const figure of staying(pointer)) cited[figure] = source;
  const assumed = [...model.assumed, ...input.assumed.flatMap(staying)];
  for (const [figure, output] of Object.entries(replaced)) {
    const source = Object.entries(model.cited ?? {}).find(([pointer]) => covers(pointer, output))?.[1];
    if (source === undefined) assumed.push(figure);
    else cited[figure] = source;
  }
  return { cited: { ...cited, ...model.cited }, assumed: [...new Set(assumed)] };
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

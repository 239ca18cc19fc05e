import type { DeviceProfile, OverridableName } from "./device-profile.ts";
import { checkProfile } from "./load-profiles.ts";

/** What the settings of a box say about a source's input. */
export interface InputOverrides {
  readonly device?: string | undefined;
  readonly card?: string | undefined;
  readonly url?: string | undefined;
  readonly file?: string | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** Frames a second; 29.97 and its like mean 30000/1001. */
  readonly fps?: number | undefined;
  /** Whether clips may be a network encoder's own stream. */
  readonly passThrough?: "when-legal" | "never" | undefined;
}

export interface ResolvedProfile {
  readonly profile: DeviceProfile;
  /** What cannot be done with this profile, in words; then the source is refused. */
  readonly problems: readonly string[];
}

/** The profile as this box uses it; a figure that the settings give is not assumed any more. Pure. */
export function resolveProfile(profile: DeviceProfile, overrides: InputOverrides): ResolvedProfile {
  const problems: string[] = [];
  const settable = new Set<OverridableName>(profile.input.settable);
  const input: Record<string, unknown> = { ...profile.input };
  for (const [name, value] of Object.entries(overrides)) {
    if (value === undefined) continue;
    if (!settable.has(name as OverridableName)) {
      problems.push(`Profile ${profile.id} does not let the settings change "${name}". Remove it there.`);
    } else {
      input[name] = name === "fps" && typeof value === "number" ? fraction(value) : value;
    }
  }
  const given = Object.keys(overrides).filter((name) => settable.has(name as OverridableName));
  const assumed = profile.assumed.filter((pointer) => !given.some((name) => pointer === `/input/${name}`));
  const checked = checkProfile({ ...profile, input, assumed }, profile.id, profile.id);
  if (!Array.isArray(checked)) return { profile: checked, problems };
  const wrong = checked.map(({ pointer, message }) => `Setting ${pointer.slice(1).replaceAll("/", ".")} ${message}.`);
  return { profile, problems: [...problems, ...wrong] };
}

/** 29.97 → 30000/1001, 59.94 → 60000/1001, 25 → 25/1, 12.5 → 12500/1000. */
function fraction(fps: number): { num: number; den: number } {
  if (Number.isInteger(fps)) return { num: fps, den: 1 };
  const ntsc = Math.round(fps * 1.001);
  if (Math.abs((ntsc * 1000) / 1001 - fps) < 0.005) return { num: ntsc * 1000, den: 1001 };
  return { num: Math.round(fps * 1000), den: 1000 };
}

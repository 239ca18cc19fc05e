import { totalmem } from "node:os";
import { findEncoder, planRings, type RingPlan, Source, type SourceOptions } from "./capture/capture.ts";
import type { Settings } from "./config/config.ts";
import {
  assumedFigures,
  capabilities,
  DeviceError,
  type DeviceProfile,
  explainProfile,
  findFfmpeg,
  type LoadedProfiles,
  loadDeviceProfiles,
  profileOf,
  resolveDevice,
  resolveProfile,
} from "./devices/devices.ts";
import type { Log } from "./lib/log.ts";
import type { Database } from "./store/store.ts";

export interface BuiltSource {
  readonly source: Source;
  readonly profileId: string;
  /** Manufacturer and model, for people. */
  readonly name: string;
}

export interface BuiltSources {
  readonly ffmpegPath: string;
  readonly sources: ReadonlyMap<string, BuiltSource>;
  readonly profileOf: (id: string) => DeviceProfile | undefined;
}

/**
 * The sources of the settings with their device profiles. One that this box cannot do as asked is there all the same,
 * refused, and says why. Throws DeviceError when there is no ffmpeg, or a source names a profile that is missing or wrong.
 */
export async function buildSources(
  settings: Settings,
  profilesFolder: string,
  log: Log,
  epochsOf: (id: string) => SourceOptions["epochs"],
): Promise<BuiltSources> {
  const { path: ffmpegPath, version, origin } = await findFfmpeg({ configured: settings.ffmpeg.path });
  log.info({ ffmpegPath, version, origin }, "using this ffmpeg");
  const can = await capabilities(ffmpegPath);
  const loaded = await loadDeviceProfiles(profilesFolder);
  for (const { file, pointer, message } of loaded.problems)
    log.warn({ file, pointer }, `device profile left out: it ${message}`);
  const sources = new Map<string, BuiltSource>();
  const rings = ringsOf(settings, loaded);
  for (const [index, { id, profile: asked, input, preRollSeconds }] of settings.sources.entries()) {
    const { profile, problems: notSettable } = profileOfSource(loaded, { id, profile: asked, input });
    const profileId = profile.id;
    const assumed = assumedFigures(profile);
    if (assumed.length > 0) log.warn({ source: id, profile: profileId, assumed }, "nobody has verified these figures");
    const reasons = [...notSettable, ...explainProfile(profile, can)];
    const refusal = reasons.length === 0 ? null : reasons.join(" ");
    if (refusal !== null) log.error({ source: id, profile: profileId, refusal }, "this source cannot run");
    const encoder = await findEncoder(ffmpegPath, profile);
    if (encoder.because !== null) log.warn({ source: id, ...encoder }, "not the preferred encoder");
    const limits = rings[index]?.told ?? null;
    if (limits !== null) log.warn({ source: id, limits }, "less is remembered than asked");
    const epochs = epochsOf(id);
    const source = new Source({
      id,
      index,
      profile,
      ffmpegPath,
      log,
      refusal,
      preRollSeconds,
      ...(rings[index] && { rings: rings[index] }),
      encoder,
      ...(epochs && { epochs }),
      ...(profile.input.kind === "v4l2" && findDeviceOf(profile.input.device)),
    });
    sources.set(id, { source, profileId, name: `${profile.manufacturer} ${profile.model}` });
  }
  const profileNamed = (id: string): DeviceProfile | undefined => {
    const found = profileOf(loaded, id);
    return typeof found === "string" ? undefined : found;
  };
  return { ffmpegPath, sources, profileOf: profileNamed };
}

/** For `scopeline settings`: what nobody has verified of the profiles that the sources use, in sentences. Throws DeviceError. */
export async function assumptionsOf(settings: Settings, profilesFolder: string): Promise<string[]> {
  const loaded = await loadDeviceProfiles(profilesFolder);
  return settings.sources.flatMap((source, index) => {
    const { profile, problems } = profileOfSource(loaded, source);
    const place = `sources[${index}] (${profile.manufacturer} ${profile.model})`;
    const assumed = assumedFigures(profile).map((figure) => `${place}: assumed: ${figure}`);
    return [...problems.map((problem) => `${place}: ${problem}`), ...assumed];
  });
}

/** The profile of a source of the settings, with what these say of its input. Throws DeviceError "profile-invalid". */
function profileOfSource(
  loaded: LoadedProfiles,
  { id, profile: asked, input }: Pick<Settings["sources"][number], "id" | "profile" | "input">,
): ReturnType<typeof resolveProfile> {
  const { via, ...overrides } = input;
  const usual = loaded.models.get(asked)?.base;
  const found = profileOf(loaded, via === undefined || via === usual ? asked : `${asked}@${via}`);
  if (typeof found !== "string") return resolveProfile(found, overrides);
  const wrong = loaded.problems.find(({ file }) => file.endsWith(`/${asked}.json`));
  const why = wrong === undefined ? `It ${found}` : `${wrong.pointer} ${wrong.message}`;
  const message = `Source ${id} asks for the device profile ${asked}, which cannot be used. ${why}.`;
  throw new DeviceError("profile-invalid", message);
}

/** Memory and flow divided among all sources. */
function ringsOf(settings: Settings, loaded: LoadedProfiles): RingPlan[] {
  const needs = settings.sources.map(({ id, profile, input, preRollSeconds, lookBackSeconds }) => ({
    ...{ profile: profileOfSource(loaded, { id, profile, input }).profile, preRollSeconds, lookBackSeconds },
  }));
  const { ringMegabytes, flowMegabytesPerS } = settings.capture;
  const megabyte = 1_000_000;
  const limits = { bytes: ringMegabytes * megabyte, bytesPerS: flowMegabytesPerS * megabyte };
  return planRings(needs, { ...limits, machineBytes: Math.min(totalmem(), process.constrainedMemory() || totalmem()) });
}

/** The epochs of a source, kept over restarts: none is used twice, or a screen could name a frame of another picture. */
export function epochsIn(database: Database, source: string): SourceOptions["epochs"] {
  return {
    last: () => Number(database.prepare("SELECT epoch FROM source_epoch WHERE source = ?").get(source)?.epoch ?? 0),
    begun: (epoch) => {
      database
        .prepare("INSERT INTO source_epoch (source, epoch) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET epoch = ?2")
        .run(source, epoch);
    },
  };
}

/** A device that is named by what it is has to be looked up each time; a path is its own answer. */
function findDeviceOf(device: string): Pick<SourceOptions, "findDevice"> {
  return device.startsWith("id:") ? { findDevice: () => resolveDevice(device) } : {};
}

import { Source, type SourceOptions } from "./capture/capture.ts";
import type { Settings } from "./config/config.ts";
import {
  capabilities,
  DeviceError,
  type DeviceProfile,
  explainProfile,
  findFfmpeg,
  loadDeviceProfiles,
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
  const { profiles, problems } = await loadDeviceProfiles(profilesFolder);
  for (const { file, pointer, message } of problems)
    log.warn({ file, pointer }, `device profile left out: it ${message}`);
  const sources = new Map<string, BuiltSource>();
  for (const [index, { id, profile: profileId, input, preRollSeconds }] of settings.sources.entries()) {
    const found = profiles.get(profileId);
    if (found === undefined) {
      const wrong = problems.find(({ file }) => file.endsWith(`/${profileId}.json`));
      const known = [...profiles.keys()].join(", ");
      const why = wrong === undefined ? `There are: ${known}` : `${wrong.pointer} ${wrong.message}`;
      throw new DeviceError(
        "profile-invalid",
        `Source ${id} asks for the device profile ${profileId}, which cannot be used. ${why}.`,
      );
    }
    const { profile, problems: notSettable } = resolveProfile(found, input);
    const reasons = [...notSettable, ...explainProfile(profile, can)];
    const refusal = reasons.length === 0 ? null : reasons.join(" ");
    if (refusal !== null) log.error({ source: id, profile: profileId, refusal }, "this source cannot run");
    const epochs = epochsOf(id);
    const source = new Source({
      id,
      index,
      profile,
      ffmpegPath,
      log,
      refusal,
      preRollSeconds,
      ...(epochs && { epochs }),
    });
    sources.set(id, { source, profileId, name: `${profile.manufacturer} ${profile.model}` });
  }
  return { ffmpegPath, sources, profileOf: (id) => profiles.get(id) };
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

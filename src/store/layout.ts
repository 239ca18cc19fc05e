import { mkdir } from "node:fs/promises";
import { join } from "node:path";

/** Where things lie under the storage directory. Paths in the database are relative to it, so that it can be moved. */
export interface Layout {
  readonly directory: string;
  readonly databaseFile: string;
  /** The captured media, one file each: `media/<captureId>.jpg|.mp4`, `.part` while growing. */
  readonly media: string;
  /** The Part 10 files: `instances/<sopInstanceUid>.dcm`. */
  readonly instances: string;
  /** Derived, may be thrown away at any time. */
  readonly thumbnails: string;
}

/** Makes the folders that are missing and says where everything is. */
export async function openLayout(directory: string): Promise<Layout> {
  const layout: Layout = {
    directory,
    databaseFile: join(directory, "scopeline.db"),
    media: join(directory, "media"),
    instances: join(directory, "instances"),
    thumbnails: join(directory, "thumbnails"),
  };
  for (const folder of [layout.media, layout.instances, layout.thumbnails]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }
  return layout;
}

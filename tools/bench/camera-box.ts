import { type Box, startScopeline } from "../../test/support/scopeline.ts";
import type { CameraShape } from "./camera.ts";

/** The whole product with a camera of another process as its only source. */
export function startCameraBox(directory: string, fifo: string, shape: CameraShape): Promise<Box> {
  return startScopeline({ directory, profile: "raw-frames-pipe", input: { file: fifo, ...shape } });
}

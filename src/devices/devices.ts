export { type Capabilities, capabilities } from "./capabilities.ts";
export { DeviceError, type DeviceErrorCode } from "./device-error.ts";
export type { DeviceInput, DeviceProfile, PixelFormat } from "./device-profile.ts";
export { explainProfile } from "./explain-profile.ts";
export { type FfmpegBinary, type FindFfmpegOptions, findFfmpeg } from "./ffmpeg-binary.ts";
export { type LoadedProfiles, loadDeviceProfiles, type ProfileProblem } from "./load-profiles.ts";
export {
  clipShape,
  formatOf,
  frameBytes,
  fullShape,
  keepsSourceJpeg,
  type PictureShape,
  type SourceLossyMethod,
  sourceLossyMethod,
} from "./picture.ts";
export { type InputOverrides, type ResolvedProfile, resolveProfile } from "./resolve-profile.ts";

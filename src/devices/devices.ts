export { type Capabilities, capabilities } from "./capabilities.ts";
export { copyable, type NetworkInput } from "./copyable.ts";
export { DeviceError, type DeviceErrorCode } from "./device-error.ts";
export type { DeviceInput, DeviceProfile, HardwareEncoder, PixelFormat } from "./device-profile.ts";
export {
  blamesEncoder,
  type CpuEncoder,
  chooseEncoder,
  type EncoderChoice,
  type EncoderId,
  type EncoderProbe,
  hardwareArguments,
  isOnCpu,
  makesHevc,
} from "./encoders.ts";
export { explainProfile } from "./explain-profile.ts";
export { type FfmpegBinary, type FindFfmpegOptions, findFfmpeg } from "./ffmpeg-binary.ts";
export { assumedFigures } from "./figures.ts";
export { type LoadedProfiles, loadDeviceProfiles, type ProfileProblem, profileOf } from "./load-profiles.ts";
export { untestedPaths } from "./paths.ts";
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
export { type CardSignal, cardSignal } from "./v4l2/card-signal.ts";
export { devicesText, type ListedDevice, listDevices } from "./v4l2/list-devices.ts";
export { resolveDevice } from "./v4l2/resolve-device.ts";

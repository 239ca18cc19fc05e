export type DeviceErrorCode = "no-ffmpeg" | "ffmpeg-broken" | "profile-invalid";

/** What is wrong with the machine's ffmpeg or with a device profile; the message says what to do. */
export class DeviceError extends Error {
  readonly code: DeviceErrorCode;

  constructor(code: DeviceErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "DeviceError";
    this.code = code;
  }
}

export interface VideoDevice {
  /** `/dev/video0`: may be another one after the next plug. */
  readonly device: string;
  /** The card's own name, as its driver gives it. */
  readonly name: string;
  /** Which of the nodes of one card: 0 is usually the picture. */
  readonly index: number;
  /** Below /sys/devices: the socket it is plugged into. */
  readonly busPath: string;
  readonly usb: { readonly vendor: string; readonly product: string; readonly serial: string | null } | null;
  /** Names that udev made for it, `/dev/v4l/by-id/…`; none without udev. */
  readonly links: readonly string[];
}

/** With the names by which settings may ask for it: the first is the best that is unique now. */
export interface IdentifiedDevice extends VideoDevice {
  readonly ids: readonly string[];
}

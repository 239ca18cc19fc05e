/** What was on the glass at the press, by capture, until the box's own thumbnail is there. */
const pictures = new Map<string, HTMLCanvasElement>();

const AT_MOST = 50;

export function rememberPicture(captureId: string, picture: HTMLCanvasElement): void {
  pictures.set(captureId, picture);
  const [oldest] = pictures.keys();
  if (pictures.size > AT_MOST && oldest !== undefined) pictures.delete(oldest);
}

export const pictureOf = (captureId: string): HTMLCanvasElement | undefined => pictures.get(captureId);

export function forgetPicture(captureId: string): void {
  pictures.delete(captureId);
}

const WIDTH = 240;

/** What is on the canvas now, small enough to keep a hundred of. */
export function smallCopy(canvas: HTMLCanvasElement): HTMLCanvasElement {
  return drawn(canvas, canvas.width, canvas.height);
}

/** The same of a picture that is loaded. */
export function smallCopyOf(image: HTMLImageElement): HTMLCanvasElement {
  return drawn(image, image.naturalWidth, image.naturalHeight);
}

function drawn(from: CanvasImageSource, width: number, height: number): HTMLCanvasElement {
  const copy = document.createElement("canvas");
  copy.width = WIDTH;
  copy.height = Math.max(1, Math.round((WIDTH * height) / Math.max(1, width)));
  copy.getContext("2d", { alpha: false })?.drawImage(from, 0, 0, copy.width, copy.height);
  return copy;
}

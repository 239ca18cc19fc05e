const WIDTH = 240;

/** What is on the canvas now, small enough to keep a hundred of. */
export function smallCopy(canvas: HTMLCanvasElement): HTMLCanvasElement {
  const copy = document.createElement("canvas");
  copy.width = WIDTH;
  copy.height = Math.max(1, Math.round((WIDTH * canvas.height) / canvas.width));
  copy.getContext("2d", { alpha: false })?.drawImage(canvas, 0, 0, copy.width, copy.height);
  return copy;
}

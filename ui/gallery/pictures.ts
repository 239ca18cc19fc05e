/** Pictures that show nobody: a retina as a child would paint it, with an instrument. */

const [WIDTH, HEIGHT] = [960, 540];

/** Draws one; `step` moves the instrument, so that no two pictures are the same. */
function draw(context: CanvasRenderingContext2D, step: number): void {
  const [x, y, radius] = [WIDTH / 2, HEIGHT / 2, HEIGHT * 0.47];
  context.fillStyle = "#000";
  context.fillRect(0, 0, WIDTH, HEIGHT);
  const retina = context.createRadialGradient(x + 60, y - 40, 20, x, y, radius);
  for (const [at, colour] of [
    [0, "#f3b26b"],
    [0.35, "#c65f2d"],
    [0.85, "#7c2a14"],
    [1, "#1d0a06"],
  ] as const) {
    retina.addColorStop(at, colour);
  }
  context.fillStyle = retina;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
  context.strokeStyle = "#6d1410";
  for (let vessel = 0; vessel < 9; vessel++) {
    const angle = (vessel * 2 * Math.PI) / 9 + 0.3;
    context.lineWidth = 7 - (vessel % 3) * 2;
    context.beginPath();
    context.moveTo(x + 60, y - 40);
    context.quadraticCurveTo(
      x + Math.cos(angle + 0.5) * radius * 0.5,
      y + Math.sin(angle + 0.5) * radius * 0.5,
      x + Math.cos(angle) * radius * 0.88,
      y + Math.sin(angle) * radius * 0.88,
    );
    context.stroke();
  }
  context.strokeStyle = "#c9d1d8";
  context.lineWidth = 12;
  context.beginPath();
  context.moveTo(WIDTH, HEIGHT);
  context.lineTo(x + 90 - (step % 12) * 9, y + 60 + (step % 5) * 8);
  context.stroke();
}

function canvasOf(step: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [WIDTH, HEIGHT];
  const context = canvas.getContext("2d");
  if (context) draw(context, step);
  return canvas;
}

const addresses = new Map<number, string>();

/** For `src`. */
export function pictureAddress(step: number): string {
  const known = addresses.get(step) ?? canvasOf(step).toDataURL("image/jpeg", 0.8);
  addresses.set(step, known);
  return known;
}

/** As the preview sends it. */
export async function pictureJpeg(step: number): Promise<ArrayBuffer> {
  const blob = await new Promise<Blob | null>((resolve) => canvasOf(step).toBlob(resolve, "image/jpeg", 0.8));
  if (blob === null) throw new Error("this browser makes no JPEG");
  return blob.arrayBuffer();
}

let film: Promise<string> | undefined;

/** A second of film, for `src`. */
export function filmAddress(): Promise<string> {
  film ??= record();
  return film;
}

async function record(): Promise<string> {
  const canvas = canvasOf(0);
  const recorder = new MediaRecorder(canvas.captureStream(20));
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const ended = new Promise((resolve) => {
    recorder.onstop = resolve;
  });
  recorder.start();
  const context = canvas.getContext("2d");
  for (let step = 0; step < 20; step++) {
    if (context) draw(context, step);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  recorder.stop();
  await ended;
  return URL.createObjectURL(new Blob(parts, { type: recorder.mimeType }));
}

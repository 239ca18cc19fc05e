import { fileURLToPath } from "node:url";
import { stripeFilters } from "./frame-stripe.ts";

const pictures = fileURLToPath(new URL("../../../device-profiles/simulated-microscope/", import.meta.url));

/**
 * The lavfi graph of a live microscope: an eye that moves, an instrument, the round field of view, and the running
 * frame number along the bottom edge; paced in real time. BT.709 limited range, yuv420p.
 */
export function simulatedMicroscope(width: number, height: number, fpsNum: number, fpsDen: number): string {
  const even = (value: number): number => 2 * Math.round(value / 2);
  const fps = fpsNum / fpsDen;
  const seconds = `(n/${fps})`;
  const marginX = even(width * 0.05);
  const marginY = even(height * 0.05);
  // Decoded and scaled once, then the same picture again and again, so that only moving it costs.
  const still = (file: string, w: number, h: number, format: string): string =>
    `movie=${escaped(pictures + file)},scale=${w}:${h}:out_color_matrix=bt709:out_range=tv,format=${format}` +
    `,loop=loop=-1:size=1:start=0,settb=${fpsDen}/${fpsNum},setpts=N`;
  const eye =
    `${still("eye.jpg", width + 2 * marginX, height + 2 * marginY, "yuv420p")}` +
    `,crop=${width}:${height}:x='${marginX}+${marginX * 0.8}*sin(${seconds}*0.7)'` +
    `:y='${marginY}+${marginY * 0.8}*sin(${seconds}*1.1)'`;
  const forceps = still("forceps.png", even(width * 0.22), even(height * 0.28), "yuva420p");
  const aperture = still("aperture.png", height, height, "yuva420p");
  const side = (width - height) / 2;
  const walls =
    side > 0
      ? `,drawbox=x=0:y=0:w=${Math.ceil(side)}:h=${height}:color=black:t=fill` +
        `,drawbox=x=${Math.floor(width - side)}:y=0:w=${Math.ceil(side)}:h=${height}:color=black:t=fill`
      : "";
  return [
    `${eye}[eye]`,
    `${forceps}[forceps]`,
    `${aperture}[aperture]`,
    `[eye][forceps]overlay=x='${width * 0.5}+${width * 0.06}*sin(${seconds}*1.7)'` +
      `:y='${height * 0.52}+${height * 0.08}*sin(${seconds}*2.3)'[work]`,
    `[work][aperture]overlay=x=${even(side)}:y=0${walls},${stripeFilters(width, height)},realtime=limit=1`,
  ].join(";");
}

/** A file name as a value inside a filter inside a graph: both levels of ffmpeg's escaping. */
function escaped(path: string): string {
  const value = path.replace(/[\\':]/g, "\\$&");
  return value.replace(/[\\'[\],;]/g, "\\$&");
}

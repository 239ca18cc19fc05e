import { stripeFilters } from "./frame-stripe.ts";

/**
 * The lavfi graph of a picture that stands still under the running frame number, paced in real time; BT.709 limited
 * range, yuv420p. `bars`: SMPTE RP 219 colour bars; `chart`: the 24 patches of a colour chart.
 */
export function testPicture(
  picture: "bars" | "chart",
): (width: number, height: number, fpsNum: number, fpsDen: number) => string {
  return (width, height, fpsNum, fpsDen) => {
    const tail = `${stripeFilters(width, height)},realtime=limit=1`;
    if (picture === "bars")
      return `smptehdbars=size=${width}x${height}:rate=${fpsNum}/${fpsDen},format=yuv420p,${tail}`;
    // Its patches keep their default size: with any other ffmpeg 5.1 dies.
    const scaled = `scale=${width}:${height}:flags=neighbor:out_color_matrix=bt709:out_range=tv`;
    return `colorchart=rate=${fpsNum}/${fpsDen},${scaled},format=yuv420p,${tail}`;
  };
}

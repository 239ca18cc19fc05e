import type { Capture, ClipFacts } from "./procedure.ts";

/** As a row holds them: those of a clip from before there was HEVC say `h264` for what is `video` now. */
type StoredFacts =
  | NonNullable<Capture["facts"]>
  | (Omit<ClipFacts, "video"> & { readonly h264: Omit<Extract<ClipFacts["video"], { codec: "h264" }>, "codec"> });

/** The facts of a capture from its row, whichever version of Scopeline wrote them. */
export function readFacts(text: string): NonNullable<Capture["facts"]> {
  const stored: StoredFacts = JSON.parse(text);
  if (!("h264" in stored)) return stored;
  const { h264, ...facts } = stored;
  return { ...facts, video: { codec: "h264", ...h264 } };
}

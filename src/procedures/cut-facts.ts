import type { CutClip } from "../encoding/encoding.ts";
import type { ClipFacts, Marker } from "./procedure.ts";

type Stretch = Pick<CutClip, "range" | "startsAtSeconds" | "endsAtSeconds">;

/**
 * What is known of a stretch that was cut out of a clip. Its first frame goes by when it plays, not by how many are before
 * it: behind a gap in the clip these are two things.
 */
export function factsOfCut(facts: ClipFacts, { range, startsAtSeconds }: Stretch): ClipFacts {
  const { fpsNum, fpsDen } = facts;
  const frames = range.to - range.from;
  // Said of the press that began the clip, not of this one.
  const { beginsBeforeMs: _ofThePress, ...lasting } = facts;
  return {
    ...lasting,
    frames,
    durationMs: Math.round((frames * 1000 * fpsDen) / fpsNum),
    startedAtMs: Math.round(facts.startedAtMs + startsAtSeconds * 1000),
    ...(facts.firstSeq !== undefined && { firstSeq: facts.firstSeq + framesIn(startsAtSeconds, facts) }),
  };
}

/** The markers of the clip whose frames play within the stretch. */
export function markersOfCut(
  markers: readonly Marker[],
  facts: ClipFacts,
  { startsAtSeconds, endsAtSeconds }: Pick<Stretch, "startsAtSeconds" | "endsAtSeconds">,
): readonly Marker[] {
  const { firstSeq } = facts;
  if (firstSeq === undefined) return [];
  const [from, to] = [startsAtSeconds, endsAtSeconds].map((seconds) => firstSeq + framesIn(seconds, facts));
  return markers.filter(({ seq }) => seq >= (from ?? 0) && seq < (to ?? 0));
}

/** How many frames of the source play in a time, those that are missing included. */
function framesIn(seconds: number, { fpsNum, fpsDen }: ClipFacts): number {
  return Math.round((seconds * fpsNum) / fpsDen);
}

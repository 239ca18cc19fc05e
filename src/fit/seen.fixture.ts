/** Observations of a node, for tests of the rules. */
import { type Candidate, candidatesOf } from "./candidates.ts";
import type { FitNow } from "./propose.ts";
import type { RungSeen, Seen } from "./seen.ts";

const usual = candidatesOf({ still: "vlMicroscopic", clip: "videoMicroscopic" });

/** Everything but what is in fragments is stored, as long as `isStored` says so. */
export function rungsSeen(
  isStored: (candidate: Candidate) => boolean = ({ isFragmented }) => !isFragmented,
  more: Partial<RungSeen> = {},
  candidates: readonly Candidate[] = usual,
): RungSeen[] {
  return candidates.map((candidate) => {
    const stored = isStored(candidate);
    const store = stored
      ? ({ kind: "stored", warning: null } as const)
      : ({ kind: "refused", words: "0x0122" } as const);
    return { candidate, accepted: stored, store, found: null, committed: null, readBack: null, ...more };
  });
}

/** A node that takes everything and can be asked for nothing. */
export function seenOf(more: Partial<Seen> = {}): Seen {
  const nothing = { kind: "not-tried", words: "Not tried." } as const;
  return {
    reached: true,
    services: { mpps: null, worklist: null },
    rungs: rungsSeen(),
    query: { kind: "does-not-work", words: "No query." },
    commitment: { kind: "does-not-work", words: "No commitment." },
    texts: [],
    sizes: [],
    associations: null,
    duplicate: nothing,
    ...more,
  };
}

export const now = {
  name: "Archive",
  roles: ["storage"],
  encoding: {
    characterSet: "ISO_IR 192",
    maxInstanceBytes: 2_000_000_000,
    fragmentable: false,
    stills: ["original", "secondaryCapture", "secondaryCaptureUncompressed"],
    clips: ["original", "videoMicroscopic", "videoEndoscopic", "videoMicroscopicMpeg2", "keyFrames"],
  },
  sending: { associations: 2 },
  commitment: { reportWithinMinutes: 60, askAgain: 3 },
  dicomweb: null,
} as const satisfies FitNow;

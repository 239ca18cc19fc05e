import { type Candidate, candidatesOf } from "./candidates.ts";
import { DimseStore } from "./dimse-channel.ts";
import { type FitInstance, FitStudy, type FitSubject, plainSubject } from "./instances.ts";
import { FitMedia } from "./media.ts";
import { type FitLimits, type FitNode, type FitOptions, type FitOriginals, usualLimits, usualSizes } from "./node.ts";
import { isTaken, isUsable, type RungSeen, type StoreSeen } from "./seen.ts";
import { storeByWeb } from "./web-channel.ts";

const usualOriginals: FitOriginals = { still: "vlMicroscopic", clip: "videoMicroscopic" };

/** An instance that the node took, as it said, and what is known of its candidate since. */
export interface StoredRung {
  readonly seen: RungSeen;
  readonly instance: FitInstance;
}

/** What stays at the node. */
export interface LeftBehind {
  /** That the node took, as it said; duplicates not counted. */
  readonly instances: number;
  readonly studies: readonly { readonly studyInstanceUid: string; readonly patientId: string }[];
}

/** One fit test on its way: the node, the synthetic instances, and what was found out about each candidate so far. */
export class Trial {
  readonly node: FitNode;
  readonly options: FitOptions;
  readonly limits: FitLimits;
  /** For everything that is made; the owner removes it. */
  readonly directory: string;
  readonly candidates: readonly Candidate[];
  readonly media: FitMedia;
  /** The study of everything but the text. */
  readonly study: FitStudy;
  readonly #originals: FitOriginals;
  readonly #studies = new Set<FitStudy>();
  readonly #left = new Map<string, FitInstance>();
  readonly #dimse: DimseStore | null;
  readonly #rungs = new Map<string, RungSeen>();
  readonly #instances = new Map<string, FitInstance>();

  constructor(node: FitNode, options: FitOptions, directory: string) {
    this.node = node;
    this.options = options;
    this.limits = { ...usualLimits, ...options.limits };
    this.directory = directory;
    this.#originals = options.originals ?? usualOriginals;
    this.candidates = candidatesOf(this.#originals);
    const { ffmpegPath, signal, sizes = usualSizes } = options;
    this.media = new FitMedia({ ffmpegPath, directory, sizes, signal });
    this.study = this.newStudy(plainSubject);
    const isByDimse = node.dimse !== null && node.dicomweb?.uses.includes("store") !== true;
    this.#dimse = isByDimse && node.dimse !== null ? new DimseStore(node.dimse, this.candidates) : null;
  }

  /** How instances go to the node; null: no way is set up. */
  get storesBy(): "C-STORE" | "STOW-RS" | null {
    if (this.#dimse !== null) return "C-STORE";
    return this.node.dicomweb?.uses.includes("store") ? "STOW-RS" : null;
  }

  newStudy(subject: FitSubject): FitStudy {
    const { station, clock } = this.options;
    const study = new FitStudy(subject, { station, clock, workDirectory: this.directory, originals: this.#originals });
    this.#studies.add(study);
    return study;
  }

  /** Sends one instance; what the node said. Throws only what is a defect, or the signal's reason. */
  async store(instance: FitInstance, signal: AbortSignal): Promise<StoreSeen> {
    const { dicomweb } = this.node;
    const seen =
      this.#dimse !== null
        ? await this.#dimse.store(instance, signal)
        : dicomweb === null
          ? ({ kind: "not-tried", words: "There is no way to store set up." } as const)
          : await storeByWeb(dicomweb.target, instance, signal);
    if (isTaken(seen)) this.#left.set(instance.sopInstanceUid, instance);
    return seen;
  }

  /** What is known of a candidate from now on, and its instance where there is one. */
  note(seen: RungSeen, instance?: FitInstance): void {
    this.#rungs.set(seen.candidate.id, seen);
    if (instance !== undefined) this.#instances.set(seen.candidate.id, instance);
  }

  get rungs(): readonly RungSeen[] {
    return [...this.#rungs.values()];
  }

  /** Every candidate that the node took, as it said. */
  get stored(): readonly StoredRung[] {
    return this.rungs.flatMap((seen) => {
      const instance = this.#instances.get(seen.candidate.id);
      return isTaken(seen.store) && instance !== undefined ? [{ seen, instance }] : [];
    });
  }

  /** The first candidate that can be used by now, of one kind where it matters. */
  usable(isWanted: (candidate: Candidate) => boolean = () => true): StoredRung | undefined {
    return this.stored.find(({ seen }) => isUsable(seen) && isWanted(seen.candidate));
  }

  get leftBehind(): LeftBehind {
    const used = new Set([...this.#left.values()].map(({ studyInstanceUid }) => studyInstanceUid));
    const studies = [...this.#studies]
      .filter(({ studyInstanceUid }) => used.has(studyInstanceUid))
      .map(({ studyInstanceUid, subject }) => ({ studyInstanceUid, patientId: subject.patientId }));
    return { instances: this.#left.size, studies };
  }

  async close(): Promise<void> {
    await this.#dimse?.close();
  }
}

const storage = "1.2.840.10008.5.1.4.1.1";

/** The SOP classes we compose; `modality` is the only Modality the IOD allows (PS3.3 A.32), undefined: any. */
export const sopClasses = {
  secondaryCapture: { uid: `${storage}.7`, name: "Secondary Capture Image", kind: "still", modality: undefined },
  vlEndoscopic: { uid: `${storage}.77.1.1`, name: "VL Endoscopic Image", kind: "still", modality: "ES" },
  vlMicroscopic: { uid: `${storage}.77.1.2`, name: "VL Microscopic Image", kind: "still", modality: "GM" },
  vlPhotographic: { uid: `${storage}.77.1.4`, name: "VL Photographic Image", kind: "still", modality: "XC" },
  videoEndoscopic: { uid: `${storage}.77.1.1.1`, name: "Video Endoscopic Image", kind: "clip", modality: "ES" },
  videoMicroscopic: { uid: `${storage}.77.1.2.1`, name: "Video Microscopic Image", kind: "clip", modality: "GM" },
  videoPhotographic: { uid: `${storage}.77.1.4.1`, name: "Video Photographic Image", kind: "clip", modality: "XC" },
  multiFrameTrueColor: {
    uid: `${storage}.7.4`,
    name: "Multi-frame True Color Secondary Capture Image",
    kind: "clip",
    modality: undefined,
  },
} as const satisfies Record<string, SopClass>;

export interface SopClass {
  readonly uid: string;
  readonly name: string;
  readonly kind: "still" | "clip";
  readonly modality: string | undefined;
}

export type SopClassName = keyof typeof sopClasses;
type NamesOf<K extends SopClass["kind"]> = {
  [N in SopClassName]: (typeof sopClasses)[N]["kind"] extends K ? N : never;
}[SopClassName];
export type StillSopClassName = NamesOf<"still">;
export type ClipSopClassName = NamesOf<"clip">;
/** The clips that hold a video stream; Multi-frame True Color holds single pictures. */
export type VideoSopClassName = Exclude<ClipSopClassName, "multiFrameTrueColor">;

export const sopClassNames = Object.keys(sopClasses).filter((name): name is SopClassName => name in sopClasses);

/** Service classes and the well-known instance of storage commitment (PS3.4, PS3.6 A). */
export const serviceClasses = {
  verification: "1.2.840.10008.1.1",
  modalityWorklist: "1.2.840.10008.5.1.4.31",
  modalityPerformedProcedureStep: "1.2.840.10008.3.1.2.3.3",
  storageCommitmentPush: "1.2.840.10008.1.20.1",
  storageCommitmentPushInstance: "1.2.840.10008.1.20.1.1",
  studyRootFind: "1.2.840.10008.5.1.4.1.2.2.1",
  studyRootMove: "1.2.840.10008.5.1.4.1.2.2.2",
} as const;

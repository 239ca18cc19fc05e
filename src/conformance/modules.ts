/** Which module of PS3.3 an attribute belongs to; and what its value is, where that is more than its source says. */
import type { SopClassName } from "../dicom/dicom.ts";

/** In the order of PS3.3 A.1.4: module, information entity, section. */
export const modules = [
  ["Patient", "Patient", "C.7.1.1"],
  ["General Study", "Study", "C.7.2.1"],
  ["Patient Study", "Study", "C.7.2.2"],
  ["General Series", "Series", "C.7.3.1"],
  ["General Equipment", "Equipment", "C.7.5.1"],
  ["SC Equipment", "Equipment", "C.8.6.1"],
  ["General Acquisition", "Acquisition", "C.7.10.1"],
  ["General Image", "Image", "C.7.6.1"],
  ["General Reference", "Image", "C.12.4"],
  ["Image Pixel", "Image", "C.7.6.3"],
  ["Cine", "Image", "C.7.6.5"],
  ["Multi-frame", "Image", "C.7.6.6"],
  ["Acquisition Context", "Image", "C.7.6.14"],
  ["VL Image", "Image", "C.8.12.1"],
  ["SC Image", "Image", "C.8.6.2"],
  ["SC Multi-frame Image", "Image", "C.8.6.3"],
  ["SOP Common", "Image", "C.12.1"],
] as const;

export type ModuleName = (typeof modules)[number][0];

const attributes: Readonly<Record<Exclude<ModuleName, "VL Image" | "SC Multi-frame Image">, readonly string[]>> = {
  Patient: [...["PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex", "PatientComments"]],
  "General Study": [
    ...["StudyInstanceUID", "StudyDate", "StudyTime", "StudyID", "StudyDescription", "AccessionNumber"],
    ...["ReferringPhysicianName", "ReferencedStudySequence", "ProcedureCodeSequence"],
  ],
  "Patient Study": ["AdmissionID"],
  "General Series": [
    ...["Modality", "SeriesInstanceUID", "SeriesNumber", "SeriesDescription", "SeriesDate", "SeriesTime"],
    ...["Laterality", "PerformingPhysicianName", "PerformedProcedureStepID", "PerformedProcedureStepStartDate"],
    ...["PerformedProcedureStepStartTime", "PerformedProcedureStepDescription", "PerformedProtocolCodeSequence"],
    ...["ReferencedPerformedProcedureStepSequence", "RequestAttributesSequence"],
  ],
  "General Equipment": [
    ...["Manufacturer", "ManufacturerModelName", "DeviceSerialNumber", "SoftwareVersions", "StationName"],
    ...["InstitutionName", "InstitutionalDepartmentName"],
  ],
  "SC Equipment": [
    ...["ConversionType", "SecondaryCaptureDeviceID", "SecondaryCaptureDeviceManufacturer"],
    ...["SecondaryCaptureDeviceManufacturerModelName", "SecondaryCaptureDeviceSoftwareVersions"],
  ],
  "General Acquisition": ["AcquisitionNumber", "AcquisitionDate", "AcquisitionTime", "AcquisitionDateTime"],
  "General Image": [
    ...["InstanceNumber", "ImageType", "ImageComments", "PatientOrientation", "ContentDate", "ContentTime"],
    ...["BurnedInAnnotation", "LossyImageCompression", "LossyImageCompressionRatio", "LossyImageCompressionMethod"],
    ...["AnatomicRegionSequence"],
  ],
  "General Reference": ["DerivationDescription", "DerivationCodeSequence", "SourceImageSequence"],
  "Image Pixel": [
    ...["SamplesPerPixel", "PhotometricInterpretation", "PlanarConfiguration", "Rows", "Columns", "BitsAllocated"],
    ...["BitsStored", "HighBit", "PixelRepresentation", "PixelData"],
  ],
  Cine: [
    ...["FrameTime", "FrameDelay", "StartTrim", "StopTrim", "CineRate", "RecommendedDisplayFrameRate"],
    ...["EffectiveDuration", "PreferredPlaybackSequencing"],
  ],
  "Multi-frame": ["NumberOfFrames", "FrameIncrementPointer", "StereoPairsPresent"],
  "Acquisition Context": ["AcquisitionContextSequence"],
  "SC Image": ["DateOfSecondaryCapture", "TimeOfSecondaryCapture"],
  "SOP Common": [
    ...["SpecificCharacterSet", "SOPClassUID", "SOPInstanceUID", "TimezoneOffsetFromUTC"],
    ...["ContributingEquipmentSequence"],
  ],
};

const byKeyword = new Map(
  Object.entries(attributes).flatMap(([module, keywords]) => keywords.map((keyword) => [keyword, module] as const)),
) as ReadonlyMap<string, ModuleName>;

/** Of visible light images these are stricter in a module of their own (PS3.3 C.8.12.1). */
const inVisibleLight: ReadonlySet<string> = new Set(["ImageType", "LossyImageCompression", "AnatomicRegionSequence"]);

/** The module of an attribute of a data set. Throws for one that the statement has no place for. */
export function moduleOf(keyword: string, sopClass: SopClassName): ModuleName {
  const isVisibleLight = sopClass !== "secondaryCapture" && sopClass !== "multiFrameTrueColor";
  if (inVisibleLight.has(keyword) && isVisibleLight) return "VL Image";
  if (keyword === "FrameIncrementPointer" && sopClass === "multiFrameTrueColor") return "SC Multi-frame Image";
  const module = byKeyword.get(keyword);
  if (module === undefined) throw new Error(`the conformance statement has no module for ${keyword}`);
  return module;
}

/** Said instead of values; `source` where composing cannot find it, as for what only the time zone decides. */
export interface Note {
  readonly words: string;
  readonly source?: "AUTO";
  /** Only where the value differs. */
  readonly unlessFixed?: true;
}

/** By path, `SourceImageSequence>ReferencedFrameNumber`. */
export const notes: Readonly<Record<string, Note>> = {
  TimezoneOffsetFromUTC: { words: "Of the instant of the acquisition, from the time zone of this box", source: "AUTO" },
  SpecificCharacterSet: { words: "ISO_IR 192; sent in the character set that is set for the node (5.7)" },
  SOPInstanceUID: { words: "2.25 and a UUID, or under station.uidRoot; never used again" },
  SeriesInstanceUID: { words: "One series for each source, kind and way of encoding" },
  StudyInstanceUID: { words: "Of the order; made by this box where there is none" },
  StudyID: { words: "Requested Procedure ID; without one the step's ID" },
  StudyDate: { words: "Begin of the first procedure of the study" },
  StudyTime: { words: "Begin of the first procedure of the study" },
  SeriesDate: { words: "Begin of the procedure" },
  SeriesTime: { words: "Begin of the procedure" },
  AcquisitionDate: { words: "Of the frame that was pressed for; of a clip: of its first frame" },
  AcquisitionTime: { words: "Of the frame that was pressed for; of a clip: of its first frame" },
  AcquisitionDateTime: { words: "The same, with the offset from UTC" },
  ContentDate: { words: "As the acquisition; of a later part of a long clip: of its own first frame" },
  ContentTime: { words: "As the acquisition; of a later part of a long clip: of its own first frame" },
  AcquisitionNumber: { words: "Only of parts of a long clip: the same in all of them" },
  InstanceNumber: { words: "The number of the capture in the procedure; of parts: that × 1000 + the part" },
  ImageComments: {
    words:
      "Only of parts of a long clip (Part 2 of 3), of a clip that lacks frames of the source: how many, and of a still that was taken from the recording: that",
    source: "AUTO",
  },
  PerformedProcedureStepID: { words: "YYMMDD and the beginning of an identifier of this box" },
  Laterality: { words: "R or L where the words of the order state one side; empty otherwise" },
  PatientComments: {
    words: "Only of a temporary identity: TEMPORARY IDENTITY, given by the capture box in an emergency",
  },
  AccessionNumber: { words: "Empty where several orders with different ones are answered" },
  ReferringPhysicianName: { words: "Empty where several orders with different ones are answered" },
  AnatomicRegionSequence: { words: "Of the device profile; in video without one: (123037004, SCT, Body structure)" },
  SeriesDescription: { words: "Model and kind: stills or clips" },
  DerivationDescription: { words: "What was done, in words" },
  "DerivationCodeSequence>CodingSchemeDesignator": { words: "DCM" },
  DerivationCodeSequence: { words: "Of CID 7203: (113040, DCM, Lossy Compression), (113085, DCM, Spatial resampling)" },
  "DerivationCodeSequence>CodeValue": { words: "113040, 113085", source: "AUTO" },
  "DerivationCodeSequence>CodeMeaning": { words: "Lossy Compression, Spatial resampling", source: "AUTO" },
  SourceImageSequence: { words: "The original instance of the capture" },
  "SourceImageSequence>ReferencedFrameNumber": { words: "Only of a still of a key frame" },
  LossyImageCompression: {
    words: "00 only of stills kept without loss, of a source that had lost nothing; else 01",
    unlessFixed: true,
  },
  StereoPairsPresent: { words: "YES, only of stereo pairs: the transfer syntaxes for 3D video" },
  LossyImageCompressionRatio: { words: "One for each method" },
  ConversionType: { words: "DI or DV, by how the picture reaches the box" },
  PixelData: { words: "Encapsulated; native only in Explicit VR Little Endian" },
  FrameIncrementPointer: { words: "Frame Time (0018,1063)" },
  "PerformedSeriesSequence>ReferencedImageSequence": { words: "Every instance that is owed, and the originals" },
  "PerformedSeriesSequence>ReferencedImageSequence>ReferencedSOPClassUID": {
    words: "Of the instance",
    source: "AUTO",
  },
  "PerformedSeriesSequence>ProtocolName": {
    words: "Scheduled protocol, else the step's description, else the modality and: video",
  },
};

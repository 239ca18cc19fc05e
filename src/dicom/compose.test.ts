import { describe, expect, it } from "vitest";
import { composeClip, composeMultiFrameTrueColor, composeStill } from "./compose.ts";
import type { ComposeClipInput, ComposeInput, ComposeStillInput } from "./compose-input.ts";
import { itemsOf } from "./data-set.ts";
import { decodeDataSet } from "./decode.ts";
import { encodeDataSet } from "./encode.ts";
import type { ScheduledStep } from "./identity.ts";
import { sopClasses } from "./sop-classes.ts";
import { transferSyntaxes } from "./transfer-syntaxes.ts";
import { isUid } from "./uid.ts";
import { validateDataSet } from "./validate.ts";

const at = { date: "20261124", time: "101112.345000", utcOffset: "+0100" };

const step: ScheduledStep = {
  studyInstanceUid: "1.2.3",
  accessionNumber: "A1",
  referringPhysicianName: "Ref^A",
  requestedProcedureId: "RP1",
  requestedProcedureDescription: "Right eye",
  requestedProcedureCodes: [{ codeValue: "C1", codingSchemeDesignator: "99X", codeMeaning: "Cataract" }],
  admissionId: "ADM",
  referencedStudies: [{ referencedSopClassUid: "1.2.840.10008.3.1.2.3.1", referencedSopInstanceUid: "1.2.9" }],
  scheduledProcedureStepId: "SPS1",
  scheduledProcedureStepDescription: "Phaco",
  scheduledProtocolCodes: [],
  scheduledStationAeTitle: "BOX",
  scheduledStationName: "",
  modality: "GM",
  startDate: "",
  startTime: "",
  performingPhysicianName: "",
};

const common: ComposeInput = {
  patient: { patientName: "A^B", patientId: "1" },
  steps: [step],
  study: { studyInstanceUid: "1.2.3", studyId: "S", begunAt: at, studyDescription: "D" },
  performedStep: {
    performedProcedureStepId: "P",
    performedProcedureStepStartAt: at,
    description: "",
    performingPhysicianName: "Op^A",
  },
  series: { seriesInstanceUid: "1.2.4", seriesNumber: 1, modality: "OT", seriesDescription: "" },
  equipment: {
    manufacturer: "M",
    manufacturerModelName: "Scope",
    deviceSerialNumber: "",
    softwareVersions: "",
    stationName: "OR1",
    institutionName: "",
    detectorKind: "analogue",
    captureDevice: { id: "BOX", manufacturer: "Scopeline", manufacturerModelName: "Scopeline", softwareVersions: "1" },
  },
};
const still: ComposeStillInput = {
  ...common,
  instance: { sopInstanceUid: "1.2.5", sopClass: "vlMicroscopic", instanceNumber: 7, acquiredAt: at },
  still: {
    rows: 1080,
    columns: 1920,
    samplesPerPixel: 3,
    photometricInterpretation: "YBR_FULL_422",
    sizeBytes: 400_000,
  },
};
const clip: ComposeClipInput = {
  ...common,
  instance: { sopInstanceUid: "1.2.6", sopClass: "videoEndoscopic", instanceNumber: 8, acquiredAt: at },
  clip: {
    rows: 1080,
    columns: 1920,
    numberOfFrames: 300,
    frameRate: { numerator: 30_000, denominator: 1001 },
    transferSyntaxUid: transferSyntaxes.h264HighLevel41,
    sizeBytes: 15_000_000,
    durationMs: 10_010,
  },
};

describe("every instance", () => {
  it.each([
    ["still", composeStill(still)],
    ["clip", composeClip(clip)],
  ])("%s: valid, in UTF-8, with its offset from UTC", (_n, ds) => {
    expect(validateDataSet(ds)).toEqual([]);
    expect(ds).toMatchObject({
      SpecificCharacterSet: "ISO_IR 192",
      TimezoneOffsetFromUTC: "+0100",
      AcquisitionDateTime: "20261124101112.345000+0100",
      ContentDate: "20261124",
      ContentTime: "101112.345000",
      ImageType: ["ORIGINAL", "PRIMARY"],
      BurnedInAnnotation: "NO",
      PatientOrientation: "",
      LossyImageCompression: "01",
    });
    for (const absent of ["PixelSpacing", "PixelAspectRatio", "PixelData", "DerivationDescription"]) {
      expect(ds).not.toHaveProperty(absent);
    }
  });

  it("survives being written and read", () => {
    for (const dataSet of [composeStill(still), composeClip(clip)]) {
      const read = decodeDataSet(encodeDataSet(dataSet, { transferSyntax: "explicit" }), {
        transferSyntax: "explicit",
      });
      expect(Object.keys(read).sort()).toEqual(
        Object.keys(dataSet)
          .filter((key) => dataSet[key] !== undefined)
          .sort(),
      );
    }
  });

  it("is the same again from the same input", () => {
    expect(composeStill(still)).toEqual(composeStill(structuredClone(still)));
  });

  it("the IOD decides the Modality, but for Secondary Capture", () => {
    const modalityOf = (sopClass: ComposeStillInput["instance"]["sopClass"]): unknown =>
      composeStill({ ...still, instance: { ...still.instance, sopClass } }).Modality;
    expect(modalityOf("vlEndoscopic")).toBe("ES");
    expect(modalityOf("vlMicroscopic")).toBe("GM");
    expect(modalityOf("vlPhotographic")).toBe("XC");
    expect(modalityOf("secondaryCapture")).toBe("OT");
    expect(composeClip(clip)).toMatchObject({ Modality: "ES", SOPClassUID: sopClasses.videoEndoscopic.uid });
  });

  it("one that was made from another says so", () => {
    const sources = [{ referencedSopClassUid: sopClasses.vlMicroscopic.uid, referencedSopInstanceUid: "1.2.8" }];
    const derived = composeStill({
      ...still,
      instance: { ...still.instance, derivation: { description: "", sources } },
    });
    expect(derived.ImageType).toEqual(["DERIVED", "PRIMARY"]);
    expect(derived.DerivationDescription).not.toBe("");
    expect(derived.DerivationDescription).toBeDefined();
    expect(itemsOf(derived, "SourceImageSequence")).toHaveLength(1);
  });
});

describe("the request", () => {
  it("goes into every instance", () => {
    const dataSet = composeStill(still);
    expect(dataSet).toMatchObject({ AccessionNumber: "A1", ReferringPhysicianName: "Ref^A", AdmissionID: "ADM" });
    expect(dataSet.ReferencedStudySequence).toEqual([
      { ReferencedSOPClassUID: "1.2.840.10008.3.1.2.3.1", ReferencedSOPInstanceUID: "1.2.9" },
    ]);
    expect(dataSet.RequestAttributesSequence).toEqual([
      {
        StudyInstanceUID: "1.2.3",
        AccessionNumber: "A1",
        ReferencedStudySequence: dataSet.ReferencedStudySequence,
        RequestedProcedureID: "RP1",
        RequestedProcedureDescription: "Right eye",
        RequestedProcedureCodeSequence: [{ CodeValue: "C1", CodingSchemeDesignator: "99X", CodeMeaning: "Cataract" }],
        ScheduledProcedureStepID: "SPS1",
        ScheduledProcedureStepDescription: "Phaco",
      },
    ]);
  });

  it("both eyes: two items, and an accession number of the study only where they agree", () => {
    const left = { ...step, accessionNumber: "A2", scheduledProcedureStepId: "SPS2" };
    const both = composeStill({ ...still, steps: [step, left] });
    expect(both.AccessionNumber).toBe("");
    expect(itemsOf(both, "RequestAttributesSequence").map((item) => item.AccessionNumber)).toEqual(["A1", "A2"]);
    expect(both.ReferringPhysicianName).toBe("Ref^A");
    const same = composeStill({ ...still, steps: [step, { ...left, accessionNumber: "A1" }] });
    expect(same.AccessionNumber).toBe("A1");
    expect(itemsOf(same, "ProcedureCodeSequence")).toHaveLength(1);
  });

  it("an accession number that is given does not hide that the steps disagree", () => {
    const study = { ...common.study, accessionNumber: "A1" };
    expect(composeStill({ ...still, study, steps: [step, { ...step, accessionNumber: "A2" }] }).AccessionNumber).toBe(
      "",
    );
    expect(composeStill({ ...still, study, steps: [] }).AccessionNumber).toBe("A1");
  });

  it("an emergency has none, and still every attribute that must be present", () => {
    const emergency = composeStill({ ...still, steps: [] });
    expect(emergency).not.toHaveProperty(["RequestAttributesSequence", "0"]);
    expect(emergency).toMatchObject({
      AccessionNumber: "",
      ReferringPhysicianName: "",
      PatientBirthDate: "",
      PatientSex: "",
    });
    expect(validateDataSet(emergency)).toEqual([]);
  });

  it("names the MPPS where there is one", () => {
    const dataSet = composeStill({ ...still, performedStep: { ...common.performedStep, sopInstanceUid: "1.2.7" } });
    expect(dataSet.ReferencedPerformedProcedureStepSequence).toEqual([
      { ReferencedSOPClassUID: "1.2.840.10008.3.1.2.3.3", ReferencedSOPInstanceUID: "1.2.7" },
    ]);
    expect(composeStill(still).ReferencedPerformedProcedureStepSequence).toBeUndefined();
  });

  it("codes: a long one is a Long Code Value, one without a scheme is none", () => {
    const requestedProcedureCodes = [
      { codeValue: "x".repeat(17), codingSchemeDesignator: "99X", codeMeaning: "" },
      { codeValue: "y", codingSchemeDesignator: "", codeMeaning: "m" },
      { codeValue: "z", codingSchemeDesignator: "s".repeat(17), codeMeaning: "m" },
    ];
    const dataSet = composeStill({ ...still, steps: [{ ...step, requestedProcedureCodes }] });
    expect(dataSet.ProcedureCodeSequence).toEqual([
      { LongCodeValue: "x".repeat(17), CodingSchemeDesignator: "99X", CodeMeaning: "x".repeat(17) },
    ]);
  });
});

describe("the picture", () => {
  it("laterality: one side per series, both per image", () => {
    const side = (laterality?: "R" | "L" | "B") => composeStill({ ...still, series: { ...common.series, laterality } });
    expect(side("R")).toMatchObject({ Laterality: "R" });
    expect(side("B")).toMatchObject({ ImageLaterality: "B" });
    expect(side("B")).not.toHaveProperty("Laterality");
    expect(side()).toMatchObject({ Laterality: "" });
  });

  it("Secondary Capture says how it came in and what captured it", () => {
    const sc = (detectorKind: "digital" | "analogue") =>
      composeStill({
        ...still,
        equipment: { ...common.equipment, detectorKind },
        instance: { ...still.instance, sopClass: "secondaryCapture" },
      });
    expect(sc("analogue")).toMatchObject({
      ConversionType: "DV",
      SecondaryCaptureDeviceID: "BOX",
      SecondaryCaptureDeviceManufacturer: "Scopeline",
      DateOfSecondaryCapture: "20261124",
      Manufacturer: "M",
    });
    expect(sc("digital").ConversionType).toBe("DI");
    expect(composeStill(still)).not.toHaveProperty("ConversionType");
  });

  it("VL says which box contributed; its acquisition context is present and empty", () => {
    const dataSet = composeStill(still);
    expect(dataSet.AcquisitionContextSequence).toEqual([]);
    expect(itemsOf(dataSet, "ContributingEquipmentSequence")[0]).toMatchObject({ Manufacturer: "Scopeline" });
  });

  it("lossy history: ours, and the source's before it", () => {
    expect(composeStill(still)).toMatchObject({
      LossyImageCompressionRatio: ["15.552"],
      LossyImageCompressionMethod: ["ISO_10918_1"],
    });
    const twice = { ...still.still, sourceWasLossy: { method: "ISO_14496_10", ratio: 50 } } as const;
    expect(composeStill({ ...still, still: twice })).toMatchObject({
      LossyImageCompressionRatio: ["50", "15.552"],
      LossyImageCompressionMethod: ["ISO_14496_10", "ISO_10918_1"],
    });
    const unknown = { ...still.still, sourceWasLossy: { method: "ISO_10918_1" } } as const;
    expect(composeStill({ ...still, still: unknown })).toMatchObject({ LossyImageCompressionMethod: ["ISO_10918_1"] });
  });

  it("a clip has its frames, its time and its colour as MPEG-4 has them", () => {
    expect(composeClip(clip)).toMatchObject({
      PhotometricInterpretation: "YBR_PARTIAL_420",
      NumberOfFrames: 300,
      FrameIncrementPointer: "00181063",
      FrameTime: "33.3666666667",
      RecommendedDisplayFrameRate: 30,
      CineRate: 30,
      EffectiveDuration: "10.01",
      LossyImageCompressionMethod: ["ISO_14496_10"],
      LossyImageCompressionRatio: ["124.416"],
      Rows: 1080,
      Columns: 1920,
      BitsAllocated: 8,
      BitsStored: 8,
      HighBit: 7,
      PixelRepresentation: 0,
      PlanarConfiguration: 0,
      SamplesPerPixel: 3,
    });
  });

  it("a clip shows something: what the profile says, else a region that claims nothing", () => {
    expect(itemsOf(composeClip(clip), "AnatomicRegionSequence")).toEqual([
      { CodeValue: "123037004", CodingSchemeDesignator: "SCT", CodeMeaning: "Body structure" },
    ]);
    const anatomicRegion = { codeValue: "81745001", codingSchemeDesignator: "SCT", codeMeaning: "Eye" };
    expect(itemsOf(composeClip({ ...clip, anatomicRegion }), "AnatomicRegionSequence")[0]).toMatchObject({
      CodeMeaning: "Eye",
    });
    expect(itemsOf(composeStill(still), "AnatomicRegionSequence")).toEqual([]);
  });

  it("a region that is no code is no reason to write a clip without one", () => {
    const anatomicRegion = { codeValue: "", codingSchemeDesignator: "", codeMeaning: "" };
    expect(itemsOf(composeClip({ ...clip, anatomicRegion }), "AnatomicRegionSequence")).toHaveLength(1);
  });

  it("a clip cannot have a still's transfer syntax", () => {
    const wrong = { ...clip, clip: { ...clip.clip, transferSyntaxUid: transferSyntaxes.jpegBaseline } };
    expect(() => composeClip(wrong)).toThrow(expect.objectContaining({ code: "unsupported" }));
  });
});

describe("a study UID that names nothing", () => {
  const study = (patientId: string, studyInstanceUid: string): unknown =>
    composeStill({
      ...still,
      patient: { ...common.patient, patientId },
      study: { ...common.study, studyInstanceUid },
    }).StudyInstanceUID;

  it("never brings two patients into one study, and keeps one procedure in one", () => {
    for (const text of ["", "UNKNOWN"]) {
      expect(isUid(String(study("1", text)))).toBe(true);
      expect(study("1", text)).toBe(study("1", text));
      expect(study("1", text)).not.toBe(study("2", text));
    }
  });
});

describe("whatever a worklist sent", () => {
  const junk = [
    "",
    " ",
    "\\",
    "x".repeat(20_000),
    "\u0000\u0007",
    "\ud800",
    "a\\b=c^d",
    "^".repeat(200),
    "=".repeat(9),
    "1.2.03",
    "😀".repeat(99),
  ];

  it.each(junk.map((text) => [text.slice(0, 12), text]))(
    "%j: composing does not fail and the result is valid",
    (_n, text) => {
      const code = { codeValue: text, codingSchemeDesignator: text, codeMeaning: text };
      const bad: ScheduledStep = {
        ...step,
        studyInstanceUid: text,
        accessionNumber: text,
        referringPhysicianName: text,
        requestedProcedureId: text,
        requestedProcedureDescription: text,
        requestedProcedureCodes: [code],
        admissionId: text,
        referencedStudies: [{ referencedSopClassUid: text, referencedSopInstanceUid: text }],
        scheduledProcedureStepId: text,
        scheduledProcedureStepDescription: text,
        scheduledProtocolCodes: [code],
      };
      const all: ComposeInput = {
        ...common,
        patient: { patientName: text, patientId: text, issuerOfPatientId: text, patientBirthDate: text },
        steps: [bad, step],
        study: { studyInstanceUid: text, studyId: text, begunAt: at, studyDescription: text },
        performedStep: { ...common.performedStep, performingPhysicianName: text, description: text },
        anatomicRegion: code,
      };
      const repairs: string[] = [];
      for (const dataSet of [
        composeStill({ ...still, ...all }, ({ keyword }) => repairs.push(keyword)),
        composeClip({ ...clip, ...all }),
      ]) {
        expect(validateDataSet(dataSet)).toEqual([]);
        expect(dataSet.StudyInstanceUID).toMatch(/^[\d.]+$/);
        expect(itemsOf(dataSet, "RequestAttributesSequence")).toHaveLength(2);
      }
      expect(repairs.includes("StudyInstanceUID")).toBe(text === "1.2.03");
    },
  );
});

describe("a part of a long clip", () => {
  const later = { ...at, time: "101212.345000" };
  const part = composeClip({
    ...clip,
    instance: { ...clip.instance, contentAt: later, part: { number: 2, of: 3, acquisitionNumber: 8 } },
  });

  it("says which part it is, of which acquisition, and when its own first picture was", () => {
    expect(validateDataSet(part)).toEqual([]);
    expect(part).toMatchObject({
      AcquisitionNumber: 8,
      ImageComments: "Part 2 of 3",
      AcquisitionTime: "101112.345000",
      ContentTime: "101212.345000",
      ImageType: ["ORIGINAL", "PRIMARY"],
    });
  });

  it("a whole clip says none of that", () => {
    for (const absent of ["AcquisitionNumber", "ImageComments"]) expect(composeClip(clip)[absent]).toBeUndefined();
  });
});

describe("what was encoded again", () => {
  const { transferSyntaxUid: _, ...pictures } = clip.clip;
  const recorded = { method: "ISO_14496_10", ratio: 120 } as const;
  const derivation = {
    description: "Re-encoded",
    codes: [{ codeValue: "113040", codingSchemeDesignator: "DCM", codeMeaning: "Lossy Compression" }],
    sources: [
      {
        referencedSopClassUid: sopClasses.videoEndoscopic.uid,
        referencedSopInstanceUid: "1.2.8",
        referencedFrameNumbers: [26],
      },
    ],
  };

  it("names every lossy step in its order, methods and ratios in pairs", () => {
    const mpeg2 = composeClip({
      ...clip,
      clip: {
        ...clip.clip,
        transferSyntaxUid: transferSyntaxes.mpeg2HighLevel,
        sourceWasLossy: [{ method: "ISO_10918_1", ratio: 10 }, recorded, { method: "ISO_10918_1" }],
      },
    });
    expect(mpeg2.LossyImageCompressionMethod).toEqual(["ISO_10918_1", "ISO_14496_10", "ISO_13818_2"]);
    expect(mpeg2.LossyImageCompressionRatio).toEqual(["10", "120", "124.416"]);
  });

  it("says how and from which frames of which instance", () => {
    const derived = composeStill({
      ...still,
      instance: { ...still.instance, sopClass: "secondaryCapture", derivation },
    });
    expect(validateDataSet(derived)).toEqual([]);
    expect(itemsOf(derived, "DerivationCodeSequence")).toMatchObject([{ CodeValue: "113040" }]);
    const [source = {}] = itemsOf(derived, "SourceImageSequence");
    expect(source.ReferencedFrameNumber).toEqual([26]);
    expect(itemsOf(source, "PurposeOfReferenceCodeSequence")).toMatchObject([{ CodeValue: "121322" }]);
  });

  it("as uncompressed pixels keeps what was lost, and has lost nothing more", () => {
    const native = (sourceWasLossy: ComposeStillInput["still"]["sourceWasLossy"]): unknown =>
      composeStill({
        ...still,
        still: { ...still.still, encoding: "uncompressed", photometricInterpretation: "RGB", sourceWasLossy },
      });
    expect(native([{ method: "ISO_10918_1", ratio: 12 }])).toMatchObject({
      LossyImageCompression: "01",
      LossyImageCompressionMethod: ["ISO_10918_1"],
      LossyImageCompressionRatio: ["12"],
    });
    expect(native(null)).toMatchObject({ LossyImageCompression: "00" });
    expect(native(null)).not.toHaveProperty("LossyImageCompressionMethod");
    expect(native([{ method: "ISO_10918_1" }])).toMatchObject({ LossyImageCompression: "01" });
  });

  it("as single pictures is Multi-frame True Color Secondary Capture", () => {
    const frames = composeMultiFrameTrueColor({
      ...common,
      instance: { ...clip.instance, sopClass: "multiFrameTrueColor", derivation },
      clip: { ...pictures, sourceWasLossy: [recorded] },
    });
    expect(validateDataSet(frames)).toEqual([]);
    expect(frames).toMatchObject({
      SOPClassUID: "1.2.840.10008.5.1.4.1.1.7.4",
      Modality: "OT",
      ConversionType: "DV",
      PhotometricInterpretation: "YBR_FULL_422",
      NumberOfFrames: 300,
      FrameIncrementPointer: "00181063",
      BurnedInAnnotation: "NO",
      LossyImageCompressionMethod: ["ISO_14496_10", "ISO_10918_1"],
    });
  });

  it("in the fragmentable twin of a transfer syntax is the same", () => {
    const twin = { ...clip.clip, transferSyntaxUid: `${clip.clip.transferSyntaxUid}.1` };
    expect(composeClip({ ...clip, clip: twin })).toEqual(composeClip(clip));
    expect(() =>
      composeClip({ ...clip, clip: { ...twin, transferSyntaxUid: `${twin.transferSyntaxUid}.1` } }),
    ).toThrow();
  });
});

describe("a clip in HEVC", () => {
  const of = (transferSyntaxUid: string) => composeClip({ ...clip, clip: { ...clip.clip, transferSyntaxUid } });

  it("of Main Profile has 8 bits, as H.264 has (PS3.5 8.2.10)", () => {
    expect(of(transferSyntaxes.hevcMainLevel51)).toMatchObject({
      ...{ PhotometricInterpretation: "YBR_PARTIAL_420", BitsAllocated: 8, BitsStored: 8, HighBit: 7 },
      LossyImageCompressionMethod: ["ISO_23008_2"],
    });
  });

  it("of Main 10 has 10 bits in 16 (PS3.5 8.2.11)", () => {
    expect(of(transferSyntaxes.hevcMain10Level51)).toMatchObject({
      ...{ SamplesPerPixel: 3, PlanarConfiguration: 0, PixelRepresentation: 0 },
      ...{ BitsAllocated: 16, BitsStored: 10, HighBit: 9 },
    });
  });
});

const base = "1.2.840.10008.1.2";

/** PS3.5 A, PS3.6 A. */
export const transferSyntaxes = {
  implicitLittleEndian: base,
  explicitLittleEndian: `${base}.1`,
  deflatedExplicitLittleEndian: `${base}.1.99`,
  explicitBigEndian: `${base}.2`,
  jpegBaseline: `${base}.4.50`,
  jpegLosslessSv1: `${base}.4.70`,
  jpegLsLossless: `${base}.4.80`,
  jpeg2000Lossless: `${base}.4.90`,
  mpeg2MainLevel: `${base}.4.100`,
  mpeg2HighLevel: `${base}.4.101`,
  h264HighLevel41: `${base}.4.102`,
  h264BdCompatibleHighLevel41: `${base}.4.103`,
  h264HighLevel42: `${base}.4.104`,
  hevcMainLevel51: `${base}.4.107`,
  hevcMain10Level51: `${base}.4.108`,
} as const;

export type TransferSyntaxName = keyof typeof transferSyntaxes;

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
  h264HighLevel42Stereo: `${base}.4.105`,
  hevcMainLevel51: `${base}.4.107`,
  hevcMain10Level51: `${base}.4.108`,
} as const;

export type TransferSyntaxName = keyof typeof transferSyntaxes;

/**
 * The twin of a video transfer syntax whose stream may lie in several fragments (`.102.1` for `.102`, PS3.5 A.4.5 to
 * A.4.9); undefined for what has none. HEVC needs none: it may be fragmented as it is.
 */
export function fragmentableTwin(transferSyntaxUid: string): string | undefined {
  return /^1\.2\.840\.10008\.1\.2\.4\.10[0-6]$/.test(transferSyntaxUid) ? `${transferSyntaxUid}.1` : undefined;
}

/** `.102` for `.102.1`; what is no fragmentable twin as it is. */
export function withoutFragments(transferSyntaxUid: string): string {
  const plain = transferSyntaxUid.replace(/\.1$/, "");
  return fragmentableTwin(plain) === transferSyntaxUid ? plain : transferSyntaxUid;
}

/** Whether it is HEVC video. */
export function isHevc(transferSyntaxUid: string): boolean {
  return /^1\.2\.840\.10008\.1\.2\.4\.10[78]$/.test(transferSyntaxUid);
}

/** Whether the stream of one video may lie in several fragments. */
export function mayBeFragmented(transferSyntaxUid: string): boolean {
  return isHevc(transferSyntaxUid) || withoutFragments(transferSyntaxUid) !== transferSyntaxUid;
}

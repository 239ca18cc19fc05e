/** How a still is stored: as profiles say it. */
export type StillEncoding = "jpeg" | "jpeg-ls" | "uncompressed";

/** What the files of stills end in. `.rgb` is nothing but the pixels: 8 bits each of red, green, blue, row by row. */
export const stillEndings = { jpeg: ".jpg", "jpeg-ls": ".jls", uncompressed: ".rgb" } as const satisfies Record<
  StillEncoding,
  string
>;

/** A device profile: the microscope or tower whose picture we take, and how. One JSON file per model. */
import { type Static, Type } from "typebox";
import type { ClipSopClassName, StillSopClassName } from "../dicom/dicom.ts";

const stillClasses = [
  "secondaryCapture",
  "vlEndoscopic",
  "vlMicroscopic",
  "vlPhotographic",
] as const satisfies readonly StillSopClassName[];
const clipClasses = [
  "videoEndoscopic",
  "videoMicroscopic",
  "videoPhotographic",
] as const satisfies readonly ClipSopClassName[];

/** Pixel formats in ffmpeg's words, 8 bits a sample. */
export const pixelFormats = [
  "yuv420p",
  "yuvj420p",
  "yuv422p",
  "yuvj422p",
  "yuv444p",
  "yuyv422",
  "uyvy422",
  "nv12",
  "rgb24",
  "bgr24",
] as const;
export type PixelFormat = (typeof pixelFormats)[number];

/** Encoders of ffmpeg that need hardware: VAAPI, Intel Quick Sync, NVIDIA, V4L2 memory to memory. */
export const hardwareEncoders = [
  ...(["h264_vaapi", "h264_qsv", "h264_nvenc", "h264_v4l2m2m"] as const),
  ...(["hevc_vaapi", "hevc_qsv", "hevc_nvenc", "hevc_v4l2m2m"] as const),
] as const;
export type HardwareEncoder = (typeof hardwareEncoders)[number];

export const overridableNames = ["device", "card", "url", "file", "width", "height", "fps", "passThrough"] as const;
export type OverridableName = (typeof overridableNames)[number];

const closed = { additionalProperties: false };
const Side = (description: string) => Type.Integer({ minimum: 16, maximum: 8192, description });
const Text = (description: string) => Type.String({ minLength: 1, maxLength: 64, description });

const Rate = Type.Object(
  { num: Type.Integer({ minimum: 1, maximum: 240_000 }), den: Type.Integer({ minimum: 1, maximum: 1001 }) },
  { ...closed, description: "Frames a second as a fraction: 30000/1001 is 29.97." },
);

const picture = {
  width: Side("Width that arrives, pixels."),
  height: Side("Height that arrives, pixels."),
  fps: Rate,
  pixelFormat: Type.Enum(pixelFormats, {
    description: "Of the decoded frames, in ffmpeg's words. What arrives in another format is converted to it.",
  }),
  options: Type.Record(Type.String({ pattern: "^[a-z][a-z0-9_]{0,40}$" }), Type.String({ maxLength: 200 }), {
    description: "More input options for ffmpeg, without the leading dash.",
  }),
  settable: Type.Array(Type.Enum(overridableNames), {
    uniqueItems: true,
    description: "What the settings of a box may override.",
  }),
};
const compressed = Type.Enum(["mjpeg", "h264", "hevc", "mpeg2video", "raw"] as const, {
  description: "How the picture is coded when it arrives; mjpeg: stills keep these very bytes.",
});
const passThrough = Type.Optional(
  Type.Enum(["when-legal", "never"] as const, {
    description:
      "when-legal: clips are the encoder's own H.264 where that is legal DICOM as it comes, else it is encoded again; never (default): always encoded again.",
  }),
);
const Address = (scheme: string) => Type.String({ pattern: `^(${scheme})://\\S+$`, maxLength: 1024 });

const Input = Type.Union(
  [
    Type.Object(
      {
        kind: Type.Literal("v4l2"),
        device: Type.String({
          pattern: "^(/dev/\\S+|id:(usb|path):[A-Za-z0-9_.:/-]+(#\\d+)?)$",
          maxLength: 1024,
          description: "The default; settings name the real one, by its node or by what it is (scopeline devices).",
        }),
        format: Type.Enum(["mjpeg", "raw"] as const, { description: "raw asks the card for pixelFormat itself." }),
        ...picture,
      },
      closed,
    ),
    Type.Object(
      {
        kind: Type.Literal("rtsp"),
        url: Address("rtsps?"),
        transport: Type.Enum(["tcp", "udp"] as const),
        format: compressed,
        passThrough,
        ...picture,
      },
      closed,
    ),
    Type.Object(
      { kind: Type.Literal("srt"), url: Address("srt"), format: compressed, passThrough, ...picture },
      closed,
    ),
    Type.Object(
      { kind: Type.Literal("udp"), url: Address("udp|rtp"), format: compressed, passThrough, ...picture },
      { ...closed, description: "MPEG transport stream over UDP or RTP." },
    ),
    Type.Object(
      {
        kind: Type.Literal("file"),
        file: Type.String({ minLength: 1, maxLength: 1024 }),
        format: compressed,
        ...picture,
      },
      { ...closed, description: "A file played without end, at its own speed." },
    ),
    Type.Object(
      {
        kind: Type.Literal("pipe"),
        file: Type.String({ minLength: 1, maxLength: 1024 }),
        ...picture,
      },
      {
        ...closed,
        description:
          "Raw frames, one after the other without anything between, that another program writes into a FIFO at its own pace.",
      },
    ),
    Type.Object(
      {
        kind: Type.Literal("decklink"),
        card: Type.String({ minLength: 1, maxLength: 128, description: "The card's name: ffmpeg -sources decklink." }),
        connector: Type.Enum(["sdi", "hdmi", "optical_sdi", "component", "composite", "s_video"] as const),
        mode: Type.Optional(
          Type.String({
            pattern: "^[A-Za-z0-9]{4}$",
            description: "The four letters of ffmpeg -list_formats, such as Hp60; absent: the card finds it.",
          }),
        ),
        ...picture,
      },
      { ...closed, description: "A Blackmagic DeckLink card, by an ffmpeg that was built with its SDK." },
    ),
    Type.Object(
      {
        kind: Type.Literal("simulated"),
        picture: Type.Optional(
          Type.Enum(["microscope", "bars", "chart"] as const, {
            description: "microscope (default) moves; bars and chart stand still, for colour and range.",
          }),
        ),
        ...picture,
      },
      { ...closed, description: "A moving picture with a frame number that a program can read." },
    ),
  ],
  { description: "Where the picture comes from." },
);

const Encoder = Type.Object(
  {
    codec: Type.Enum(["libx264", "libx265"] as const, {
      description: "On the CPU: libx264 makes H.264, libx265 HEVC for what is larger than H.264 may be in DICOM.",
    }),
    preferred: Type.Optional(
      Type.Array(Type.Enum(hardwareEncoders), {
        uniqueItems: true,
        description:
          "Hardware encoders to try first, in this order, of the same kind as the codec; each is probed, the CPU is the fallback.",
      }),
    ),
    preset: Type.Enum(["ultrafast", "superfast", "veryfast", "faster", "fast", "medium"] as const),
    crf: Type.Integer({ minimum: 1, maximum: 40, description: "Constant quality; lower is better." }),
    maxBitrateKbps: Type.Integer({
      minimum: 100,
      maximum: 62_500,
      description: "H.264 High, level 4.1 and 4.2: 62 500; HEVC, level 5.1 of the Main tier: 40 000.",
    }),
    gopSeconds: Type.Number({ minimum: 0.1, maximum: 1, description: "From key frame to key frame." }),
    level: Type.Enum(["4.1", "4.2", "5.1"] as const, { description: "4.1 or 4.2 for H.264, 5.1 for HEVC." }),
  },
  closed,
);

/** What names the device in DICOM, the same in a profile and in a model. */
export const modelFields = {
  manufacturer: Text("Manufacturer (0008,0070)."),
  model: Text("Manufacturer's Model Name (0008,1090)."),
  modality: Type.String({ pattern: "^[A-Z0-9]{2,16}$", description: "Modality (0008,0060) of a Secondary Capture." }),
  sopClasses: Type.Object({ still: Type.Enum(stillClasses), clip: Type.Enum(clipClasses) }, closed),
  anatomicRegion: Type.Optional(
    Type.Object(
      {
        codeValue: Type.String({ minLength: 1, maxLength: 16 }),
        codingSchemeDesignator: Type.String({ minLength: 1, maxLength: 16 }),
        codeMeaning: Text("Code Meaning."),
      },
      { ...closed, description: "Anatomic Region Sequence (0008,2218), e.g. from CID 4." },
    ),
  ),
};

/** What leaves the device: the first is the one that is used. */
export const Outputs = Type.Array(
  Type.Object(
    {
      connector: Type.Enum(["sdi", "hdmi", "dvi", "displayport", "component", "s-video", "composite"] as const),
      width: Side("Pixels."),
      height: Side("Pixels."),
      fps: Rate,
      interlaced: Type.Boolean(),
    },
    closed,
  ),
  { minItems: 1, maxItems: 8, description: "The video outputs of the device; the first is the one that is used." },
);

/** Where figures come from: each is cited or assumed. */
export const evidence = {
  cited: Type.Optional(
    Type.Record(
      Type.String({ pattern: "^/" }),
      Type.Object(
        {
          source: Type.String({ minLength: 1, maxLength: 300, description: "Document, edition and page." }),
          url: Type.Optional(Type.String({ pattern: "^https?://\\S+$", maxLength: 500 })),
        },
        closed,
      ),
      { description: "JSON pointers of figures in this file, and the document each was read in." },
    ),
  ),
  assumed: Type.Array(Type.String({ pattern: "^/" }), {
    description: "JSON pointers of the figures in this file that nobody has verified on a real device.",
  }),
};

export const DeviceProfile = Type.Object(
  {
    $schema: Type.Literal("./device-profile.schema.json"),
    id: Type.String({
      pattern: "^[a-z0-9][a-z0-9._-]*(@[a-z0-9][a-z0-9._-]*)?$",
      maxLength: 129,
      description: "The file's name without .json; of a model on another input than its usual one, with @ and that.",
    }),
    ...modelFields,
    detector: Type.Enum(["digital", "analogue"] as const, { description: "How the picture reaches the box." }),
    input: Input,
    crop: Type.Optional(
      Type.Object(
        {
          x: Type.Integer({ minimum: 0, maximum: 8192 }),
          y: Type.Integer({ minimum: 0, maximum: 8192 }),
          width: Side("Width that is kept."),
          height: Side("Height that is kept."),
        },
        { ...closed, description: "The part of the picture that is kept, for stills, clips and preview." },
      ),
    ),
    deinterlace: Type.Enum(["none", "frame", "field"] as const, {
      description: "frame: one progressive frame for two fields; field: one for each, at twice the rate.",
    }),
    colour: Type.Object(
      { matrix: Type.Enum(["bt601", "bt709"] as const), range: Type.Enum(["limited", "full"] as const) },
      { ...closed, description: "What the numbers of the arriving picture mean." },
    ),
    clip: Type.Object(
      {
        scale: Type.Optional(Type.Object({ width: Side("Even."), height: Side("Even.") }, closed)),
        encoder: Encoder,
      },
      closed,
    ),
    still: Type.Union(
      [
        Type.Object(
          {
            encoding: Type.Literal("jpeg"),
            quantiser: Type.Integer({ minimum: 1, maximum: 31, description: "1 is best, 2 to 4 usual." }),
          },
          closed,
        ),
        Type.Object({ encoding: Type.Enum(["jpeg-ls", "uncompressed"] as const) }, closed),
      ],
      {
        description:
          "How a still is kept: jpeg, jpeg-ls (lossless) or uncompressed; the last two hold the RGB pixels bit by bit.",
      },
    ),
    stereo: Type.Optional(
      Type.Object(
        {
          packing: Type.Enum(["side-by-side", "top-bottom"] as const),
          first: Type.Enum(["left", "right"] as const, { description: "Which eye is left or on top." }),
        },
        {
          ...closed,
          description:
            "Both views of a stereo microscope in one picture, each squeezed to half: clips are sent as stereo pairs and as their left view; stills and preview show both.",
        },
      ),
    ),
    outputs: Type.Optional(Outputs),
    ...evidence,
  },
  { ...closed, title: "Scopeline device profile" },
);
export type DeviceProfile = Static<typeof DeviceProfile>;
export type DeviceInput = DeviceProfile["input"];

/** The published JSON Schema: the text of `device-profiles/device-profile.schema.json`. */
export function deviceProfileSchemaText(): string {
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "device-profile.schema.json",
    ...DeviceProfile,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

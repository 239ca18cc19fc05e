/** A named microscope or tower, on top of the input that takes its picture: files in device-profiles/models/. */
import { type Static, Type } from "typebox";
import { type DeviceProfile, evidence, modelFields, Outputs } from "./device-profile.ts";
import { evidenceOn } from "./figures.ts";

const profileId = "^[a-z0-9][a-z0-9._-]*$";

export const DeviceModel = Type.Object(
  {
    $schema: Type.Literal("../device-model.schema.json"),
    id: Type.String({ pattern: profileId, maxLength: 64, description: "The file's name without .json." }),
    base: Type.String({
      pattern: profileId,
      maxLength: 64,
      description: "The profile of the input it usually hangs on; input.via of the settings names another.",
    }),
    ...modelFields,
    outputs: Outputs,
    ...evidence,
  },
  { additionalProperties: false, title: "Scopeline device model" },
);
export type DeviceModel = Static<typeof DeviceModel>;

/** The published JSON Schema: the text of `device-profiles/device-model.schema.json`. */
export function deviceModelSchemaText(): string {
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "device-model.schema.json",
    ...DeviceModel,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

const viaMark = "@";

/**
 * The profile of a model on an input. Its id is the model's, with `@` and the input's where that is not its usual one:
 * captures keep it, and it says how their pictures came. The first output gives size, rate and interlacing. Pure.
 */
export function onInput(model: DeviceModel, input: DeviceProfile): DeviceProfile {
  const { $schema: _schema, base, id, outputs, cited, assumed, ...named } = model;
  const [{ width, height, fps, interlaced } = { ...input.input, interlaced: input.deinterlace !== "none" }] = outputs;
  const { anatomicRegion: _region, ...rest } = input;
  return {
    ...rest,
    ...named,
    id: input.id === base ? id : `${id}${viaMark}${input.id}`,
    input: { ...input.input, width, height, fps },
    deinterlace: interlaced ? "frame" : "none",
    outputs,
    ...evidenceOn({ ...(cited && { cited }), assumed }, input),
  };
}

/** `model@input` in its two parts; no `@`: the usual input. */
export function partsOfId(id: string): { readonly profile: string; readonly via: string | undefined } {
  const [profile = id, via] = id.split(viaMark);
  return { profile, via };
}

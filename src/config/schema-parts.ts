/** Pieces of the settings schema that more than one section uses. */
import { type TProperties, Type } from "typebox";

/** An object that refuses unknown keys and has to be given. */
export function closed<const T extends TProperties>(properties: T, description: string) {
  return Type.Object(properties, { additionalProperties: false, description });
}

/** An object that refuses unknown keys and may be left out: each of its keys has a default or is optional. */
export function section<const T extends TProperties>(properties: T, description: string) {
  return Type.Object(properties, { additionalProperties: false, description, default: {} });
}

/** AE, PS3.5 6.2: the default repertoire without backslash; spaces at either end are not significant, so refused. */
export function aeTitle(description: string) {
  return Type.String({
    pattern: "^(?! )[\\x20-\\x5b\\x5d-\\x7e]+(?<! )$",
    maxLength: 16,
    patternErrorMessage:
      "must be an AE title: 1 to 16 printable ASCII characters, no backslash, no space at either end",
    description,
  });
}

const textPattern = "^[^\\\\\\x00-\\x1f\\x7f]*[^\\s\\\\\\x00-\\x1f\\x7f][^\\\\\\x00-\\x1f\\x7f]*$";
const textMessage = "must be text in one line, not blank, without backslash";

/** SH, PS3.5 6.2. */
export function shortString(description: string) {
  return Type.String({ pattern: textPattern, maxLength: 16, patternErrorMessage: textMessage, description });
}

/** LO, PS3.5 6.2. */
export function longString(description: string) {
  return Type.String({ pattern: textPattern, maxLength: 64, patternErrorMessage: textMessage, description });
}

const hostOptions = {
  pattern: "^([A-Za-z0-9_][A-Za-z0-9_.-]*|[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)$",
  maxLength: 253,
  patternErrorMessage: "must be a host name or an IP address, without port, scheme or spaces",
} as const;

export function host(description: string, byDefault: string) {
  return Type.String({ ...hostOptions, default: byDefault, description });
}

export function remoteHost(description: string) {
  return Type.String({ ...hostOptions, description });
}

export function listenPort(description: string, byDefault: number) {
  return Type.Integer({ minimum: 0, maximum: 65535, default: byDefault, description });
}

/** A file that may be given; relative paths start at the settings file. */
export function optionalPath(description: string) {
  return Type.Optional(Type.String({ minLength: 1, maxLength: 1024, description }));
}

/** `HH:MM`, local time. */
export function timeOfDay(description: string) {
  return Type.Optional(
    Type.String({
      pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$",
      maxLength: 5,
      patternErrorMessage: 'must be a time of the day in quotes, such as "20:00"',
      description,
    }),
  );
}

/** The DICOM Conformance Statement, made from the code and the settings: the public face of this room. */
import type { Settings } from "../config/config.ts";
import { configuration } from "./configuration.ts";
import { iodAnnex } from "./iods.ts";
import { blocks } from "./markdown.ts";
import { network } from "./network.ts";
import { contents, cover, introduction, model, overview } from "./overview.ts";
import { annexB, annexC, annexD, annexE, security } from "./security.ts";
import { services } from "./services.ts";
import { statusCodes } from "./status.ts";

/**
 * The statement of a box with these settings, as Markdown, in the form of PS3.2 Annex N; `version` is that of the
 * software. Holds no secret. Composes some thousand synthetic data sets in one go, a second or two: for the command line,
 * not for a box that is recording.
 */
export function conformanceStatement(settings: Settings, version: string): string {
  const statement = blocks(
    cover(settings, version),
    overview(),
    contents(),
    introduction(version),
    model(settings),
    services(settings),
    configuration(settings),
    network(settings),
    statusCodes(settings),
    security(settings),
    iodAnnex(),
    annexB(),
    annexC(settings),
    annexD(),
    annexE(),
  );
  return `${statement}\n`;
}

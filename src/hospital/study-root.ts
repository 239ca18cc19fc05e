import type { Archive } from "./archive.ts";
import { InstanceAttributes } from "./instance-attributes.ts";
import { answerOf, type Elements, matches } from "./matching.ts";

export interface FindResult {
  readonly status: number;
  readonly comment?: string;
  readonly answers: readonly Elements[];
}

type Level = "STUDY" | "SERIES" | "IMAGE";

/** The unique keys above a level: one value each (PS3.4 C.4.1.3.1.1). */
const above: Record<Level, readonly string[]> = {
  STUDY: [],
  SERIES: ["StudyInstanceUID"],
  IMAGE: ["StudyInstanceUID", "SeriesInstanceUID"],
};
/** What an entity of a level is known by. */
const unique: Record<Level, string> = {
  STUDY: "StudyInstanceUID",
  SERIES: "SeriesInstanceUID",
  IMAGE: "SOPInstanceUID",
};
const identifierDoesNotMatch = 0xa900;

/** Study Root C-FIND over what the archive really holds (PS3.4 C.6.2). */
export class StudyRoot {
  readonly #archive: Archive;
  readonly #aeTitle: string;
  readonly #attributes: InstanceAttributes;

  constructor(archive: Archive, aeTitle: string) {
    this.#archive = archive;
    this.#aeTitle = aeTitle;
    this.#attributes = new InstanceAttributes(archive.folder);
  }

  async find(keys: Elements): Promise<FindResult> {
    const level = keys.QueryRetrieveLevel;
    if (level !== "STUDY" && level !== "SERIES" && level !== "IMAGE") {
      return { status: identifierDoesNotMatch, comment: "no such query level", answers: [] };
    }
    const unkeyed = above[level].find((keyword) => !isSingleValue(keys[keyword]));
    if (unkeyed !== undefined) {
      return { status: identifierDoesNotMatch, comment: `needs one ${unkeyed}`, answers: [] };
    }
    const instances = await this.#instances();
    const entities = Map.groupBy(instances, (instance) => String(instance[unique[level]] ?? ""));
    const found = [...entities.values()].flatMap((group) => entityOf(group)).filter((entity) => matches(keys, entity));
    const common = {
      SpecificCharacterSet: "ISO_IR 192",
      QueryRetrieveLevel: level,
      RetrieveAETitle: this.#aeTitle,
    };
    return { status: 0, answers: found.map((entity) => ({ ...answerOf(keys, entity), ...common })) };
  }

  async #instances(): Promise<Elements[]> {
    const instances: Elements[] = [];
    for (const { uid } of this.#archive.list()) {
      const held = await this.#archive.holds(uid);
      if (!held) continue;
      const { SpecificCharacterSet: _, ...attributes } = await this.#attributes.of(held);
      const coerced = held.coercedPatientId === undefined ? {} : { PatientID: held.coercedPatientId };
      instances.push({ ...attributes, ...coerced });
    }
    return instances;
  }
}

/** A study, series or instance: the attributes of its first instance, and the counts. */
function entityOf(group: readonly Elements[]): Elements[] {
  const [first] = group;
  if (!first) return [];
  const series = new Set(group.map(({ SeriesInstanceUID }) => SeriesInstanceUID)).size;
  const modalities = new Set(group.map(({ Modality }) => Modality));
  return [
    {
      ...first,
      ModalitiesInStudy: [...modalities].join("\\"),
      NumberOfStudyRelatedSeries: String(series),
      NumberOfStudyRelatedInstances: String(group.length),
      NumberOfSeriesRelatedInstances: String(group.length),
    },
  ];
}

function isSingleValue(value: Elements[string] | undefined): boolean {
  return typeof value === "string" && value !== "" && !/[\\*?]/.test(value);
}

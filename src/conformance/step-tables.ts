/** What N-CREATE and N-SET of a performed procedure step hold, found by composing them. */
import { sopClassNames } from "../dicom/dicom.ts";
import { attributeCells, attributeHead } from "./attribute-tables.ts";
import { attributesOf, subjectsOf } from "./attributes.ts";
import { stepMessages } from "./compose-facts.ts";
import { blocks, table } from "./markdown.ts";

const messages = [
  ["create", "N-CREATE"],
  ["complete", "N-SET, COMPLETED"],
  ["discontinue", "N-SET, DISCONTINUED"],
] as const;

export function stepTables(): string {
  const variants = sopClassNames.slice(0, 2).flatMap(subjectsOf);
  return blocks(
    ...messages.flatMap(([which, title]) => [
      `**${title}**`,
      table(
        attributeHead,
        attributesOf(variants, ({ facts, making }) => stepMessages(facts, making)[which]).map(attributeCells),
      ),
    ]),
  );
}

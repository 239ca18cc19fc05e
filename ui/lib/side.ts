/** The box's own rule, so that the list and the banner never name different sides. */
export { type Laterality as Side, lateralityOfText as sideInText } from "../../src/procedures/laterality.ts";

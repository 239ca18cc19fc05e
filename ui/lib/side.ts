/** The box's own rule, so that the list and the banner never name different sides. */
export {
  type Laterality as Side,
  lateralityOfStep as sideOfStep,
  lateralityOfText as sideInText,
} from "../../src/procedures/laterality.ts";

/** A program of its own that runs a source until it is killed; says "live" once. For capture-orphans.test.ts. */
import { profileOf, rigFor, small } from "./capture-rig.ts";

const rig = await rigFor(profileOf("simulated-microscope", small));
await rig.until(() => rig.source.state().state === "live" && rig.source.encoderPid !== undefined, "a picture");
console.log("live");

/** The one settings schema and everything that can be wrong with a settings file: the public face of this room. */
export { defaultSettings, loadSettings, type Settings, settingsWarnings } from "./load.ts";
export { SettingsError } from "./problems.ts";

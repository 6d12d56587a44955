/** Parts that most resources share: Resource v1_20_0 Status, and `@Redfish.Settings` (Settings v1_4_0). */
import { link, nested, text } from './lenient.js';

export const Status = nested({ State: text, Health: text });
export const Settings = nested({ SettingsObject: link });

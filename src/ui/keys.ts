/** The key tables of all views, by the names a config calls them. Data only: reading it loads no view. */
import { claimKeys } from './claim/keys.js';
import { discoverKeys } from './discover/keys.js';
import { serverKeys } from './server/keys.js';
import type { Binding } from './shared/keymap.js';
import { topKeys } from './top/keys.js';

export const viewKeys: Readonly<Record<string, readonly Binding<string>[]>> = {
  discover: discoverKeys,
  claim: claimKeys,
  top: topKeys,
  server: serverKeys,
};

/** What a config file presets, as types: `src/cli/config.ts` reads it. */
import type { RawFlags } from './flags.js';

/** What mutating commands must ask beyond their own level. */
export interface Safety {
  /** `relaxed` takes y/n where a name would have to be typed; never for what erases. */
  readonly confirm?: 'normal' | 'relaxed';
  /** More targets than this need the typed confirmation; default a tenth of the servers, but at least ten. */
  readonly maxBlastRadius?: number;
  /** Servers that always need it. */
  readonly protectedSelector?: string;
}

export interface Defaults {
  readonly globals: RawFlags;
  /** `profile fra` or `config file`, by global flag. */
  readonly sources: Readonly<Record<string, string>>;
  /** By command. */
  readonly commands: Readonly<Record<string, RawFlags>>;
  readonly aliases: Readonly<Record<string, string>>;
  /** Saved columns, by plural of the kind and name. */
  readonly columns: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly safety: Safety;
  /** Keys of views, by view and action: `discover.onboard`. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
}

export const noDefaults: Defaults = {
  globals: {},
  sources: {},
  commands: {},
  aliases: {},
  columns: {},
  safety: {},
  keys: {},
};

/** What a config file may hold, as data: from it come validation, nearest keys and the values of flags. */

import type { Node, YAMLMap } from 'yaml';
import type { FlagDef } from '../../../flags.js';
import { globalFlags } from '../../../globals.js';
import { commands } from '../../../index.js';
import { checkKeys, keyMembers } from './keys.js';

/** Line and column of a node. */
export type Where = (node: Node) => string;

export type Schema =
  | { readonly is: 'flag'; readonly flag: FlagDef }
  | { readonly is: 'text' | 'number' }
  /** Keys of an action of a view. */
  | { readonly is: 'keys' }
  | { readonly is: 'choice'; readonly choices: readonly string[] }
  | {
      readonly is: 'object';
      readonly members: Readonly<Record<string, Schema>>;
      /** What only all members together can be wrong about. */
      readonly together?: (map: YAMLMap<Node, Node>, at: Where) => void;
    }
  | { readonly is: 'map'; readonly of: Schema };

const object = (members: Readonly<Record<string, Schema>>): Schema => ({ is: 'object', members });
const map = (of: Schema): Schema => ({ is: 'map', of });
const text: Schema = { is: 'text' };

const flagsOf = (flags: Readonly<Record<string, FlagDef>>, but: readonly string[] = []): Record<string, Schema> =>
  Object.fromEntries(
    Object.entries(flags).flatMap(([key, flag]) => (but.includes(key) ? [] : [[key, { is: 'flag', flag } as const]])),
  );

/** Answers to questions belong to one run; a file that gave them would answer questions nobody read. */
const never = ['yes', 'confirm', 'dryRun', 'config', 'interactive'];
const globals = flagsOf(globalFlags, never);

/** Workflows whose flags a file may preset, under the command's name. */
const presettable = ['discover', 'onboard', 'claim', 'release', 'reconcile', 'plan'] as const;

/** The names a file uses for flags that have others on the command line. */
const alsoCalled: Readonly<Record<string, Readonly<Record<string, string>>>> = { discover: { cidrs: 'cidr' } };

const sections = Object.fromEntries(
  presettable.map((name) => {
    const flags = commands.find((command) => command.name === name)?.flags ?? {};
    const own = flagsOf(flags, ['once', 'watch', 'takeOver', 'adopt']);
    const renamed = Object.entries(alsoCalled[name] ?? {}).map(([alias, key]) => [alias, own[key] ?? text] as const);
    return [name, object({ ...own, ...Object.fromEntries(renamed) })];
  }),
);

/** The flag a key of a section stands for. */
export const flagOfKey = (section: string, key: string): string => alsoCalled[section]?.[key] ?? key;

const settings: Record<string, Schema> = {
  ...globals,
  ...sections,
  bmc: object({ tls: object({ caFile: text, pin: { is: 'choice', choices: ['off', 'first-use', 'required'] } }) }),
  safety: object({
    confirm: { is: 'choice', choices: ['normal', 'relaxed'] },
    maxBlastRadius: { is: 'number' },
    protectedSelector: text,
  }),
};

/** The whole file. */
export const configSchema: Schema = object({
  apiVersion: { is: 'choice', choices: ['cli.metalctl.dev/v1'] },
  kind: { is: 'choice', choices: ['Config'] },
  currentProfile: text,
  ...settings,
  columns: map(map(text)),
  keys: { is: 'object', members: keyMembers, together: checkKeys },
  aliases: map(text),
  profiles: map(object(settings)),
});

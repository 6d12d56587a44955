/** What a config file presets: values of flags and where each came from, safety, aliases, saved columns. */
import { dirname, resolve } from 'node:path';
import { UserError } from '../../../../errors/classes.js';
import { nearest } from '../../../../lib/nearest.js';
import type { Defaults, Safety } from '../../../defaults.js';
import type { FlagDef, RawFlag } from '../../../flags.js';
import { globalFlags } from '../../../globals.js';
import { commands } from '../../../index.js';
import { boundKeys } from './keys.js';
import { type ConfigFile, configText, readConfig } from './read.js';
import { flagOfKey } from './schema.js';

type Json = Readonly<Record<string, unknown>>;
type Raw = Record<string, RawFlag>;

/** Undefined when there is no file. @throws UserError CONFIG_INVALID · CONFIG_KEY_UNKNOWN · NOT_FOUND for its profile */
export function loadDefaults(path: string): Defaults | undefined {
  const text = configText(path);
  return text === undefined ? undefined : defaultsOf(readConfig(path, text));
}

export function defaultsOf({ path, value }: ConfigFile): Defaults {
  const name = value.currentProfile as string | undefined;
  const profile = profileOf(value, name);
  const layers = [
    { source: 'config file', value },
    ...(profile === undefined ? [] : [{ source: `profile ${name}`, value: profile }]),
  ];
  const globals: Raw = {};
  const sources: Record<string, string> = {};
  const byCommand: Record<string, Raw> = {};
  for (const layer of layers) {
    const own = globalsOf(layer.value, dirname(path));
    Object.assign(globals, own);
    for (const key of Object.keys(own)) sources[key] = layer.source;
    for (const [command, raw] of Object.entries(commandsOf(layer.value, dirname(path)))) {
      byCommand[command] = { ...byCommand[command], ...raw };
    }
  }
  return {
    globals,
    sources,
    commands: byCommand,
    aliases: (value.aliases ?? {}) as Record<string, string>,
    columns: (value.columns ?? {}) as Record<string, Record<string, string>>,
    safety: { ...(value.safety as Safety | undefined), ...(profile?.safety as Safety | undefined) },
    keys: boundKeys(value.keys),
  };
}

function profileOf(value: Json, name: string | undefined): Json | undefined {
  if (name === undefined) return undefined;
  const profiles = (value.profiles ?? {}) as Record<string, Json>;
  if (Object.hasOwn(profiles, name)) return profiles[name] ?? {};
  const [close] = nearest(name, Object.keys(profiles));
  throw new UserError('NOT_FOUND', `the config has no profile "${name}"`, {
    why: `it has: ${Object.keys(profiles).join(', ') || 'none'}`,
    hint: close === undefined ? 'metalctl config profiles' : `metalctl config use-profile ${close}`,
  });
}

/** Files named in a config are looked for beside it. */
function rawOf(flag: FlagDef, value: unknown, folder: string): RawFlag {
  if (flag.type === 'toggle') return value === true;
  if (flag.type === 'count') return Number(value);
  const texts = (Array.isArray(value) ? value : [value]).map(String);
  return flag.complete === 'files' ? texts.map((each) => (each === '-' ? each : resolve(folder, each))) : texts;
}

function globalsOf(value: Json, folder: string): Raw {
  const flags: Readonly<Record<string, FlagDef>> = globalFlags;
  const own = Object.entries(value).flatMap(([key, each]) => {
    const flag = Object.hasOwn(flags, key) ? flags[key] : undefined;
    return flag === undefined ? [] : [[key, rawOf(flag, each, folder)] as const];
  });
  const caFile = (value.bmc as { tls?: { caFile?: string } } | undefined)?.tls?.caFile;
  return { ...Object.fromEntries(own), ...(caFile === undefined ? {} : { bmcCa: [resolve(folder, caFile)] }) };
}

function commandsOf(value: Json, folder: string): Record<string, Raw> {
  const pin = (value.bmc as { tls?: { pin?: string } } | undefined)?.tls?.pin;
  const found = commands.flatMap(({ name, flags }) => {
    const section = (value[name] ?? {}) as Json;
    const preset = Object.entries(section).flatMap(([key, each]) => presetOf(name, flags, key, each, folder));
    const pinned = pin !== undefined && 'pin' in flags ? [['pin', [pin]] as const] : [];
    return preset.length + pinned.length === 0 ? [] : [[name, Object.fromEntries([...pinned, ...preset])] as const];
  });
  return Object.fromEntries(found);
}

function presetOf(
  name: string,
  flags: Readonly<Record<string, FlagDef>>,
  key: string,
  value: unknown,
  folder: string,
): (readonly [string, RawFlag])[] {
  const secret = key === 'credentials' && typeof value === 'string' ? /^secret:(.+)$/.exec(value)?.[1] : undefined;
  if (secret !== undefined) return [['bmcSecret', [secret]]];
  const flag = flags[flagOfKey(name, key)];
  return flag === undefined ? [] : [[flagOfKey(name, key), rawOf(flag, value, folder)]];
}

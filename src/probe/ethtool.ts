/** What `ethtool` tells of a card, where a machine has it: modes, ports and firmware, which sysfs does not show. */
import { execFileSync } from 'node:child_process';
import type { Nic } from './wire.js';

/** Runs ethtool with these arguments; undefined where it is absent or refuses, as it does for virtual links. */
export type Ethtool = (...args: readonly string[]) => string | undefined;

const timeoutMs = 2_000;

export const ethtool: Ethtool = (...args) => {
  try {
    return execFileSync('ethtool', args, { encoding: 'utf8', timeout: timeoutMs, stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
};

/** Facts of one link; empty where ethtool says nothing. A name that looks like an option is not asked for. */
export function cardFacts(ask: Ethtool, name: string): Partial<Nic> {
  if (name.startsWith('-')) return {};
  const settings = valuesOf(ask(name));
  const driver = valuesOf(ask('-i', name));
  const speed = settings.get('Speed');
  const firmwareVersion = driver.get('firmware-version');
  return {
    ...(speed === undefined ? {} : { speed: speed.replace(/\s+/g, '') }),
    linkModes: wordsOf(settings.get('Supported link modes')),
    supportedPorts: wordsOf(settings.get('Supported ports')),
    ...(firmwareVersion === undefined ? {} : { firmwareVersion }),
  };
}

/** `Key: value`, where lines that are indented further go on with the value before. */
function valuesOf(text = ''): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  let last: string | undefined;
  for (const line of text.split('\n')) {
    const [, indent = '', key, value = ''] = /^(\s*)([^:\s][^:]*):(?:\s(.*))?$/.exec(line) ?? [];
    if (key !== undefined && indent.length <= 1) {
      last = key;
      values.set(key, value.trim());
    } else if (last !== undefined && line.trim() !== '') {
      values.set(last, `${values.get(last)} ${line.trim()}`);
    }
  }
  return values;
}

/** Upstream's `null` for what is not reported. */
function wordsOf(value: string | undefined): readonly string[] | null {
  const words = (value ?? '').replace(/[[\]]/g, ' ').split(/\s+/).filter(Boolean);
  return words.length === 0 || /^(Not reported|Unknown)/.test(value ?? '') ? null : words;
}

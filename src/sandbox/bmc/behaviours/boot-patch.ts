/** PATCH of ComputerSystem.Boot: every rule by which firmware refuses or bends what is asked of it. */
import type { Message } from '../http/messages.js';
import { isObject, type Json, type JsonObject } from '../json.js';
import type { BootOverride } from '../machine/boot-settings.js';
import type { BootRules } from '../profile.js';
import type { MachinePlace } from '../virtual-bmc.js';
import { notInList, wrongType } from './patching.js';

const fields: Readonly<Record<string, keyof BootOverride>> = {
  BootSourceOverrideEnabled: 'enabled',
  BootSourceOverrideTarget: 'target',
  BootSourceOverrideMode: 'mode',
  HttpBootUri: 'httpBootUri',
  UefiTargetBootSourceOverride: 'uefiTarget',
  BootNext: 'bootNext',
};

const at = (name: string): string => `#/Boot/${name}`;

/** Changes the machine's boot settings as far as the rules allow: all of it or, with messages returned, none. */
export function patchBoot(rules: BootRules, place: MachinePlace, boot: Json, path: string): readonly Message[] {
  if (!isObject(boot)) return [wrongType(boot, 'Boot')];
  const { BootOrder: order, ...override } = boot;
  const asksOverride = Object.keys(override).some((name) => !name.startsWith('@'));
  const messages = [
    ...(order === undefined ? [] : refuseOrder(rules, place, order, path)),
    ...(asksOverride ? refuseOverride(rules, place, override, path) : []),
  ];
  if (messages.length > 0) return messages;
  if (order !== undefined) writeOrder(place, order as readonly string[]);
  if (asksOverride) writeOverride(rules, place, override);
  return [];
}

function refuseOrder(rules: BootRules, place: MachinePlace, order: Json, path: string): readonly Message[] {
  const isHere = rules.writeOrderAt === (place.isSettings ? 'settings' : 'system');
  if (!isHere) return [elsewhere(rules, place, 'BootOrder', path)];
  if (!Array.isArray(order)) return [wrongType(order, 'Boot/BootOrder')];
  const known = place.machine.bootReferences;
  return order.flatMap((id: Json) => (known.includes(String(id)) ? [] : [notInList(String(id), 'Boot/BootOrder')]));
}

function refuseOverride(rules: BootRules, place: MachinePlace, ask: JsonObject, path: string): readonly Message[] {
  const isHere =
    rules.writeOverrideAt === 'either' || rules.writeOverrideAt === (place.isSettings ? 'settings' : 'system');
  if (!isHere) return Object.keys(ask).map((name) => elsewhere(rules, place, name, path));
  if (rules.isFrozenDuringPost && place.machine.isInPost) return [{ key: 'iLO.2.24.UnableToModifyDuringSystemPOST' }];
  const missing = rules.demands.filter((name) => ask[name] === undefined);
  return [
    ...missing.map((name): Message => ({ key: 'PropertyMissing', args: [name], property: at(name) })),
    ...Object.entries(ask).flatMap(([name, value]) => refuseField(rules, place, name, value ?? null)),
    ...refuseTogether(rules, place, ask),
  ];
}

/** Where the property is written instead; services that have such a place say so in their own words. */
function elsewhere(rules: BootRules, place: MachinePlace, name: string, path: string): Message {
  const settings = rules.settingsPath === 'SD' && !place.isSettings ? `${path}/${rules.settingsPath}` : undefined;
  if (settings)
    return { key: 'Ami.1.0.OperationSupportedInFutureStateURI', args: [name, settings], property: at(name) };
  return { key: 'PropertyNotWritable', args: [name], property: at(name) };
}

function refuseField(rules: BootRules, place: MachinePlace, name: string, value: Json): readonly Message[] {
  if (name.startsWith('@')) return [];
  if (!(name in fields)) return [{ key: 'PropertyUnknown', args: [name], property: at(name) }];
  if (name === 'BootSourceOverrideMode') return refuseMode(rules, place, value);
  if (name === 'BootSourceOverrideEnabled') return refuseValue(rules.enabledValues, value, name);
  if (name === 'BootSourceOverrideTarget') return refuseValue(rules.targets, value, name);
  return value === null || typeof value === 'string' ? [] : [wrongType(value, `Boot/${name}`)];
}

function refuseValue(values: readonly string[], value: Json, name: string): readonly Message[] {
  if (typeof value !== 'string') return [wrongType(value, `Boot/${name}`)];
  return values.includes(value) ? [] : [notInList(value, `Boot/${name}`)];
}

function refuseMode(rules: BootRules, place: MachinePlace, value: Json): readonly Message[] {
  const name = 'BootSourceOverrideMode';
  if (rules.mode === 'absent') return [{ key: 'PropertyUnknown', args: [name], property: at(name) }];
  if (rules.mode === 'readOnly' && value !== place.machine.boot.override.mode) {
    return [{ key: 'PropertyNotWritable', args: [name], property: at(name) }];
  }
  return refuseValue(['UEFI', 'Legacy'], value, name);
}

function refuseTogether(rules: BootRules, place: MachinePlace, ask: JsonObject): readonly Message[] {
  if (!rules.targetNoneNeedsNoEnabled || ask.BootSourceOverrideEnabled === undefined) return [];
  const target = ask.BootSourceOverrideTarget ?? place.machine.boot.override.target;
  if (target !== 'None') return [];
  const args = ['BootSourceOverrideEnabled', 'BootSourceOverrideTarget'];
  return [{ key: 'PropertyValueConflict', args, property: at('BootSourceOverrideEnabled') }];
}

function writeOrder({ machine, isSettings }: MachinePlace, order: readonly string[]): void {
  if (isSettings) machine.boot.pending = { ...machine.boot.pending, order };
  else machine.boot.order = order;
}

function writeOverride(rules: BootRules, { machine, isSettings }: MachinePlace, ask: JsonObject): void {
  const { boot } = machine;
  const override: BootOverride = { ...boot.override, ...(isSettings ? boot.pending?.override : {}) };
  for (const [name, field] of Object.entries(fields)) {
    const value = ask[name];
    if (value !== undefined) (override as unknown as Record<string, Json>)[field] = value;
  }
  if (rules.modeFlipsToLegacy && ask.BootSourceOverrideMode === undefined) override.mode = 'Legacy';
  if (override.enabled === 'Disabled' && rules.targetNoneNeedsNoEnabled !== true) override.target = 'None';
  if (isSettings) boot.pending = { ...boot.pending, override };
  else boot.override = override;
}

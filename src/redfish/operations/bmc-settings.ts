/** Settings of the BMC, by the way its vendor offers: attributes of the manager, Dell's sets of them, or plain URIs. */
import type { AttributeState, AttributeValue, AttributeValues, BmcSettings } from '../../ports/bmc.js';
import { checkAttributes } from '../attributes/check.js';
import type { AttributeRegistry } from '../attributes/registry.js';
import { registryOf } from '../attributes/store.js';
import { AttributeResource } from '../schema/bios.js';
import { Manager } from '../schema/manager.js';
import type { JsonObject } from '../transport/json.js';
import type { Path } from '../transport/link.js';
import type { SettingsQuirks } from '../vendors/vendor.js';
import { invalid } from './bios.js';
import type { Reach } from './reach.js';
import { applyTimeOf, writeAttributes } from './settings-write.js';
import { unsupported } from './unsupported.js';
import { settingsPerUri } from './uri-settings.js';

const freshMs = 5000;
/** The sets an iDRAC has do not change. */
const linksMs = 3_600_000;

/** Settings of a BMC. */
export function bmcSettingsOf(reach: Reach): BmcSettings {
  const way = async (): Promise<BmcSettings> => {
    const { vendor } = await reach.resources.service.known();
    return vendor.settings.way === 'perUri' ? settingsPerUri(reach.resources) : byAttributes(reach, vendor.settings);
  };
  return {
    bmcAttributes: async (names) =>
      names.length === 0 ? { current: {}, pending: {} } : (await way()).bmcAttributes(names),
    checkBmcAttributes: async (wanted) => (await way()).checkBmcAttributes(wanted),
    setBmcAttributes: async (wanted) => (await way()).setBmcAttributes(wanted),
  };
}

/** One resource with attributes: where its values are, and where they are written. */
interface Set {
  readonly path: Path;
  readonly json: JsonObject;
  readonly values: AttributeValues;
  readonly pending: AttributeValues;
  readonly writeTo: Path;
}

function byAttributes(reach: Reach, quirks: SettingsQuirks): BmcSettings {
  const check = async (wanted: AttributeValues) => {
    const sets = await readSets(reach, quirks, freshMs);
    const { current, pending } = merged(sets);
    const registry = await registryFor(reach, quirks, sets);
    return { sets, found: checkAttributes({ wanted, current, pending, registry, needsReset: false }) };
  };
  return {
    bmcAttributes: async (names) => only(merged(await readSets(reach, quirks, 0)), names),
    checkBmcAttributes: async (wanted) => (await check(wanted)).found,
    setBmcAttributes: async (wanted) => {
      const { sets, found } = await check(wanted);
      if (found.problems.length > 0) throw invalid('setting the BMC', found.problems);
      for (const set of sets) await writeSet(reach, set, found.changes);
      return { changes: found.changes, needsReset: found.needsReset };
    },
  };
}

async function readSets(reach: Reach, quirks: SettingsQuirks, maxAgeMs: number): Promise<Set[]> {
  const { resources, managerResource } = reach;
  const { path, json } = await managerResource(quirks.way === 'dell' ? linksMs : maxAgeMs);
  if (quirks.way === 'dell') {
    const links = Manager.parse(json).Links?.Oem?.Dell?.DellAttributes ?? [];
    const found = await resources.resolved(links);
    const sets = found.map((set) => readSet(reach, resources.service.path(set['@odata.id']), set, maxAgeMs));
    if (sets.length > 0) return Promise.all(sets);
  }
  if (quirks.way === 'manager' && json.Attributes !== undefined) return [await readSet(reach, path, json, maxAgeMs)];
  throw unsupported(resources, 'reading the settings of the BMC', 'its manager shows no attributes');
}

async function readSet({ resources }: Reach, path: Path, json: JsonObject, maxAgeMs: number): Promise<Set> {
  const { Attributes, '@Redfish.Settings': settings } = AttributeResource.parse(json);
  if (settings?.SettingsObject === undefined) return { path, json, values: Attributes, pending: {}, writeTo: path };
  const writeTo = resources.service.path(settings.SettingsObject);
  const waiting = AttributeResource.parse((await resources.get(writeTo, maxAgeMs)).json).Attributes;
  const pending = Object.entries(waiting).filter(([name, value]) => name in Attributes && Attributes[name] !== value);
  return { path, json, values: Attributes, pending: Object.fromEntries(pending), writeTo };
}

/** Names are unique over the sets of an iDRAC; should one not be, the first set has it. */
function merged(sets: readonly Set[]): AttributeState {
  const join = (pick: (set: Set) => AttributeValues): AttributeValues =>
    Object.assign({}, ...sets.map(pick).reverse()) as Record<string, AttributeValue>;
  return { current: join(({ values }) => values), pending: join(({ pending }) => pending) };
}

function only({ current, pending }: AttributeState, names: readonly string[] | 'all'): AttributeState {
  if (names === 'all') return { current, pending };
  const pick = (all: AttributeValues) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
  return { current: pick(current), pending: pick(pending) };
}

async function registryFor({ resources, managerResource }: Reach, quirks: SettingsQuirks, sets: readonly Set[]) {
  const manager = Manager.parse((await managerResource(linksMs)).json);
  const named = sets
    .map(({ json }) => AttributeResource.parse(json).AttributeRegistry)
    .find((name) => name !== undefined);
  const name = quirks.way === 'dell' ? 'ManagerAttributeRegistry' : named;
  if (name === undefined) return undefined;
  const version = manager.FirmwareVersion ?? '';
  const found = await registryOf(resources, { name, version, needsReset: false });
  return found && withBuiltIn(found, quirks);
}

function withBuiltIn(registry: AttributeRegistry, { builtIn = {} }: SettingsQuirks): AttributeRegistry {
  const rules = new Map(registry.rules);
  for (const [name, { needsReset }] of Object.entries(builtIn)) {
    const known = rules.get(name) ?? { name, type: 'String', isReadOnly: false, isHidden: false };
    rules.set(name, { ...known, needsReset });
  }
  return { ...registry, rules };
}

async function writeSet({ resources }: Reach, set: Set, changes: AttributeValues): Promise<void> {
  const own = Object.entries(changes).filter(([name]) => name in set.values);
  if (own.length === 0) return;
  const write = { path: set.writeTo, changes: Object.fromEntries(own), ...applyTimeOf(set.json, 'Immediate') };
  await writeAttributes(resources, write);
  resources.forget(set.path);
}

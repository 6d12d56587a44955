/**
 * Bios, DellAttributes, and Manager.Attributes: values that wait in a settings object and take effect at the next reset of
 * the machine or the BMC, or at once (DSP0266 9.10).
 */
import {
  type AttributeFacts,
  attributesIn,
  biosAttributes,
  dellAttributes,
  managerAttributes,
  refusalOf,
  shownAs,
  valuesOf,
} from '../attributes.js';
import { type Answer, actionDone, noContent, problem, refusal, success } from '../http/answer.js';
import type { Message } from '../http/messages.js';
import { isObject, type JsonObject, objectAt } from '../json.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import type { Behaviour, Write } from './behaviour.js';
import { stamp } from './computer-system.js';

/** The pair of a resource with attributes and its settings object. */
interface Pair {
  readonly owner: string;
  readonly settings: string;
  readonly isSettings: boolean;
  readonly facts: readonly AttributeFacts[];
  /** Shows values by the names people see (iDRAC). */
  readonly byDisplay: boolean;
}

/** Attributes of whatever is at the path: a Bios, a set of an iDRAC, a manager. */
export function pairAt(bmc: VirtualBmc, path: string): Pair {
  const { bios } = bmc.profile.quirks;
  const tail = path.split('/').at(-1) ?? '';
  const isBios = bios !== undefined && new RegExp(`/${bios.path}(/|$)`, 'i').test(path);
  const settingsName = isBios ? (bios?.settingsPath ?? '') : 'Settings';
  const isSettings = tail.toLowerCase() === settingsName.toLowerCase();
  const owner = isSettings ? path.slice(0, path.lastIndexOf('/')) : path;
  const set = dellAttributes[owner.split('/').at(-1) ?? ''];
  const isDell = owner.includes('/DellAttributes/');
  const own = isBios ? biosAttributes : isDell ? (set ?? []) : managerAttributes;
  const facts = bmc.profile.attributesOf?.(owner) ?? own;
  return { owner, settings: `${owner}/${settingsName}`, isSettings, facts, byDisplay: isDell };
}

export const attributeResource: Behaviour = {
  privilege: 'ConfigureManager',
  compute(bmc, path, doc) {
    const pair = pairAt(bmc, path);
    if (pair.isSettings) doc.Attributes = waiting(bmc, pair);
    else Object.assign(objectAt(doc, '@Redfish.Settings'), bmc.applied.get(pair.owner) ?? {});
  },
  patch: patchAttributes,
  actions: { 'Bios.ResetBios': resetBios, 'Bios.ChangePassword': changePassword },
};

/** Only the difference, a full copy with it, or nothing until it was asked for: as the profile has it. */
function waiting(bmc: VirtualBmc, { owner }: Pair): JsonObject {
  const pending = bmc.pending.get(owner) ?? {};
  if (bmc.profile.quirks.bios?.pending !== 'full') return { ...pending };
  return { ...objectAt(bmc.read(owner) ?? {}, 'Attributes'), ...pending };
}

export function patchAttributes({ bmc, path, body }: Write): Answer {
  const { quirks } = bmc.profile;
  const pair = pairAt(bmc, path);
  const asked = attributesIn(body);
  if (!asked) return problem(quirks, 400, 'PropertyMissing', ['Attributes'], { property: '#/Attributes' });
  // Where there is a settings object, the resource itself is read-only.
  if (!pair.isSettings)
    return problem(quirks, 400, 'PropertyNotWritable', ['Attributes'], { property: '#/Attributes' });
  const time = refuseApplyTime(bmc, pair, body);
  const refused = [...time, ...Object.entries(asked).flatMap(([name, value]) => refuse(pair, name, value ?? null))];
  if (refused.length > 0) return refusal(quirks, 400, refused);
  take(bmc, pair, asked);
  return quirks.patchAnswer === 'noContent' ? noContent : success(quirks);
}

function refuse({ facts }: Pair, name: string, value: NonNullable<JsonObject[string]> | null): readonly Message[] {
  const key = refusalOf(facts, name, value);
  return key === undefined ? [] : [{ key, args: [String(value), name], property: `#/Attributes/${name}` }];
}

function refuseApplyTime(bmc: VirtualBmc, { owner }: Pair, body: JsonObject): readonly Message[] {
  const asked = body['@Redfish.SettingsApplyTime'];
  if (asked === undefined) return [];
  const known = objectAt(bmc.read(owner) ?? {}, '@Redfish.Settings').SupportedApplyTimes;
  const time = isObject(asked) ? asked.ApplyTime : undefined;
  if (!Array.isArray(known)) return [{ key: 'PropertyUnknown', args: ['@Redfish.SettingsApplyTime'] }];
  return known.includes(time ?? '') ? [] : [{ key: 'PropertyValueNotInList', args: [String(time), 'ApplyTime'] }];
}

/** What needs no reset takes effect at once; the rest waits. */
function take(bmc: VirtualBmc, pair: Pair, asked: JsonObject): void {
  const isImmediate = (name: string): boolean => pair.facts.find((fact) => fact.name === name)?.isImmediate === true;
  const entries = Object.entries(asked);
  const now = Object.fromEntries(entries.filter(([name]) => isImmediate(name)));
  const later = Object.fromEntries(entries.filter(([name]) => !isImmediate(name)));
  if (Object.keys(now).length > 0) putInForce(bmc, pair, now);
  if (Object.keys(later).length > 0) bmc.pending.set(pair.owner, { ...bmc.pending.get(pair.owner), ...later });
}

function putInForce(bmc: VirtualBmc, { owner, facts, byDisplay }: Pair, values: JsonObject): void {
  const shown = Object.entries(values).map(([name, value]) => [name, shownAs(facts, name, value ?? null, byDisplay)]);
  bmc.patch(owner, { Attributes: Object.fromEntries(shown) });
}

/** What waited below a system or manager takes effect; the result can be read at `@Redfish.Settings`. */
export function applyPending(bmc: VirtualBmc, below: string): void {
  for (const [owner, values] of [...bmc.pending]) {
    if (owner !== below && !owner.startsWith(`${below}/`)) continue;
    bmc.pending.delete(owner);
    if (!bmc.faults.state(bmc, 'settings')) putInForce(bmc, pairAt(bmc, owner), values);
    bmc.applied.set(owner, { Time: stamp(bmc.world.clock.now()), Messages: [] });
  }
}

function resetBios({ bmc, path }: Write): Answer {
  const { owner, facts } = pairAt(bmc, path);
  const changeable = facts.filter(({ isReadOnly, type }) => !isReadOnly && type !== 'Password');
  bmc.pending.set(owner, valuesOf(changeable));
  return actionDone(bmc.profile.quirks);
}

function changePassword({ bmc, body }: Write): Answer {
  const { quirks } = bmc.profile;
  const missing = ['PasswordName', 'OldPassword', 'NewPassword'].find((name) => typeof body[name] !== 'string');
  if (missing) return problem(quirks, 400, 'ActionParameterMissing', ['Bios.ChangePassword', missing]);
  return actionDone(quirks);
}

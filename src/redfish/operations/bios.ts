/** BIOS attributes: read with what waits, checked against their registry, written to be applied at the next reset. */
import type { z } from 'zod';
import { PermanentError } from '../../errors/classes.js';
import type {
  AttributeCheck,
  AttributeState,
  AttributeValues,
  Bios,
  BiosPasswordChange,
  SystemUri,
} from '../../ports/bmc.js';
import { checkAttributes } from '../attributes/check.js';
import { ofBios, registryOf } from '../attributes/store.js';
import { messagesOf } from '../messages.js';
import { AttributeResource } from '../schema/bios.js';
import type { JsonObject } from '../transport/json.js';
import type { Path } from '../transport/link.js';
import { present } from './present.js';
import type { Reach } from './reach.js';
import { applyTimeOf, writeAttributes } from './settings-write.js';
import { unsupported } from './unsupported.js';

/** Check and write follow each other; what the check read serves the write. */
const freshMs = 5000;

/** BIOS of the systems of a BMC. */
export function biosOf(reach: Reach): Bios {
  return {
    biosAttributes: async (uri) => stateOf(await read(reach, uri, 0)),
    biosRegistry: async (uri) => [
      ...((await registryFor(reach, uri, await readBare(reach, uri, freshMs)))?.rules.values() ?? []),
    ],
    checkBiosAttributes: (uri, wanted) => check(reach, uri, wanted),
    setBiosAttributes: (uri, wanted) => reach.changing(uri, () => set(reach, uri, wanted)),
    resetBios: (uri) => reach.changing(uri, () => resetBios(reach, uri)),
    changeBiosPassword: (uri, change) => changePassword(reach, uri, change),
  };
}

interface BareBios {
  readonly path: Path;
  readonly json: JsonObject;
  readonly bios: BiosResource;
}

interface BiosRead extends BareBios {
  readonly settings?: { readonly path: Path; readonly attributes: AttributeValues };
}

type BiosResource = z.output<typeof AttributeResource>;

/** The Bios alone: its actions, and the name of its registry. */
async function readBare({ resources, links }: Reach, uri: SystemUri, maxAgeMs: number): Promise<BareBios> {
  const system = await links(uri);
  if (system.Bios === undefined) throw unsupported(resources, 'reading the BIOS settings', 'the system shows no Bios');
  const path = resources.service.path(system.Bios);
  const { json } = await resources.get(path, maxAgeMs);
  return { path, json, bios: AttributeResource.parse(json) };
}

async function read(reach: Reach, uri: SystemUri, maxAgeMs: number): Promise<BiosRead> {
  const { resources } = reach;
  const { path, json, bios } = await readBare(reach, uri, maxAgeMs);
  const link = bios['@Redfish.Settings']?.SettingsObject;
  if (link === undefined) return { path, json, bios };
  const place = resources.service.path(link);
  const { Attributes } = AttributeResource.parse((await resources.get(place, maxAgeMs)).json);
  return { path, json, bios, settings: { path: place, attributes: Attributes } };
}

/** What waits is what differs: some services show only that, others a full copy, others nothing until a job exists. */
function stateOf({ bios, settings }: BiosRead): AttributeState {
  const waiting = Object.entries(settings?.attributes ?? {}).filter(([name, value]) => bios.Attributes[name] !== value);
  return { current: bios.Attributes, pending: Object.fromEntries(waiting), ...lastApply(bios) };
}

/** Settings.Messages of the last apply; successes are no problem. */
function lastApply(bios: BiosResource): Pick<AttributeState, 'lastApply'> {
  const { Time, Messages = [] } = bios['@Redfish.Settings'] ?? {};
  if (Time === undefined && Messages.length === 0) return {};
  const problems = messagesOf({ '@Message.ExtendedInfo': Messages })
    .filter(({ key, severity }) => key !== 'Success' && severity !== 'OK')
    .map(({ key, text }) => [key, text].filter(Boolean).join(': '));
  return { lastApply: { ...present({ time: Time }), problems } };
}

async function registryFor({ resources, links }: Reach, uri: SystemUri, { bios }: BareBios) {
  const { BiosVersion = '' } = await links(uri);
  return registryOf(resources, { name: bios.AttributeRegistry ?? ofBios, version: BiosVersion, needsReset: true });
}

async function check(reach: Reach, uri: SystemUri, wanted: AttributeValues): Promise<AttributeCheck> {
  const found = await read(reach, uri, freshMs);
  const registry = await registryFor(reach, uri, found);
  const { current, pending } = stateOf(found);
  return checkAttributes({ wanted, current, pending, registry, needsReset: true });
}

async function set(reach: Reach, uri: SystemUri, wanted: AttributeValues) {
  const { changes, problems, needsReset } = await check(reach, uri, wanted);
  if (problems.length > 0) throw invalid('setting the BIOS', problems);
  if (Object.keys(changes).length === 0) return { changes, needsReset };
  const { settings, path, json, bios } = await read(reach, uri, freshMs);
  const { biosTogether } = (await reach.resources.service.known()).vendor;
  await writeAttributes(reach.resources, {
    path: settings?.path ?? path,
    changes: completed(changes, { ...bios.Attributes, ...settings?.attributes }, biosTogether),
    ...applyTimeOf(json, 'OnReset'),
  });
  reach.resources.forget(path);
  return { changes, needsReset };
}

/** With the attributes of a group that is taken only whole (Huawei's BootTypeOrder0 to 3). */
function completed(changes: AttributeValues, present: AttributeValues, group: RegExp | undefined): AttributeValues {
  if (group === undefined || !Object.keys(changes).some((name) => group.test(name))) return changes;
  return { ...Object.fromEntries(Object.entries(present).filter(([name]) => group.test(name))), ...changes };
}

async function resetBios(reach: Reach, uri: SystemUri): Promise<void> {
  const { resources } = reach;
  const { bios, path } = await readBare(reach, uri, freshMs);
  const target = bios.Actions?.['#Bios.ResetBios']?.target;
  if (target === undefined) throw unsupported(resources, 'resetting the BIOS settings', 'its Bios has no such action');
  try {
    await resources.service.send({ method: 'POST', path: resources.service.path(target), kind: 'action', body: {} });
  } finally {
    resources.forget(path);
    const settings = bios['@Redfish.Settings']?.SettingsObject;
    if (settings !== undefined) resources.forget(resources.service.path(settings));
  }
}

async function changePassword(reach: Reach, uri: SystemUri, { name, from, to }: BiosPasswordChange): Promise<void> {
  const { resources } = reach;
  const { service } = resources;
  for (const secret of [from, to]) if (secret.reveal() !== '') service.options.transport.conceal(secret.reveal());
  const { bios, path } = await readBare(reach, uri, freshMs);
  const target = bios.Actions?.['#Bios.ChangePassword']?.target;
  if (target === undefined) throw unsupported(resources, 'changing a BIOS password', 'its Bios has no such action');
  const body = { PasswordName: name, OldPassword: from.reveal(), NewPassword: to.reveal() };
  try {
    await service.send({ method: 'POST', path: service.path(target), kind: 'action', body });
  } finally {
    resources.forget(path);
  }
}

/** Every value that will not do, in one error. */
export function invalid(doing: string, problems: AttributeCheck['problems']): PermanentError {
  const why = problems.map(({ name, why: reason }) => `${name}: ${reason}`).join('; ');
  return new PermanentError('ATTRIBUTE_INVALID', doing, {
    why,
    context: { attributes: problems.map(({ name }) => name) },
  });
}

/** A captured tree as a profile: its documents, its own claims about itself, and the behaviours of a living BMC. */
import { basename } from 'node:path';
import type { AttributeFacts } from '../attributes.js';
import { isObject, type Json, type JsonObject, objectAt, stringAt } from '../json.js';
import { resetTypes } from '../machine/types.js';
import type {
  AccountRules,
  BiosRules,
  BootRules,
  ManagerBlueprint,
  MediaRules,
  Profile,
  Quirks,
  SystemBlueprint,
  UpdateRules,
} from '../profile.js';
import { standardQuirks } from '../profiles/define.js';
import { link, root } from '../tree/builder.js';
import { normalPath, Template, typeOf } from '../tree/template.js';
import { abilitiesOf } from './abilities.js';
import { bootOptionsOf, hardwareOf, linkAt, membersAt, type Tree } from './facts.js';
import { isMadeAnew, withTokens } from './identity.js';
import { loadCapture } from './load.js';

/** The profile of a folder. @throws UserError FILE_NOT_FOUND · MANIFEST_INVALID */
export async function capturedProfile(dir: string): Promise<Profile> {
  const tree = canonical(await loadCapture(dir));
  const service = tree.get(root) ?? {};
  const [systems, managers] = [membersAt(tree, service, 'Systems'), membersAt(tree, service, 'Managers')];
  const quirks = quirksOf(tree, service, systems, managers);
  const docs = livingDocs(withTokens(tree, systems, managers), service, quirks);
  return {
    name: basename(dir),
    vendor: 'captured',
    identity: { oui: '02c0de', serial: { alphabet: '0123456789ABCDEFGHJKLMNPRSTUVWXYZ', length: 10 } },
    quirks,
    systems: systems.map((system) => blueprintOf(tree, system)),
    managers: managers.map(managerOf),
    template: new Template(docs),
    attributesOf: (path) => attributesOf(tree.get(path)),
  };
}

/** The three collections everything hangs from, as the standard spells them; some services write them small. */
function canonical(tree: Tree): Map<string, JsonObject> {
  const spelled = (path: string): string =>
    path.replace(
      /^\/redfish\/v1\/(systems|managers|chassis)(?=\/|$)/i,
      (_, name: string) => `${root}/${name[0]?.toUpperCase()}${name.slice(1).toLowerCase()}`,
    );
  return new Map([...tree].map(([path, doc]) => [spelled(path), doc]));
}

const lastOf = (doc: JsonObject): string =>
  normalPath(stringAt(doc, '@odata.id') ?? '')
    .split('/')
    .at(-1) ?? '';

function blueprintOf(tree: Tree, system: JsonObject): SystemBlueprint {
  const links = objectAt(system, 'Links');
  const first = (key: string): string => {
    const [one] = Array.isArray(links[key]) ? links[key] : [];
    return isObject(one) ? lastOf(one) : '';
  };
  const options = bootOptionsOf(tree, system);
  return {
    id: lastOf(system),
    chassisId: first('Chassis'),
    managerId: first('ManagedBy'),
    isBootable: resetOf(system) !== undefined,
    hardware: hardwareOf(tree, system),
    ...(options.length > 0 ? { bootOptions: options } : {}),
    ids: { processor: String, dimm: String, drivePath: (controller, drive) => `${controller}/${drive}` },
  };
}

const managerOf = (doc: JsonObject): ManagerBlueprint => ({
  id: lastOf(doc),
  name: stringAt(doc, 'Name') ?? 'Manager',
  model: stringAt(doc, 'Model') ?? '',
  firmwareVersion: stringAt(doc, 'FirmwareVersion') ?? '',
  hasPowerState: 'PowerState' in doc,
});

const resetOf = (doc: JsonObject): JsonObject | undefined => {
  const action = objectAt(doc, 'Actions')['#ComputerSystem.Reset'];
  return isObject(action) ? action : undefined;
};

const textsAt = (doc: JsonObject, key: string): readonly string[] =>
  (Array.isArray(doc[key]) ? doc[key] : []).filter((item: Json) => typeof item === 'string');

function quirksOf(
  tree: Tree,
  service: JsonObject,
  systems: readonly JsonObject[],
  managers: readonly JsonObject[],
): Quirks {
  const host = systems.find((system) => resetOf(system)) ?? systems[0] ?? {};
  const bios = biosOf(tree, host);
  return {
    ...standardQuirks,
    ...abilitiesOf(service),
    accounts: accountsOf(tree, service),
    boot: bootOf(host),
    reset: { ...standardQuirks.reset, types: resetTypesOf(tree, host) },
    managerResetTypes: textsAt(
      objectAt(objectAt(managers[0] ?? {}, 'Actions'), '#Manager.Reset'),
      'ResetType@Redfish.AllowableValues',
    ),
    bios,
    update: updateOf(tree, service),
    media: mediaOf(tree, host, managers[0] ?? {}),
  };
}

function resetTypesOf(tree: Tree, system: JsonObject): readonly string[] {
  const action = resetOf(system) ?? {};
  const inline = textsAt(action, 'ResetType@Redfish.AllowableValues');
  const info = tree.get(normalPath(stringAt(action, '@Redfish.ActionInfo') ?? ''));
  const parameters = Array.isArray(info?.Parameters) ? info.Parameters : [];
  const told = parameters.filter(isObject).find((parameter) => parameter.Name === 'ResetType');
  const types = inline.length > 0 ? inline : told ? textsAt(told, 'AllowableValues') : [];
  const known = types.filter((type) => (resetTypes as readonly string[]).includes(type));
  return known.length > 0 ? known : standardQuirks.reset.types;
}

function bootOf(system: JsonObject): BootRules {
  const boot = objectAt(system, 'Boot');
  const targets = textsAt(boot, 'BootSourceOverrideTarget@Redfish.AllowableValues');
  const enabled = textsAt(boot, 'BootSourceOverrideEnabled@Redfish.AllowableValues');
  return {
    ...standardQuirks.boot,
    ...(targets.length > 0 ? { targets } : {}),
    ...(enabled.length > 0 ? { enabledValues: enabled } : {}),
    mode: 'BootSourceOverrideMode' in boot ? 'writable' : 'absent',
  };
}

function biosOf(tree: Tree, system: JsonObject): BiosRules | undefined {
  const path = linkAt(system, 'Bios');
  const doc = path === undefined ? undefined : tree.get(path);
  const settings = doc && linkAt(objectAt(doc, '@Redfish.Settings'), 'SettingsObject');
  if (!path || !settings) return undefined;
  return {
    ...standardQuirks.bios,
    path: path.split('/').at(-1) ?? '',
    settingsPath: settings.split('/').at(-1) ?? '',
    registry: stringAt(doc, 'AttributeRegistry') ?? '',
  };
}

/** Attributes as they stand in the captured document, each writable with values of its own type. */
function attributesOf(doc: JsonObject | undefined): readonly AttributeFacts[] {
  return Object.entries(objectAt(doc ?? {}, 'Attributes')).map(([name, value = null]) => ({
    name,
    value,
    type: typeof value === 'number' ? 'Integer' : typeof value === 'boolean' ? 'Boolean' : 'String',
  }));
}

function accountsOf(tree: Tree, service: JsonObject): AccountRules {
  const accounts = membersAt(tree, tree.get(linkAt(service, 'AccountService') ?? '') ?? {}, 'Accounts');
  const isSlots = accounts.length >= 10 && accounts.every((doc) => /^\d+$/.test(lastOf(doc)));
  return isSlots ? { ...standardQuirks.accounts, model: 'slots', places: accounts.length } : standardQuirks.accounts;
}

function updateOf(tree: Tree, service: JsonObject): UpdateRules | undefined {
  const doc = tree.get(linkAt(service, 'UpdateService') ?? '');
  if (!doc) return undefined;
  const items = membersAt(tree, doc, 'FirmwareInventory');
  const named = (pattern: RegExp, fallback: 'BIOS' | 'BMC') => {
    const item = items.find((each) => pattern.test(`${lastOf(each)} ${stringAt(each, 'Name') ?? ''}`));
    return item
      ? { id: lastOf(item), name: stringAt(item, 'Name') ?? fallback }
      : standardQuirks.update.items[fallback];
  };
  const multipart = stringAt(doc, 'MultipartHttpPushUri');
  const push = stringAt(doc, 'HttpPushUri');
  const { multipart: _, push: __, ...rest } = standardQuirks.update;
  const has = 'UpdateService.SimpleUpdate';
  return {
    ...rest,
    protocols: objectAt(doc, 'Actions')[`#${has}`] ? rest.protocols : [],
    items: { BIOS: named(/bios|uefi|system rom/i, 'BIOS'), BMC: named(/idrac|ilo|bmc|xcc/i, 'BMC') },
    ...(multipart === undefined ? {} : { multipart }),
    ...(push === undefined ? {} : { push }),
  };
}

function mediaOf(tree: Tree, system: JsonObject, manager: JsonObject): MediaRules | undefined {
  const own = membersAt(tree, system, 'VirtualMedia');
  const slots = own.length > 0 ? own : membersAt(tree, manager, 'VirtualMedia');
  if (slots.length === 0) return undefined;
  return {
    at: own.length > 0 ? 'system' : 'manager',
    slots: slots.map((doc) => ({
      id: lastOf(doc),
      types: textsAt(doc, 'MediaTypes'),
      way: objectAt(doc, 'Actions')['#VirtualMedia.InsertMedia'] ? 'action' : 'patch',
    })),
  };
}

/** What every service has, whatever was captured: the version document, and somewhere to log in. */
function livingDocs(docs: Map<string, JsonObject>, service: JsonObject, { sessions }: Quirks): Map<string, JsonObject> {
  const { path } = sessions;
  const living = new Map([...docs].filter(([at, doc]) => !isMadeAnew(doc) && !at.startsWith(`${path}/`)));
  living.set('/redfish', { v1: `${root}/` });
  living.set(path, {
    '@odata.id': path,
    '@odata.type': '#SessionCollection.SessionCollection',
    Name: 'Session Collection',
    Members: [],
  });
  const sessionService = living.get(`${root}/SessionService`);
  if (!sessionService || typeOf(sessionService) === '') {
    living.set(`${root}/SessionService`, {
      '@odata.id': `${root}/SessionService`,
      '@odata.type': '#SessionService.v1_1_8.SessionService',
      Id: 'SessionService',
      Name: 'Session Service',
      SessionTimeout: sessions.timeoutSeconds,
      Sessions: link(path),
    });
  }
  living.set(root, { ...living.get(root), Links: { ...objectAt(service, 'Links'), Sessions: link(path) } });
  return living;
}

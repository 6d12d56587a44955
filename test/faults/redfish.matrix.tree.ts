/** What the tiny BMC needs besides its standard tree for every operation of the matrix to get as far as its decisive request. */
import type { TinyBmc } from '../unit/redfish/tiny-bmc.js';

const v1 = '/redfish/v1';
const link = (path: string) => ({ '@odata.id': path });
const collection = (path: string, ...members: object[]) => ({ '@odata.id': path, Members: members });

/** Grows the tree in place. */
export function grow({ tree }: TinyBmc): void {
  const add = (path: string, more: object): void => {
    tree.set(path, { '@odata.id': path, Id: path.split('/').at(-1), ...(tree.get(path) as object), ...more });
  };
  const system = `${v1}/Systems/1`;
  for (const name of ['Processors', 'Storage', 'SimpleStorage']) {
    tree.set(`${system}/${name}`, collection(`${system}/${name}`));
    add(system, { [name]: link(`${system}/${name}`) });
  }
  add(system, { LocationIndicatorActive: false, Bios: link(`${system}/Bios`) });
  add(`${system}/Bios`, {
    Attributes: { Boost: 'On' },
    '@Redfish.Settings': { SettingsObject: link(`${system}/Pending`) },
  });
  add(`${system}/Pending`, { Attributes: {} });
  add(v1, {
    AccountService: link(`${v1}/AccountService`),
    EventService: link(`${v1}/EventService`),
    UpdateService: link(`${v1}/UpdateService`),
  });
  add(`${v1}/AccountService`, { Accounts: link(`${v1}/Accounts`) });
  add(`${v1}/EventService`, {
    ServiceEnabled: true,
    Subscriptions: link(`${v1}/Subscriptions`),
    ServerSentEventUri: `${v1}/SSE`,
  });
  tree.set(`${v1}/Subscriptions`, collection(`${v1}/Subscriptions`));
  add(`${v1}/UpdateService`, { Actions: { '#UpdateService.SimpleUpdate': { target: `${v1}/UpdateService/Simple` } } });
  add(`${v1}/Drive`, { Actions: { '#Drive.SecureErase': { target: `${v1}/Drive/Erase` } } });
  add(`${v1}/Task`, { TaskState: 'Running' });
  growParts(tree, add);
  growServices(tree, add);
}

type Add = (path: string, more: object) => void;
type Tree = TinyBmc['tree'];

/** Inventory, media and disks. */
function growParts(tree: Tree, add: Add): void {
  const system = `${v1}/Systems/1`;
  const boot = (tree.get(system) as { Boot: object }).Boot;
  for (const name of ['Memory', 'EthernetInterfaces', 'BootOptions']) {
    tree.set(`${system}/${name}`, collection(`${system}/${name}`));
  }
  add(`${system}/SecureBoot`, { SecureBootEnable: true });
  add(system, {
    Memory: link(`${system}/Memory`),
    EthernetInterfaces: link(`${system}/EthernetInterfaces`),
    SecureBoot: link(`${system}/SecureBoot`),
    VirtualMedia: link(`${system}/VirtualMedia`),
    LogServices: link(`${system}/LogServices`),
    Links: { Chassis: [link(`${v1}/Chassis/1`)] },
    Boot: {
      ...boot,
      BootSourceOverrideEnabled: 'Once',
      BootSourceOverrideTarget: 'Hdd',
      BootOrder: ['Boot0000', 'Boot0001'],
      BootOptions: link(`${system}/BootOptions`),
    },
  });
  const chassis = `${v1}/Chassis/1`;
  add(chassis, {
    AssetTag: '',
    Actions: { '#Chassis.Reset': { target: `${chassis}/Actions/Chassis.Reset` } },
    ...Object.fromEntries(
      ['NetworkAdapters', 'PCIeDevices', 'Sensors'].map((name) => [name, link(`${chassis}/${name}`)]),
    ),
  });
  for (const name of ['NetworkAdapters', 'PCIeDevices', 'Sensors']) {
    tree.set(`${chassis}/${name}`, collection(`${chassis}/${name}`));
  }
  tree.set(`${system}/VirtualMedia`, {
    '@odata.id': `${system}/VirtualMedia`,
    Members: [link(`${system}/VirtualMedia/1`)],
  });
  const slot = (id: number): string => `${system}/VirtualMedia/${id}`;
  const actions = (id: number) => ({
    '#VirtualMedia.InsertMedia': { target: `${slot(id)}/Insert` },
    '#VirtualMedia.EjectMedia': { target: `${slot(id)}/Eject` },
  });
  add(slot(1), { MediaTypes: ['CD'], Inserted: false, Image: null, Actions: actions(1) });
  add(slot(2), { MediaTypes: ['CD'], Inserted: true, Image: 'https://here.example/y.iso', Actions: actions(2) });
  add(`${v1}/RAID`, {
    Name: 'RAID',
    Volumes: link(`${v1}/Volumes`),
    Actions: { '#Storage.ResetToDefaults': { target: `${v1}/Storage.Reset` } },
  });
  tree.set(`${v1}/Volumes`, collection(`${v1}/Volumes`));
  add(`${v1}/Volumes/1`, { Actions: { '#Volume.Initialize': { target: `${v1}/Volumes/1/Initialize` } } });
  tree.set(`${system}/Storage`, {
    '@odata.id': `${system}/Storage`,
    Members: [link(`${v1}/RAID`)],
  });
}

/** Services and actions of the root, the manager and the BIOS. */
function growServices(tree: Tree, add: Add): void {
  const system = `${v1}/Systems/1`;
  const manager = `${v1}/Managers/1`;
  add(`${system}/Bios`, {
    AttributeRegistry: 'BiosRegistry',
    Actions: {
      '#Bios.ResetBios': { target: `${system}/Bios/Actions/Bios.ResetBios` },
      '#Bios.ChangePassword': { target: `${system}/Bios/Actions/Bios.ChangePassword` },
    },
  });
  const { Actions } = tree.get(system) as { Actions: object };
  add(system, { Actions: { ...Actions, '#ComputerSystem.Decommission': { target: `${system}/Decommission` } } });
  add(manager, {
    Actions: {
      '#Manager.Reset': { target: `${manager}/Actions/Manager.Reset` },
      '#Manager.ResetToDefaults': { target: `${manager}/Defaults` },
    },
    Attributes: { Fan: 'Low' },
    NetworkProtocol: link(`${v1}/Network`),
  });
  add(`${v1}/Network`, { HTTPS: { Certificates: link(`${v1}/Certificates`) } });
  add(v1, {
    Registries: link(`${v1}/Registries`),
    Tasks: link(`${v1}/TaskService`),
    CertificateService: link(`${v1}/CertificateService`),
  });
  for (const name of ['Registries', 'Certificates', 'FirmwareInventory', 'Tasks']) {
    tree.set(`${v1}/${name}`, collection(`${v1}/${name}`));
  }
  add(`${v1}/TaskService`, { Tasks: link(`${v1}/Tasks`) });
  add(`${v1}/CertificateService`, {
    Actions: {
      '#CertificateService.GenerateCSR': { target: `${v1}/CSR` },
      '#CertificateService.ReplaceCertificate': { target: `${v1}/Replace` },
    },
  });
  const { Actions: updates } = tree.get(`${v1}/UpdateService`) as { Actions: object };
  add(`${v1}/UpdateService`, {
    FirmwareInventory: link(`${v1}/FirmwareInventory`),
    MultipartHttpPushUri: `${v1}/Upload`,
    Actions: { ...updates, '#UpdateService.StartUpdate': { target: `${v1}/UpdateService/Start` } },
  });
  const accounts = ['admin', 'someone'].map((UserName, index) => ({
    '@odata.id': `${v1}/Accounts/${index + 6}`,
    Id: String(index + 6),
    UserName,
  }));
  tree.set(`${v1}/Accounts`, collection(`${v1}/Accounts`, ...accounts));
  for (const account of accounts) add(account['@odata.id'], account);
  tree.set(`${system}/LogServices`, collection(`${system}/LogServices`));
  add(`${v1}/Log`, {
    Entries: link(`${v1}/Log/Entries`),
    Actions: { '#LogService.ClearLog': { target: `${v1}/Log/Clear` } },
  });
  tree.set(`${v1}/Log/Entries`, collection(`${v1}/Log/Entries`));
}

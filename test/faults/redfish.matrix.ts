/**
 * What comes of every fault in every operation of the Redfish client, as data: class and code of the error, and how often
 * the decisive request was sent. `ok` is no error. The reasons stand beside the columns where they are not plain.
 */
import type { ServerResponse } from 'node:http';
import { Secret } from '../../src/lib/secret.js';
import type { Bmc } from '../../src/ports/bmc.js';
import { systemUri } from '../../src/ports/bmc.js';
import { extended, reply, type Seen, type TinyBmc } from '../unit/redfish/tiny-bmc.js';

const one = systemUri('/redfish/v1/Systems/1');
const v1 = '/redfish/v1';

export interface Operation {
  /** The request that meets the fault. */
  readonly decisive: (request: Seen) => boolean;
  /** The signal ends what goes on by itself. */
  readonly run: (bmc: Bmc, over: AbortSignal) => Promise<unknown>;
}

const reads = (path: string) => (request: Seen) => request.method === 'GET' && request.url === path;
const posts = (end: string) => (request: Seen) => request.method === 'POST' && request.url.endsWith(end);
const patches = (request: Seen): boolean => request.method === 'PATCH';
const deletes = (request: Seen): boolean => request.method === 'DELETE' && !request.url.includes('/Sessions/');

const below = (name: string): string => `${v1}/Systems/1/${name}`;
const password = new Secret('secret-1');

export const operations = {
  // identity and inventory
  authenticate: { decisive: posts('/Sessions'), run: (bmc) => bmc.authenticate() },
  manager: { decisive: reads(`${v1}/Managers`), run: (bmc) => bmc.manager() },
  systems: { decisive: reads(`${v1}/Systems`), run: (bmc) => bmc.systems() },
  system: { decisive: reads(`${v1}/Systems/1`), run: (bmc) => bmc.system(one) },
  processors: { decisive: reads(below('Processors')), run: (bmc) => bmc.processors(one) },
  storages: { decisive: reads(below('Storage')), run: (bmc) => bmc.storages(one) },
  memory: { decisive: reads(below('Memory')), run: (bmc) => bmc.memory(one) },
  networkInterfaces: { decisive: reads(below('EthernetInterfaces')), run: (bmc) => bmc.networkInterfaces(one) },
  networkAdapters: {
    decisive: reads(`${v1}/Chassis/1/NetworkAdapters`),
    run: (bmc) => bmc.networkAdapters(one),
  },
  pcieDevices: { decisive: reads(`${v1}/Chassis/1/PCIeDevices`), run: (bmc) => bmc.pcieDevices(one) },
  trust: { decisive: reads(below('SecureBoot')), run: (bmc) => bmc.trust(one) },
  chassis: { decisive: reads(`${v1}/Chassis/1`), run: (bmc) => bmc.chassis(one) },

  // power and boot
  setPower: { decisive: posts('/ComputerSystem.Reset'), run: (bmc) => bmc.setPower(one, 'On', 'graceful') },
  reset: { decisive: posts('/ComputerSystem.Reset'), run: (bmc) => bmc.reset(one, 'On') },
  restart: { decisive: posts('/Chassis.Reset'), run: (bmc) => bmc.restart(one, 'cold') },
  setBootOnce: { decisive: patches, run: (bmc) => bmc.setBootOnce(one, 'Pxe') },
  setBootOverride: {
    decisive: patches,
    run: (bmc) => bmc.setBootOverride(one, { target: 'UefiHttp', httpBootUri: 'https://here.example/x.efi' }),
  },
  clearBootOverride: {
    decisive: patches,
    run: async (bmc) => {
      await bmc.system(one);
      await bmc.clearBootOverride(one);
    },
  },
  bootOptions: { decisive: reads(below('BootOptions')), run: (bmc) => bmc.bootOptions(one) },
  bootOrder: { decisive: reads(`${v1}/Systems/1`), run: (bmc) => bmc.bootOrder(one) },
  setBootOrder: { decisive: patches, run: (bmc) => bmc.setBootOrder(one, ['Boot0001', 'Boot0000']) },
  setIndicator: { decisive: patches, run: (bmc) => bmc.setIndicator(one, 'Lit') },
  resetManager: { decisive: posts('/Manager.Reset'), run: (bmc) => bmc.resetManager('GracefulRestart') },

  // accounts and subscriptions
  accounts: { decisive: reads(`${v1}/Accounts`), run: (bmc) => bmc.accounts() },
  passwordRules: { decisive: reads(`${v1}/AccountService`), run: (bmc) => bmc.passwordRules() },
  createAccount: {
    decisive: posts('/Accounts'),
    run: (bmc) => bmc.createAccount({ userName: 'a', password, roleId: 'ReadOnly' }),
  },
  setAccountPassword: { decisive: patches, run: (bmc) => bmc.setAccountPassword('7', password) },
  setAccountRole: { decisive: patches, run: (bmc) => bmc.setAccountRole('7', 'Operator') },
  admits: { decisive: posts('/Sessions'), run: (bmc) => bmc.admits('another', password) },
  changeOwnPassword: { decisive: patches, run: (bmc) => bmc.changeOwnPassword(password) },
  deleteAccount: { decisive: deletes, run: (bmc) => bmc.deleteAccount('7') },
  subscriptions: { decisive: reads(`${v1}/Subscriptions`), run: (bmc) => bmc.subscriptions() },
  subscribe: {
    decisive: posts('/Subscriptions'),
    run: (bmc) => bmc.subscribe({ destination: 'https://here.example/x', context: 'c', format: 'Event' }),
  },
  unsubscribe: { decisive: deletes, run: (bmc) => bmc.unsubscribe(`${v1}/Subscriptions/1`) },
  events: { decisive: reads(`${v1}/SSE`), run: (bmc, over) => firstEvent(bmc.events(over)) },

  // settings
  biosAttributes: { decisive: reads(below('Bios')), run: (bmc) => bmc.biosAttributes(one) },
  biosRegistry: { decisive: reads(`${v1}/Registries`), run: (bmc) => bmc.biosRegistry(one) },
  checkBiosAttributes: {
    decisive: reads(below('Pending')),
    run: (bmc) => bmc.checkBiosAttributes(one, { Boost: 'Off' }),
  },
  setBiosAttributes: { decisive: patches, run: (bmc) => bmc.setBiosAttributes(one, { Boost: 'Off' }) },
  resetBios: { decisive: posts('/Bios.ResetBios'), run: (bmc) => bmc.resetBios(one) },
  changeBiosPassword: {
    decisive: posts('/Bios.ChangePassword'),
    run: (bmc) => bmc.changeBiosPassword(one, { name: 'AdminPassword', from: password, to: password }),
  },
  bmcAttributes: { decisive: reads(`${v1}/Managers`), run: (bmc) => bmc.bmcAttributes(['Fan']) },
  checkBmcAttributes: { decisive: reads(`${v1}/Managers`), run: (bmc) => bmc.checkBmcAttributes({ Fan: 'High' }) },
  setBmcAttributes: { decisive: patches, run: (bmc) => bmc.setBmcAttributes({ Fan: 'High' }) },

  // firmware and tasks
  firmwareInventory: { decisive: reads(`${v1}/FirmwareInventory`), run: (bmc) => bmc.firmwareInventory() },
  pendingFirmware: { decisive: reads(`${v1}/FirmwareInventory`), run: (bmc) => bmc.pendingFirmware('BIOS') },
  firmwareTargets: { decisive: reads(`${v1}/FirmwareInventory`), run: (bmc) => bmc.firmwareTargets('BIOS') },
  updateWays: { decisive: reads(`${v1}/UpdateService`), run: (bmc) => bmc.updateWays() },
  updateFirmware: {
    decisive: posts('/Simple'),
    run: (bmc) => bmc.updateFirmware({ image: { kind: 'url', url: 'https://here.example/image' } }),
  },
  'updateFirmware (upload)': {
    decisive: posts('/Upload'),
    run: (bmc) => bmc.updateFirmware({ image: { kind: 'file', name: 'image', bytes: 4, open: bytes } }),
  },
  startUpdate: { decisive: posts('/Start'), run: (bmc) => bmc.startUpdate() },
  task: { decisive: reads(`${v1}/Task`), run: (bmc) => bmc.task(`${v1}/Task`) },
  tasks: { decisive: reads(`${v1}/Tasks`), run: (bmc) => bmc.tasks() },

  // media, health, logs, consoles
  mediaSlots: { decisive: reads(below('VirtualMedia')), run: (bmc) => bmc.mediaSlots(one) },
  insertMedia: {
    decisive: posts('/Insert'),
    run: (bmc) => bmc.insertMedia(one, 'CD', { url: 'https://here.example/x.iso' }),
  },
  ejectMedia: { decisive: posts('/Eject'), run: (bmc) => bmc.ejectMedia(`${below('VirtualMedia')}/2`) },
  health: { decisive: reads(`${v1}/Systems/1`), run: (bmc) => bmc.health(one) },
  sensors: { decisive: reads(`${v1}/Chassis/1/Sensors`), run: (bmc) => bmc.sensors(one) },
  logs: { decisive: reads(below('LogServices')), run: (bmc) => bmc.logs(one) },
  logEntries: { decisive: reads(`${v1}/Log/Entries`), run: (bmc) => bmc.logEntries(`${v1}/Log`) },
  clearLog: { decisive: posts('/Clear'), run: (bmc) => bmc.clearLog(`${v1}/Log`) },
  consoles: { decisive: reads(`${v1}/Systems/1`), run: (bmc) => bmc.consoles(one) },

  // disks, erasure, certificates
  drives: { decisive: reads(below('Storage')), run: (bmc) => bmc.drives(one) },
  eraseDrive: { decisive: posts('/Erase'), run: (bmc) => bmc.eraseDrive(`${v1}/Drive`) },
  volumes: { decisive: reads(below('Storage')), run: (bmc) => bmc.volumes(one) },
  createVolume: {
    decisive: posts('/Volumes'),
    run: (bmc) => bmc.createVolume(one, { storage: 'RAID', raidType: 'RAID1', drives: [`${v1}/Drive`] }),
  },
  deleteVolume: { decisive: deletes, run: (bmc) => bmc.deleteVolume(`${v1}/Volumes/1`) },
  initializeVolume: { decisive: posts('/Initialize'), run: (bmc) => bmc.initializeVolume(`${v1}/Volumes/1`, 'Fast') },
  resetStorage: { decisive: posts('/Storage.Reset'), run: (bmc) => bmc.resetStorage(one, 'RAID') },
  systemErasure: { decisive: reads(`${v1}/Systems/1`), run: (bmc) => bmc.systemErasure(one) },
  eraseSystem: { decisive: posts('/Decommission'), run: (bmc) => bmc.eraseSystem(one, ['UserData']) },
  resetManagerToDefaults: { decisive: posts('/Defaults'), run: (bmc) => bmc.resetManagerToDefaults('ResetAll') },
  certificates: { decisive: reads(`${v1}/Certificates`), run: (bmc) => bmc.certificates() },
  generateSigningRequest: {
    decisive: posts('/CSR'),
    run: (bmc) => bmc.generateSigningRequest({ commonName: 'b.example' }),
  },
  replaceCertificate: {
    decisive: posts('/Replace'),
    run: (bmc) => bmc.replaceCertificate(`${v1}/Certificates/1`, 'BEGIN CERTIFICATE'),
  },

  // what people write themselves
  'raw (read)': {
    decisive: reads(`${v1}/Chassis/1`),
    run: (bmc) => said(bmc.raw({ method: 'GET', path: `${v1}/Chassis/1` })),
  },
  'raw (change)': {
    decisive: patches,
    run: (bmc) => said(bmc.raw({ method: 'PATCH', path: `${v1}/Chassis/1`, body: { AssetTag: 'x' } })),
  },
} satisfies Record<string, Operation>;

async function* bytes(): AsyncIterable<Uint8Array> {
  yield Buffer.from('abcd');
}

/** One is enough to know that they come. */
async function firstEvent(events: ReturnType<Bmc['events']>): Promise<void> {
  for await (const _event of events) return;
}

/** Every answer is one; what people read of a refusal is its problem. */
async function said(answer: ReturnType<Bmc['raw']>): Promise<void> {
  const { problem } = await answer;
  if (problem !== undefined) throw problem;
}

export type OperationName = keyof typeof operations;

/** Answers the decisive request wrongly. `wire` faults are made by the test: a closed port, an unknown certificate. */
export type Fault = 'wire' | ((response: ServerResponse, bmc: TinyBmc, request: Seen) => void);

const status =
  (code: number, key: string, headers: Record<string, string> = {}): Fault =>
  (response) =>
    reply(response, code, extended(key), headers);

const task = (response: ServerResponse): unknown =>
  reply(
    response,
    202,
    { '@odata.id': '/redfish/v1/TaskService/Tasks/7', TaskState: 'Running' },
    { location: '/tasks/7' },
  );

export const faults = {
  refused: 'wire',
  tls: 'wire',
  hang: () => undefined,
  reset: (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"Id":');
    setTimeout(() => response.destroy(), 5);
  },
  400: status(400, 'PropertyValueNotInList'),
  401: status(401, 'NoValidSession'),
  403: status(403, 'InsufficientPrivilege'),
  404: status(404, 'ResourceMissingAtURI'),
  405: status(405, 'OperationNotAllowed'),
  409: status(409, 'ResourceCannotBeDeleted'),
  '409 in use': status(409, 'ResourceInUse'),
  412: status(412, 'PreconditionFailed'),
  428: status(428, 'PreconditionRequired'),
  429: status(429, 'GeneralError', { 'retry-after': '3' }),
  '503 Retry-After 5': status(503, 'ServiceTemporarilyUnavailable', { 'retry-after': '5' }),
  '503 Retry-After 100': status(503, 'GeneralError', { 'retry-after': '100' }),
  '503 sessions full': status(503, 'SessionLimitExceeded'),
  500: status(500, 'InternalError'),
  504: status(504, 'GeneralError'),
  'not JSON': (response) => response.end('<html>busy</html>'),
  'wrong shape': (response) => reply(response, 200, ['not', 'a', 'resource']),
  'null members': (response) =>
    reply(response, 200, { '@odata.id': '/x', Id: 'x', Members: null, Status: null, Boot: null, Actions: null }),
  'error under 200': status(200, 'InternalError'),
  'empty success': (response) => reply(response, 204),
  'huge body': (response) => response.end(`{"Id":"${'x'.repeat(2_000_000)}"}`),
  'endless paging': (response, _bmc, { url }) => {
    const page = Number(new URL(url, 'http://x').searchParams.get('page') ?? 0) + 1;
    reply(response, 200, {
      '@odata.id': '/x',
      Id: 'x',
      Members: [],
      'Members@odata.nextLink': `${url.split('?')[0]}?page=${page}`,
    });
  },
  'task fails': (response) => void task(response),
  'task lost in a reboot': (response, bmc) => {
    task(response);
    bmc.handler = (_request, later) => {
      later.destroy();
      return true;
    };
  },
  'said done, not done': (response) => reply(response, 204),
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;

/** The faults in words, for the generated page. */
export const faultWords: Readonly<Record<FaultName, string>> = {
  refused: 'nothing listens',
  tls: 'it shows a certificate nobody here trusts',
  hang: 'it takes the request and says nothing',
  reset: 'the connection ends half-way through the answer',
  400: '400, a value is not in the list',
  401: '401, also for the new session',
  403: '403, a privilege is missing',
  404: '404',
  405: '405',
  409: '409 without a reason that passes',
  '409 in use': '409 ResourceInUse',
  412: '412, whatever the ETag',
  428: '428, whatever the ETag',
  429: '429 with Retry-After 3',
  '503 Retry-After 5': '503 with Retry-After 5',
  '503 Retry-After 100': '503 with Retry-After 100, longer than our patience',
  '503 sessions full': '503 SessionLimitExceeded',
  500: '500 with ExtendedInfo',
  504: '504',
  'not JSON': '200 with a page of HTML',
  'wrong shape': '200 with a list instead of a resource',
  'null members': '200 with null where objects and lists belong',
  'error under 200': '200 with a body that is an error',
  'empty success': '204',
  'huge body': 'two megabytes, twice the limit of the test',
  'endless paging': 'every page names another',
  'task fails': '202, and the task fails later',
  'task lost in a reboot': '202, and then the BMC is gone with its tasks',
  'said done, not done': '204, and nothing has changed',
};

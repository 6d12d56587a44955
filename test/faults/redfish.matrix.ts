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

export interface Operation {
  /** The request that meets the fault. */
  readonly decisive: (request: Seen) => boolean;
  readonly run: (bmc: Bmc) => Promise<unknown>;
}

const reads = (path: string) => (request: Seen) => request.method === 'GET' && request.url === path;

export const operations = {
  authenticate: {
    decisive: ({ method, url }) => method === 'POST' && url.endsWith('/Sessions'),
    run: (bmc) => bmc.authenticate(),
  },
  manager: { decisive: reads('/redfish/v1/Managers'), run: (bmc) => bmc.manager() },
  systems: { decisive: reads('/redfish/v1/Systems'), run: (bmc) => bmc.systems() },
  system: { decisive: reads('/redfish/v1/Systems/1'), run: (bmc) => bmc.system(one) },
  processors: { decisive: reads('/redfish/v1/Systems/1/Processors'), run: (bmc) => bmc.processors(one) },
  storages: { decisive: reads('/redfish/v1/Systems/1/Storage'), run: (bmc) => bmc.storages(one) },
  setPower: {
    decisive: ({ url }) => url.endsWith('/Actions/ComputerSystem.Reset'),
    run: (bmc) => bmc.setPower(one, 'On', 'graceful'),
  },
  reset: {
    decisive: ({ url }) => url.endsWith('/Actions/ComputerSystem.Reset'),
    run: (bmc) => bmc.reset(one, 'On'),
  },
  resetManager: { decisive: ({ url }) => url.endsWith('/Reset'), run: (bmc) => bmc.resetManager('GracefulRestart') },
  setIndicator: { decisive: ({ method }) => method === 'PATCH', run: (bmc) => bmc.setIndicator(one, 'Lit') },
  createAccount: {
    decisive: ({ method, url }) => method === 'POST' && url.endsWith('/Accounts'),
    run: (bmc) => bmc.createAccount({ userName: 'a', password: new Secret('secret-1'), roleId: 'ReadOnly' }),
  },
  subscribe: {
    decisive: ({ method, url }) => method === 'POST' && url.endsWith('/Subscriptions'),
    run: (bmc) => bmc.subscribe({ destination: 'https://here.example/x', context: 'c', format: 'Event' }),
  },
  setBiosAttributes: {
    decisive: ({ method }) => method === 'PATCH',
    run: (bmc) => bmc.setBiosAttributes(one, { Boost: 'Off' }),
  },
  updateFirmware: {
    decisive: ({ url }) => url.endsWith('/Simple'),
    run: (bmc) => bmc.updateFirmware({ image: { kind: 'url', url: 'https://here.example/image' } }),
  },
  eraseDrive: { decisive: ({ url }) => url.endsWith('/Erase'), run: (bmc) => bmc.eraseDrive('/redfish/v1/Drive') },
  task: { decisive: reads('/redfish/v1/Task'), run: (bmc) => bmc.task('/redfish/v1/Task') },
  setBootOnce: { decisive: ({ method }) => method === 'PATCH', run: (bmc) => bmc.setBootOnce(one, 'Pxe') },
} satisfies Record<string, Operation>;

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

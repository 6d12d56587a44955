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
  add(`${v1}/Managers/1`, { Actions: { '#Manager.Reset': { target: `${v1}/Managers/1/Reset` } } });
  add(v1, {
    AccountService: link(`${v1}/AccountService`),
    EventService: link(`${v1}/EventService`),
    UpdateService: link(`${v1}/UpdateService`),
  });
  add(`${v1}/AccountService`, { Accounts: link(`${v1}/Accounts`) });
  tree.set(`${v1}/Accounts`, collection(`${v1}/Accounts`));
  add(`${v1}/EventService`, { ServiceEnabled: true, Subscriptions: link(`${v1}/Subscriptions`) });
  tree.set(`${v1}/Subscriptions`, collection(`${v1}/Subscriptions`));
  add(`${v1}/UpdateService`, { Actions: { '#UpdateService.SimpleUpdate': { target: `${v1}/UpdateService/Simple` } } });
  add(`${v1}/Drive`, { Actions: { '#Drive.SecureErase': { target: `${v1}/Drive/Erase` } } });
  add(`${v1}/Task`, { TaskState: 'Running' });
}

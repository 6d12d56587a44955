/** The operations a client has that ask something of a BMC: what tables of operations must name. */
import { Secret } from '../../../src/lib/secret.js';
import { silent } from '../../../src/ports/log.js';
import { createBmcFactory } from '../../../src/redfish/index.js';
import { hastyClock } from './tiny-bmc.js';

/** Methods that answer from memory: of the client's own state, or for whoever opened it. */
const withoutRequests = ['constructor', 'traffic', 'ownSession', 'forgetAll', 'managerResource', 'links', 'changing'];

/** Their names. Nothing is sent. */
export async function operationsOf(): Promise<ReadonlySet<string>> {
  const factory = createBmcFactory({ clock: hastyClock(), log: silent });
  const password = new Secret('none');
  const bmc = factory.open({ id: 'b', url: 'https://127.0.0.1:1', username: 'a', password, credentialVersion: '1' });
  const names = [...Object.keys(bmc), ...Object.getOwnPropertyNames(Object.getPrototypeOf(bmc))];
  const methods = names.filter((name) => typeof (bmc as unknown as Record<string, unknown>)[name] === 'function');
  await factory.close();
  return new Set(methods.filter((name) => !withoutRequests.includes(name)));
}

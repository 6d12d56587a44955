/** Which names the server goes by. */
import { StatusError } from '../status.js';

const LOCAL = /^(?:localhost|\[::1\]|127\.\d{1,3}\.\d{1,3}\.\d{1,3})(?::\d+)?$/;

/** A page of another site cannot reach the sandbox through a name that resolves to loopback. @throws StatusError 403 */
export function checkHost(host: string | undefined): void {
  if (LOCAL.test(host ?? '')) return;
  const name = (host ?? '').replace(/:\d+$/, '');
  throw new StatusError(403, 'Forbidden', `the host ${JSON.stringify(name)} is not served here`, {});
}

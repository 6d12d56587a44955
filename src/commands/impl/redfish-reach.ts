/** The BMC that a raw command is about, and the path on it. */
import { UserError } from '../../errors/classes.js';
import { readBmcSecret } from '../../workflows/bmc-secret.js';
import type { Credential } from '../../workflows/discover/credentials.js';
import type { FlagsOf } from '../define.js';
import type { reach } from '../redfish-reach.js';
import { flagCredential } from './discover-credentials.js';
import { type BmcPlace, bmcPlace, placeOfServer } from './kit/bmc-places.js';
import type { AnyRun } from './kit/run.js';
import { serverTargets } from './kit/targets.js';

type ReachFlags = FlagsOf<{ flags: typeof reach }>;

/** @throws UserError USAGE unless exactly one BMC is named */
export async function reachBmc(run: AnyRun, flags: ReachFlags, target?: string): Promise<BmcPlace> {
  const { server, bmc, host } = flags;
  if ([server, bmc, host, target].filter((each) => each !== undefined).length !== 1) {
    throw new UserError('USAGE', 'exactly one BMC must be named', { hint: '--bmc NAME, --server NAME or --host HOST' });
  }
  if (host !== undefined) return hostPlace(run, host, flags);
  if (target !== undefined) return bmcPlace(run, target);
  if (bmc !== undefined) return bmcPlace(run, bmc.includes('/') ? bmc : `bmc/${bmc}`);
  const [found] = await serverTargets(run, await run.open('cluster'), { names: [server ?? ''] });
  if (found === undefined) throw new UserError('NOT_FOUND', `no server is called ${server}`);
  return placeOfServer(run, found);
}

async function hostPlace(run: AnyRun, host: string, flags: ReachFlags): Promise<BmcPlace> {
  const url = urlOf(host, flags.scheme);
  const { username, password, version } = await credentialOf(run, flags);
  const access = {
    id: `host:${new URL(url).host}`,
    url,
    username,
    password,
    credentialVersion: version,
    allowPlainHttp: flags.scheme === 'http',
  };
  return { name: host, access, bmc: (await run.open('bmc')).open(access) };
}

/** @throws UserError USAGE for anything but a host and a port */
function urlOf(host: string, scheme: string): string {
  const bare = host.includes(':') && !host.includes('[') && host.split(':').length > 2 ? `[${host}]` : host;
  const url = `${scheme}://${bare}`;
  if (URL.canParse(url) && /^[\w.:[\]-]+$/.test(bare) && !bare.startsWith('-')) return new URL(url).origin;
  throw new UserError('USAGE', `--host ${host} is not HOST or HOST:PORT`, { hint: '--host 10.20.0.11:443' });
}

async function credentialOf(run: AnyRun, flags: ReachFlags): Promise<Credential> {
  const given = await flagCredential({ ...flags, credentials: undefined }, run.talk);
  if (given !== undefined && flags.bmcSecret !== undefined) {
    throw new UserError('USAGE', '--bmc-secret and --bmc-username exclude each other');
  }
  if (given !== undefined) return given;
  if (flags.bmcSecret !== undefined) return readBmcSecret(await run.open('cluster'), flags.bmcSecret);
  throw new UserError('USAGE', '--host needs an account', {
    hint: ['--bmc-username U --bmc-password-file F', '--bmc-secret NAME'],
  });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const forbidden = /[\u0000-\u0020\u007f\\]|^\/\/|(^|\/)\.{1,2}(\/|$|\?)/;

/** `Systems/1` and `/redfish/v1/Systems/1` are the same. @throws UserError USAGE */
export function redfishPath(text = ''): string {
  const path = text.startsWith('/redfish') ? text : text === '/' ? '/redfish/v1/' : `/redfish/v1/${text}`;
  const isOurs = /^\/redfish(\/|$)/.test(path) && !(text.startsWith('/') && text !== '/' && path !== text);
  if (isOurs && !forbidden.test(path) && !/^[a-z]+:\/\//i.test(text)) return path;
  throw new UserError('USAGE', `"${text}" is no path of a Redfish service`, {
    why: 'it must stay below /redfish/',
    hint: 'Systems/1 or /redfish/v1/Systems/1',
  });
}

/** From the flags and files of `claim` to a request. */

import { randomInt } from 'node:crypto';
import { userInfo } from 'node:os';
import { bareName } from '../../api/names.js';
import { UserError } from '../../errors/classes.js';
import { toDnsLabel } from '../../lib/template.js';
import { checkIgnition } from '../../workflows/claim/ignition.js';
import { readNicSpeeds } from '../../workflows/claim/nic-speeds.js';
import { type ClaimRequest, readToleration, selectorObject } from '../../workflows/claim/request.js';
import { type Requirement, readRequirements } from '../../workflows/claim/requirements.js';
import type { claimCommand } from '../claim.js';
import { hasSelection } from './claim-selection.js';
import { readText } from './discover-credentials.js';
import type { Run } from './kit/run.js';

/** What the body of `claim` is given. */
export type ClaimRun = Run<typeof claimCommand>;

/** @throws UserError NEEDS_INPUT naming the flags that would have answered */
export function refuseOpenQuestions(run: ClaimRun): void {
  if (!hasSelection(run)) {
    throw new UserError('NEEDS_INPUT', 'which server is not said, and nobody can be asked here', {
      hint: ['--server NAME', '-l pool=general', '--cpu 64 --memory 512Gi   or another hardware filter'],
    });
  }
  if (run.flags.image !== undefined || run.flags.explain) return;
  throw new UserError('NEEDS_INPUT', 'which image to boot is not said', {
    hint: ['--image IMG   what the server is to boot', 'metalctl claim -i   asks for it, on a terminal'],
  });
}

/** @throws UserError USAGE */
function checkMany({ flags }: ClaimRun): void {
  if (flags.count === 0) throw new UserError('USAGE', '--count 0 claims nothing', { hint: '--count 3' });
  const { length } = flags.server;
  if (length === 0 || length === flags.count) return;
  const [named, asked] = [
    `--server names ${length} ${length === 1 ? 'server' : 'servers'}`,
    `--count asks for ${flags.count}`,
  ];
  throw new UserError('USAGE', `${named}, and ${asked}`, {
    hint: [`--count ${length}   or as many --server`, '-l, or hardware filters, say which servers will do'],
  });
}

/** Flags and files as a request. @throws UserError USAGE · IGNITION_INVALID · FILE_NOT_FOUND */
export async function requestOf(run: ClaimRun): Promise<ClaimRequest> {
  const { flags } = run;
  checkMany(run);
  const servers = serversOf(run);
  if (flags.selector !== undefined) selectorObject(flags.selector);
  const ignition = flags.ignition === undefined ? undefined : await ignitionOf(flags.ignition);
  const speeds =
    flags.nicSpeed === undefined
      ? undefined
      : await readNicSpeeds(run.ports.cluster, flags.managerNamespace, run.signal);
  const userData = flags.userData === undefined ? undefined : await userDataOf(flags.userData);
  return {
    namespace: await run.namespace(),
    name: checkedName(run.args.name ?? ownName()),
    image: flags.image ?? '',
    power: flags.power === 'on' ? 'On' : 'Off',
    requirements: [...readRequirements(flags, speeds), ...(servers.length > 1 ? [oneOf(servers)] : [])],
    tolerations: flags.tolerate.map(readToleration),
    ...(flags.spread ? { chooses: true } : {}),
    ...(servers.length === 1 && servers[0] !== undefined ? { server: servers[0] } : {}),
    ...(flags.selector ? { selector: flags.selector } : {}),
    ...(ignition ? { ignition } : {}),
    ...(userData ? { userData } : {}),
  };
}

/** Names of `--server`. @throws UserError USAGE for one that is named twice */
export function serversOf({ flags }: ClaimRun): readonly string[] {
  const names = flags.server.map((name) => bareName(name, 'Server'));
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return names;
  throw new UserError('USAGE', `--server ${twice} is named twice`, { why: 'each claim gets another server' });
}

/** Several servers by name: whichever claim gets which, it is one of them. */
const oneOf = (names: readonly string[]): Requirement => ({
  phrase: `are named ${names.length > 3 ? `${names.slice(0, 3).join(', ')} …` : names.join(', ')}`,
  isMet: ({ metadata }) => names.includes(metadata.name),
});

/** Ignition of a file (checked), or the name of its Secret. @throws UserError IGNITION_INVALID · FILE_NOT_FOUND */
export async function ignitionOf(value: string): Promise<NonNullable<ClaimRequest['ignition']>> {
  const secret = secretName(value);
  if (secret !== undefined) return { secret };
  const text = await readText(value, '--ignition');
  checkIgnition(text, value);
  return { text };
}

/** User data of a file, whatever is in it, or the name of its Secret. @throws UserError FILE_NOT_FOUND */
async function userDataOf(value: string): Promise<NonNullable<ClaimRequest['userData']>> {
  const secret = secretName(value);
  return secret === undefined ? { text: await readText(value, '--user-data') } : { secret };
}

/** `secret/NAME` → `NAME` */
const secretName = (value: string): string | undefined => /^secrets?\/(.+)$/.exec(value)?.[1];

/** `alice-x7k2` */
function ownName(): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  const random = Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
  return `${toDnsLabel(userInfo().username).slice(0, 50) || 'claim'}-${random}`;
}

function checkedName(name: string): string {
  if (toDnsLabel(name) === name) return name;
  throw new UserError('USAGE', `"${name}" cannot be the name of a claim`, {
    why: 'names are lower-case letters, digits and "-", at most 63, with a letter or digit at both ends',
    hint: toDnsLabel(name) === '' ? 'metalctl claim db-07 …' : `metalctl claim ${toDnsLabel(name)} …`,
  });
}

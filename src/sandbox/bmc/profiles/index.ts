/** All profiles, and the reading of `--vendors`. */
import { UserError } from '../../../errors/classes.js';
import type { Profile } from '../profile.js';
import { amiMegarac } from './ami.js';
import { dellIdrac9, dellIdrac10 } from './dell.js';
import { generic } from './generic.js';
import { hpeIlo5, hpeIlo6, hpeIlo7 } from './hpe.js';
import { lenovoXcc2 } from './lenovo.js';
import { nvidiaGb200, openbmc } from './openbmc.js';
import { ciscoCimc, fujitsuIrmc, huaweiIbmc, nvidiaBluefield } from './others.js';
import { smcX10, smcX11, smcX13 } from './supermicro.js';

/** Newest last within a vendor. */
export const profiles: readonly Profile[] = [
  generic,
  dellIdrac9,
  dellIdrac10,
  hpeIlo5,
  hpeIlo6,
  hpeIlo7,
  lenovoXcc2,
  smcX10,
  smcX11,
  smcX13,
  openbmc,
  nvidiaBluefield,
  nvidiaGb200,
  amiMegarac,
  ciscoCimc,
  fujitsuIrmc,
  huaweiIbmc,
];

const vendorAliases: Readonly<Record<string, string>> = { smc: 'supermicro', supermicro: 'supermicro' };

/** The profile of a name, or the newest of a bare vendor name; undefined if there is none. */
function profileNamed(name: string): Profile | undefined {
  const vendor = vendorAliases[name] ?? name;
  return profiles.find((profile) => profile.name === name) ?? profiles.findLast((profile) => profile.vendor === vendor);
}

/**
 * One profile per server, mixed by weight: `dell,hpe:3` gives hpe, hpe, dell, hpe and so on, evenly spread.
 * @throws UserError USAGE for an unknown name or a weight that is no positive number
 */
export function assignProfiles(
  vendors: string,
  servers: number,
  captured: ReadonlyMap<string, Profile> = new Map(),
): readonly Profile[] {
  const shares = vendors
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => parseShare(part, captured));
  if (shares.length === 0) throw new UserError('USAGE', 'the list of vendors is empty');
  const total = shares.reduce((sum, { weight }) => sum + weight, 0);
  const credit = shares.map(() => 0);
  return Array.from({ length: servers }, () => {
    shares.forEach(({ weight }, i) => {
      credit[i] = (credit[i] ?? 0) + weight;
    });
    const chosen = credit.indexOf(Math.max(...credit));
    credit[chosen] = (credit[chosen] ?? 0) - total;
    return shares[chosen]?.profile ?? generic;
  });
}

/** Folders of captured trees a list names: what has a slash or begins with a dot. */
export const foldersIn = (vendors: string): readonly string[] =>
  vendors.split(',').flatMap((part) => {
    const [name = ''] = part.trim().split(':');
    return name.startsWith('.') || name.includes('/') ? [name] : [];
  });

function parseShare(part: string, captured: ReadonlyMap<string, Profile>): { profile: Profile; weight: number } {
  const [name = '', weightText] = part.trim().split(':');
  const profile = captured.get(name) ?? profileNamed(name);
  const weight = weightText === undefined ? 1 : Number(weightText);
  if (!profile) {
    throw new UserError('USAGE', `no emulator profile is called "${name}"`, {
      hint: `Profiles: ${profiles.map((known) => known.name).join(', ')}; or ./FOLDER of a captured tree`,
    });
  }
  if (!(weight > 0 && Number.isFinite(weight))) {
    throw new UserError('USAGE', `the weight of "${name}" is not a positive number: "${weightText}"`);
  }
  return { profile, weight };
}

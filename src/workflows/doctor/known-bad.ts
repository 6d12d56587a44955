/** Firmware of BMCs that is known to do harm, as data: whose, up to which version, what it does, and where that is written. */
import type { ManagerInfo } from '../../ports/bmc.js';

interface KnownBad {
  readonly manufacturer: RegExp;
  /** Of the manager: `iLO 4`, `13G Monolithic` (iDRAC8). */
  readonly model: RegExp;
  /** The first one that is well; or, with `only`, exactly the one that is not. */
  readonly fixedIn?: string;
  readonly only?: string;
  readonly why: string;
}

const known: readonly KnownBad[] = [
  {
    manufacturer: /hpe|hewlett/i,
    model: /iLO 4/i,
    fixedIn: '2.53',
    why: 'lets anybody in without a password (CVE-2017-12542)',
  },
  {
    manufacturer: /dell/i,
    model: /^1[23]G|iDRAC ?[78]/i,
    fixedIn: '2.52.52.52',
    why: 'runs commands of anybody who reaches it (CVE-2018-1207)',
  },
  {
    manufacturer: /dell/i,
    model: /^1[456]G|iDRAC ?9/i,
    only: '5.10.10.05',
    why: 'takes a power-on and does not switch on (redhat-performance/jetlag#245)',
  },
];

/** `iLO 4 v2.40`, `5.10.10.05`, `2.53 May 03 2017`: the first number with a point in it, part by part. */
const partsOf = (version: string): number[] | undefined =>
  /(?<!\d)\d+(?:\.\d+)+/.exec(version)?.[0].split('.').map(Number);

function compare(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Why the firmware of a BMC should not stay; undefined when nothing is known against it. */
export function badFirmware({ manufacturer = '', model = '', firmwareVersion = '' }: ManagerInfo): string | undefined {
  const version = partsOf(firmwareVersion);
  if (version === undefined) return undefined;
  const found = known.find((each) => {
    if (!each.manufacturer.test(manufacturer) || !each.model.test(model)) return false;
    const bound = partsOf(each.only ?? each.fixedIn ?? '') ?? [];
    return each.only === undefined ? compare(version, bound) < 0 : compare(version, bound) === 0;
  });
  if (found === undefined) return undefined;
  const way = found.fixedIn === undefined ? 'take another' : `${found.fixedIn} or newer`;
  return `${version.join('.')} ${found.why}; ${way}`;
}

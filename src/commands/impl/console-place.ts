/** Where the serial console of a server is: what its objects say, else what its BMC says, else what its vendor does. */
import { PermanentError } from '../../errors/classes.js';
import type { ConsoleInfo } from '../../ports/bmc.js';
import { checkedHost } from '../../ssh/program.js';
import { type BmcPlace, systemAt } from './kit/bmc-places.js';

export interface ConsolePlace {
  readonly host: string;
  readonly port: number;
  readonly command?: string;
  /** Id of the system, as the BMC names it. */
  readonly system: string;
}

/** What is typed in the shell of a BMC (redfish.md 2.15). */
const entryCommands: readonly (readonly [vendor: RegExp, command: string])[] = [
  [/dell/i, 'console com2'],
  [/hpe|hewlett/i, 'vsp'],
  [/lenovo/i, 'console start'],
  [/supermicro/i, 'cd /system1/sol1; start'],
];

/** Consoles of machines that have several, by their number: `console com1` of a Dell. */
const numbered: readonly (readonly [vendor: RegExp, command: (number: number) => string])[] = [
  [/dell/i, (number) => `console com${number}`],
  [/lenovo/i, (number) => `console ${number}`],
  [/supermicro/i, (number) => `cd /system1/sol${number}; start`],
];

/**
 * @param number of the console, where a machine has several; absent: the one its BMC offers
 * @throws PermanentError BMC_UNSUPPORTED where there is no serial console over SSH, or none of this number
 */
export async function consolePlace(place: BmcPlace, number?: number): Promise<ConsolePlace> {
  const system = await systemAt(place);
  const wanted = place.object?.spec?.consoleProtocol;
  if (wanted?.name === 'IPMI') {
    throw new PermanentError('BMC_UNSUPPORTED', `the console of ${place.name} is reached over IPMI`, {
      why: 'spec.consoleProtocol says so; metalctl speaks SSH',
      hint: `ipmitool -I lanplus -H ${new URL(place.access.url).hostname} sol activate`,
    });
  }
  const host = checkedHost(new URL(place.access.url).hostname);
  const found = serialOf(await place.bmc.consoles(system.uri));
  if (found === undefined && wanted === undefined) {
    throw new PermanentError('BMC_UNSUPPORTED', `${place.name} offers no serial console over SSH`, {
      hint: `metalctl redfish get ${system.uri} --bmc ${place.name}   shows SerialConsole`,
    });
  }
  const port = wanted?.port || (found?.port ?? 22);
  const vendor = `${system.manufacturer ?? ''} ${place.object?.status?.manufacturer ?? ''}`;
  const chosen = number === undefined ? undefined : commandOf(place, { number, vendor, direct: isDirect(found, port) });
  const typed =
    chosen ??
    found?.entryCommand ??
    (isDirect(found, port) ? undefined : entryCommands.find(([name]) => name.test(vendor))?.[1]);
  return { host, port, system: system.uri, ...(typed === undefined ? {} : { command: typed }) };
}

interface Numbered {
  readonly number: number;
  readonly vendor: string;
  /** The port is the console itself: no shell is there to choose in. */
  readonly direct: boolean;
}

/** Undefined for the first of one that has no number. @throws PermanentError BMC_UNSUPPORTED */
function commandOf({ name }: BmcPlace, { number, vendor, direct }: Numbered): string | undefined {
  const command = direct ? undefined : numbered.find(([maker]) => maker.test(vendor))?.[1];
  if (command !== undefined) return command(number);
  if (number === 1) return undefined;
  throw new PermanentError('BMC_UNSUPPORTED', `${name} has no serial console ${number}`, {
    why: direct ? 'its port is the console itself' : 'its BMC offers one, without a number',
    hint: 'metalctl console SERVER   opens it',
  });
}

const serialOf = (consoles: readonly ConsoleInfo[]): ConsoleInfo | undefined =>
  consoles.find(({ kind, protocol, isEnabled }) => kind === 'serial' && protocol === 'SSH' && isEnabled) ??
  consoles.find(({ kind, protocol, isEnabled }) => kind === 'shell' && protocol === 'SSH' && isEnabled);

/** A port of its own is the console itself; 22 is the shell of the BMC. */
const isDirect = (console: ConsoleInfo | undefined, port: number): boolean => console?.kind === 'serial' && port !== 22;

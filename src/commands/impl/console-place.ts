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

/** @throws PermanentError BMC_UNSUPPORTED where there is no serial console over SSH */
export async function consolePlace(place: BmcPlace): Promise<ConsolePlace> {
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
  const typed =
    found?.entryCommand ?? (isDirect(found, port) ? undefined : entryCommands.find(([name]) => name.test(vendor))?.[1]);
  return { host, port, system: system.uri, ...(typed === undefined ? {} : { command: typed }) };
}

const serialOf = (consoles: readonly ConsoleInfo[]): ConsoleInfo | undefined =>
  consoles.find(({ kind, protocol, isEnabled }) => kind === 'serial' && protocol === 'SSH' && isEnabled) ??
  consoles.find(({ kind, protocol, isEnabled }) => kind === 'shell' && protocol === 'SSH' && isEnabled);

/** A port of its own is the console itself; 22 is the shell of the BMC. */
const isDirect = (console: ConsoleInfo | undefined, port: number): boolean => console?.kind === 'serial' && port !== 22;

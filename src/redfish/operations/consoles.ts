/** Consoles: what the system says of its serial one, and what its manager offers; the vendor knows the rest. */
import type { ConsoleInfo, Consoles, SystemUri } from '../../ports/bmc.js';
import { Console, HostConsole } from '../schema/console.js';
import type { JsonObject } from '../transport/json.js';
import type { ConsoleQuirks } from '../vendors/vendor.js';
import { present } from './present.js';
import type { Reach } from './reach.js';

/** Facts that change with the configuration only, and are asked for before a console is opened. */
const freshMs = 5000;

/** Consoles of the systems of a BMC. */
export function consolesOf(reach: Reach): Consoles {
  return { consoles: (uri) => read(reach, uri) };
}

async function read({ resources, managerResource }: Reach, uri: SystemUri): Promise<ConsoleInfo[]> {
  const { vendor } = await resources.service.known();
  const system = await resources.get(resources.service.path(uri), freshMs);
  const manager = await managerResource(freshMs);
  return [...ofHost(system.json, vendor.console), ...ofManager(manager.json, vendor.console)];
}

/** ComputerSystem.SerialConsole (v1_13_0): one block a protocol. */
function ofHost({ SerialConsole }: JsonObject, quirks: ConsoleQuirks): ConsoleInfo[] {
  const console = HostConsole.parse(SerialConsole ?? {});
  const found = (['SSH', 'IPMI', 'Telnet'] as const).flatMap((protocol) => {
    const block = console[protocol];
    if (block === undefined) return [];
    const entryCommand = block.ConsoleEntryCommand ?? (protocol === 'SSH' ? quirks.entryCommand : undefined);
    const facts = present({
      port: block.Port,
      entryCommand,
      exitKeys: block.HotKeySequenceDisplay ?? quirks.exitKeys,
      maxSessions: console.MaxConcurrentSessions,
    });
    return [{ kind: 'serial' as const, protocol, isEnabled: block.ServiceEnabled !== false, ...facts }];
  });
  return found;
}

const blocks = { SerialConsole: 'serial', CommandShell: 'shell', GraphicalConsole: 'graphical' } as const;

function ofManager(manager: JsonObject, quirks: ConsoleQuirks): ConsoleInfo[] {
  return Object.entries(blocks).flatMap(([property, kind]) => {
    const console = Console.parse(manager[property] ?? {});
    return (console.ConnectTypesSupported ?? []).map((protocol) => {
      const isSerialSsh = kind === 'serial' && protocol.startsWith('SSH');
      const ways = isSerialSsh ? { entryCommand: quirks.entryCommand, exitKeys: quirks.exitKeys } : {};
      const facts = present({ ...ways, maxSessions: console.MaxConcurrentSessions });
      return { kind, protocol, isEnabled: console.ServiceEnabled === true, ...facts };
    });
  });
}

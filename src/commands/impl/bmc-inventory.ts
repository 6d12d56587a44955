/** Body of `bmc inventory`. */
import { formatBytes } from '../../lib/quantity.js';
import type { FirmwareItem, ProcessorInfo, StorageInfo, SystemInfo } from '../../ports/bmc.js';
import type { bmcInventoryCommand } from '../bmc.js';
import { type BmcPlace, bmcTargets, systemAt } from './kit/bmc-places.js';
import { failureOf, readEach } from './kit/each.js';
import type { Run } from './kit/run.js';

interface Inventory {
  readonly bmc: string;
  readonly system: SystemInfo;
  readonly processors: readonly ProcessorInfo[];
  readonly storages: readonly StorageInfo[];
  readonly firmware?: readonly FirmwareItem[];
}

export default async function (run: Run<typeof bmcInventoryCommand>): Promise<void> {
  const targets = await bmcTargets(run, { names: run.args.targets, ...run.flags });
  const read = await readEach(
    run,
    targets,
    ({ name }) => `bmc/${name}`,
    async (target) => inventoryOf(await target.open(), run.flags.firmware),
  );
  await run.out.document({ kind: 'BmcInventoryList', items: read.values }, () => ({
    columns: [
      { header: 'BMC' },
      { header: 'PART' },
      { header: 'NAME' },
      { header: 'MODEL' },
      { header: 'SIZE', align: 'right' },
      { header: 'STATE', isState: true, drop: 1 },
    ],
    rows: read.values.flatMap((each) => rowsOf(each).map((row) => [each.bmc, ...row])),
  }));
  const failure = failureOf(read);
  if (failure !== undefined) throw failure;
}

async function inventoryOf(place: BmcPlace, withFirmware: boolean): Promise<Inventory> {
  const { bmc, name } = place;
  const system = await systemAt(place);
  return {
    bmc: name,
    system,
    processors: await bmc.processors(system.uri),
    storages: await bmc.storages(system.uri),
    ...(withFirmware ? { firmware: await bmc.firmwareInventory() } : {}),
  };
}

const size = (bytes: number | undefined): string => (bytes === undefined ? '' : formatBytes(bytes));

function rowsOf({ system, processors, storages, firmware = [] }: Inventory): string[][] {
  const memory = system.memoryGiB === undefined ? '' : `${Math.round(system.memoryGiB)}Gi`;
  return [
    [
      'system',
      system.serialNumber ?? '',
      [system.manufacturer, system.model].filter(Boolean).join(' '),
      memory,
      system.powerState ?? '',
    ],
    ...processors.map((each) => [
      each.type === 'GPU' ? 'gpu' : 'processor',
      each.id,
      each.model ?? '',
      each.totalCores === undefined ? '' : `${each.totalCores} cores`,
      '',
    ]),
    ...storages.flatMap(({ name, drives, volumes }) => [
      ...drives.map((each) => [
        'drive',
        `${name}/${each.name}`,
        [each.vendor, each.model].filter(Boolean).join(' '),
        size(each.capacityBytes),
        each.state ?? '',
      ]),
      ...volumes.map((each) => [
        'volume',
        `${name}/${each.name}`,
        each.raidType ?? '',
        size(each.capacityBytes),
        each.state ?? '',
      ]),
    ]),
    ...firmware.map((each) => [
      'firmware',
      each.name,
      each.version ?? '',
      '',
      each.isStaged ? 'Staged' : (each.state ?? ''),
    ]),
  ];
}

/** Body of `bmc info`. */
import type { ManagerInfo, SystemInfo } from '../../ports/bmc.js';
import type { bmcInfoCommand } from '../bmc.js';
import { type BmcPlace, bmcTargets } from './kit/bmc-places.js';
import { failureOf, readEach } from './kit/each.js';
import type { Run } from './kit/run.js';

interface BmcFacts extends ManagerInfo {
  readonly name: string;
  readonly address: string;
  readonly systems: readonly SystemInfo[];
}

export default async function (run: Run<typeof bmcInfoCommand>): Promise<void> {
  const targets = await bmcTargets(run, { names: run.args.targets, ...run.flags });
  const read = await readEach(
    run,
    targets,
    ({ name }) => `bmc/${name}`,
    async (target) => factsOf(await target.open()),
  );
  await run.out.document(
    { kind: 'BmcInfoList', items: read.values },
    () => ({
      columns: [
        { header: 'NAME' },
        { header: 'STATE', isState: true },
        { header: 'MODEL' },
        { header: 'FIRMWARE' },
        { header: 'SYSTEMS', align: 'right' },
        { header: 'POWER' },
        { header: 'LAST RESET', drop: 1 },
        { header: 'ADDRESS', wide: true },
        { header: 'SERIAL', wide: true },
        { header: 'UUID', wide: true },
      ],
      rows: read.values.map(rowOf),
    }),
    read.values.map(({ name }) => `bmc/${name}`),
  );
  const failure = failureOf(read);
  if (failure !== undefined) throw failure;
}

async function factsOf({ name, bmc, access }: BmcPlace): Promise<BmcFacts> {
  const manager = await bmc.manager();
  return { name, address: access.url, ...manager, systems: await bmc.systems() };
}

/** Some models begin with their maker. */
const modelOf = ({ manufacturer = '', model = '' }: ManagerInfo): string =>
  model.startsWith(manufacturer) ? model : `${manufacturer} ${model}`.trim();

const rowOf = ({ name, address, systems, ...manager }: BmcFacts): string[] => [
  name,
  manager.state ?? '',
  modelOf(manager),
  manager.firmwareVersion ?? '',
  String(systems.length),
  systems.map(({ powerState }) => powerState ?? 'Unknown').join(','),
  manager.lastResetTime ?? '',
  address,
  manager.serialNumber ?? '',
  manager.uuid ?? '',
];

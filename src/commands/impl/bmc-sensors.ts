/** Body of `bmc sensors`. */
import type { ExitName } from '../../errors/exit.js';
import { neutralise } from '../../lib/sanitize.js';
import type { SensorReading } from '../../ports/bmc.js';
import type { bmcSensorsCommand } from '../bmc.js';
import { type BmcTarget, bmcTargets, systemAt } from './kit/bmc-places.js';
import { failureOf, readEach } from './kit/each.js';
import type { Run } from './kit/run.js';

type SensorsRun = Run<typeof bmcSensorsCommand>;
type Row = SensorReading & { readonly bmc: string };

export default async function (run: SensorsRun): Promise<ExitName | undefined> {
  const targets = await bmcTargets(run, { names: run.args.targets, ...run.flags });
  const read = await readAll(run, targets);
  const rows = read.values.flat();
  if (run.flags.prometheus) await run.out.text(metrics(rows));
  else await show(run, rows);
  const failure = failureOf(read);
  if (failure !== undefined && !run.flags.watch) throw failure;
  if (run.flags.watch) return follow(run, targets, rows);
  return undefined;
}

const readAll = (run: SensorsRun, targets: readonly BmcTarget[]) =>
  readEach(
    run,
    targets,
    ({ name }) => `bmc/${name}`,
    async (target) => {
      const place = await target.open();
      const sensors = await place.bmc.sensors((await systemAt(place)).uri);
      return sensors.map((sensor): Row => ({ bmc: place.name, ...sensor })).filter((sensor) => isWanted(run, sensor));
    },
  );

function isWanted({ flags }: SensorsRun, sensor: SensorReading): boolean {
  const kinds = flags.kind.map((kind) => kind.toLowerCase());
  if (kinds.length > 0 && !kinds.includes(sensor.kind.toLowerCase())) return false;
  return flags.only === 'all' || needsALook(sensor);
}

/** Not well by its own word, or past a limit it names itself. */
export function needsALook({ health, reading, upperCritical, lowerCritical }: SensorReading): boolean {
  if (health !== undefined && health !== 'OK') return true;
  if (reading === undefined) return false;
  return (
    (upperCritical !== undefined && reading >= upperCritical) ||
    (lowerCritical !== undefined && reading <= lowerCritical)
  );
}

async function show(run: SensorsRun, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) run.talk.note(run.flags.only === 'warn' ? 'All sensors are well.' : 'No sensors found.');
  const isOne = new Set(rows.map(({ bmc }) => bmc)).size <= 1;
  await run.out.document({ kind: 'SensorReport', sensors: rows }, () =>
    rows.length === 0
      ? ''
      : {
          columns: [
            ...(isOne ? [] : [{ header: 'BMC' }]),
            { header: 'SENSOR' },
            { header: 'READING', align: 'right' as const },
            { header: 'LIMIT', align: 'right' as const },
            { header: 'HEALTH', isState: true },
            { header: 'KIND', drop: 1 },
          ],
          rows: rows.map((row) => [...(isOne ? [] : [row.bmc]), ...cells(row)]),
        },
  );
}

const withUnit = (value: number | undefined, unit: string | undefined): string =>
  value === undefined ? '' : `${value}${unit === undefined ? '' : ` ${unit === 'Cel' ? 'C' : unit}`}`;

const cells = ({ name, reading, unit, upperCritical, lowerCritical, health, state, kind }: Row): string[] => [
  name,
  withUnit(reading, unit),
  upperCritical === undefined
    ? lowerCritical === undefined
      ? ''
      : `> ${withUnit(lowerCritical, unit)}`
    : withUnit(upperCritical, unit),
  health ?? state ?? '',
  kind,
];

/** Nothing pushes readings, so they are read again; only what changed is shown. */
async function follow(run: SensorsRun, targets: readonly BmcTarget[], first: readonly Row[]): Promise<ExitName> {
  let known = new Map(first.map((row) => [keyOf(row), cells(row).join('\t')]));
  for (;;) {
    try {
      await run.ports.clock.sleep(Math.max(1_000, run.flags.interval), run.signal);
    } catch (error) {
      if (run.signal.aborted) return 'OK';
      throw error;
    }
    const { values, failures } = await readAll(run, targets);
    for (const { target, error } of failures) run.talk.warn(`${target}: ${error.why ?? error.message}`);
    const rows = values.flat();
    const changed = rows.filter((row) => known.get(keyOf(row)) !== cells(row).join('\t'));
    known = new Map([...known, ...rows.map((row) => [keyOf(row), cells(row).join('\t')] as const)]);
    if (changed.length === 0) continue;
    if (run.flags.prometheus) await run.out.text(metrics(changed));
    else await show(run, changed);
  }
}

const keyOf = ({ bmc, kind, name }: Row): string => `${bmc}/${kind}/${name}`;

/** Text exposition format 0.0.4: names are ours, values of foreign text only inside labels, escaped. */
function metrics(rows: readonly Row[]): string {
  const label = (text: string): string => neutralise(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  const labels = (row: Row): string =>
    `{bmc="${label(row.bmc)}",sensor="${label(row.name)}",kind="${label(row.kind)}",unit="${label(row.unit ?? '')}"}`;
  const read = rows.flatMap((row) =>
    row.reading === undefined ? [] : [`metalctl_bmc_sensor${labels(row)} ${row.reading}`],
  );
  const health = rows.flatMap((row) =>
    row.health === undefined ? [] : [`metalctl_bmc_sensor_ok${labels(row)} ${row.health === 'OK' ? 1 : 0}`],
  );
  return [
    '# HELP metalctl_bmc_sensor Reading of a sensor, as its BMC gives it.',
    '# TYPE metalctl_bmc_sensor gauge',
    ...read,
    '# HELP metalctl_bmc_sensor_ok Whether the BMC calls the sensor healthy.',
    '# TYPE metalctl_bmc_sensor_ok gauge',
    ...health,
    '',
  ].join('\n');
}

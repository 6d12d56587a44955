/**
 * What the sensors of a server's BMC say while somebody looks: read every ten seconds over one session, slower while it
 * does not answer, and never again by a view once a login was refused.
 */
import { isMetalError } from '../../errors/classes.js';
import type { SensorReading } from '../../ports/bmc.js';
import type { Clock } from '../../ports/clock.js';
import type { SensorLine } from '../../ui/server/model.js';
import { needsALook } from './bmc-sensors.js';
import { bmcPlace, systemAt } from './kit/bmc-places.js';
import type { AnyRun } from './kit/run.js';

/** Reads the sensors once. @throws what the BMC port throws */
export type ReadSensors = () => Promise<readonly SensorReading[]>;

/** The way to the sensors of a server: opened by the first reading, and kept. */
export function sensorsOf(run: AnyRun, server: string): ReadSensors {
  const open = async () => {
    const place = await bmcPlace(run, `server/${server}`);
    return { bmc: place.bmc, uri: (await systemAt(place)).uri };
  };
  let opened: ReturnType<typeof open> | undefined;
  return async () => {
    opened ??= open();
    const opening = opened;
    const { bmc, uri } = await opening.catch((error: Error) => {
      opened = undefined;
      throw error;
    });
    return bmc.sensors(uri);
  };
}

const everyMs = 10_000;
const slowestMs = 160_000;

export interface SensorWatch {
  /** Whether somebody looks. */
  look(isLooking: boolean): void;
}

/** Tells readings while somebody looks; undefined where there is none. */
export function sensorWatch(
  read: ReadSensors,
  clock: Clock,
  tell: (sensors: readonly SensorLine[] | undefined) => void,
): SensorWatch {
  let isLooking = false;
  let isRefused = false;
  let isReading = false;
  let failures = 0;
  let cancel: () => void = () => undefined;

  const turn = async (): Promise<void> => {
    if (!isLooking || isRefused || isReading) return;
    isReading = true;
    try {
      tell(sensorLines(await read()));
      failures = 0;
    } catch (error) {
      tell(undefined);
      failures += 1;
      isRefused = isMetalError(error) && refusals.has(error.code);
    }
    isReading = false;
    next();
  };
  const next = (): void => {
    cancel();
    if (isLooking) cancel = clock.after(Math.min(slowestMs, everyMs * 2 ** failures), () => void turn());
  };
  return {
    look: (is) => {
      isLooking = is;
      cancel();
      if (is) void turn();
    },
  };
}

/** Every further attempt counts at the BMC: it may lock the account. */
const refusals: ReadonlySet<string> = new Set(['BMC_AUTH_FAILED', 'BMC_FORBIDDEN']);

/** What needs a look first, then how warm it is and what it takes; fans that are well are counted. */
export function sensorLines(all: readonly SensorReading[]): SensorLine[] {
  const told = all.filter(({ reading, health }) => reading !== undefined || health !== undefined);
  const isFan = ({ kind }: SensorReading): boolean => kind === 'Rotational';
  const fans = told.filter(isFan);
  const well = fans.filter((fan) => !needsALook(fan));
  const single = told.filter((sensor) => !isFan(sensor) || needsALook(sensor));
  const lines = single.sort((a, b) => rankOf(a) - rankOf(b)).map(lineOf);
  if (well.length === 0) return lines;
  const count = { name: 'Fans', reading: `${well.length} of ${fans.length}`, health: 'ok' };
  const at = single.filter((sensor) => rankOf(sensor) < kinds.indexOf('Rotational')).length;
  return lines.toSpliced(at, 0, count);
}

/** In the order a person asks: is it hot, does it get power, does it blow. Whatever else is there comes last. */
const kinds = ['bad', 'inlet', 'Temperature', 'Power', 'Rotational'];

function rankOf(sensor: SensorReading): number {
  if (needsALook(sensor)) return 0;
  if (sensor.kind === 'Temperature' && /inlet|intake|ambient/i.test(sensor.name)) return 1;
  const at = kinds.indexOf(sensor.kind);
  return at === -1 ? kinds.length : at;
}

function lineOf(sensor: SensorReading): SensorLine {
  const { name, reading, unit, health, state } = sensor;
  const isBad = needsALook(sensor);
  const value = reading === undefined ? (state ?? '-') : String(Math.round(reading * 10) / 10);
  return {
    name,
    reading: reading === undefined || unit === undefined ? value : `${value} ${unit === 'Cel' ? 'C' : unit}`,
    health: isBad ? badly(health) : health === undefined ? '-' : 'ok',
  };
}

/** A sensor past a limit of its own may call itself well. */
const badly = (health = 'OK'): string => (health === 'OK' ? 'PAST ITS LIMIT' : health.toUpperCase());

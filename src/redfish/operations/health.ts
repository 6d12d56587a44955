/** Health and sensors: the sensor collection of the chassis, or Thermal and Power where that is older. */
import type { Health, HealthInfo, SensorReading, SystemUri } from '../../ports/bmc.js';
import { messagesOf } from '../messages.js';
import type { Resources } from '../resources.js';
import { Chassis, FullStatus, OldSensor, Power, Sensor, Thermal } from '../schema/health.js';
import { isObject, type JsonObject } from '../transport/json.js';
import { chassisLinksOf } from './chassis.js';
import { present } from './present.js';
import type { Reach } from './reach.js';

/** Health of the systems of a BMC. */
export function healthOf(reach: Reach): Health {
  return { health: (uri) => readHealth(reach, uri), sensors: (uri) => readSensors(reach, uri) };
}

async function readHealth({ resources }: Reach, uri: SystemUri): Promise<HealthInfo> {
  await resources.service.known();
  const { json } = await resources.get(resources.service.path(uri));
  const status = FullStatus.parse(json.Status) ?? {};
  const said = messagesOf({ '@Message.ExtendedInfo': status.Conditions ?? [] });
  const facts = present({ health: status.Health, rollup: status.HealthRollup, state: status.State });
  return { ...facts, conditions: said.map(({ text, key }) => text ?? key).filter((text) => text !== '') };
}

async function readSensors(reach: Reach, uri: SystemUri): Promise<SensorReading[]> {
  const all = await Promise.all((await chassisLinksOf(reach, uri)).map((json) => sensorsIn(reach.resources, json)));
  return all.flat();
}

async function sensorsIn(resources: Resources, json: JsonObject): Promise<SensorReading[]> {
  const chassis = Chassis.parse(json);
  const sensors = await resources.members(chassis.Sensors, { tolerant: true });
  if (sensors.length > 0) return sensors.map(toReading).filter(isThere);
  return [...(await thermal(resources, chassis.Thermal)), ...(await power(resources, chassis.Power))].filter(isThere);
}

const isThere = ({ state }: SensorReading): boolean => state !== 'Absent';

function toReading(json: JsonObject): SensorReading {
  const sensor = Sensor.parse(json);
  const facts = present({
    reading: sensor.Reading,
    unit: sensor.ReadingUnits,
    health: sensor.Status?.Health,
    state: sensor.Status?.State,
    lowerCritical: sensor.Thresholds?.LowerCritical?.Reading,
    upperCritical: sensor.Thresholds?.UpperCritical?.Reading,
  });
  return { name: sensor.Name ?? sensor.Id ?? '', kind: sensor.ReadingType ?? 'Other', ...facts };
}

async function thermal(resources: Resources, link: string | undefined): Promise<SensorReading[]> {
  if (link === undefined) return [];
  const { Temperatures, Fans } = Thermal.parse((await resources.get(resources.service.path(link))).json);
  return [
    ...old(Temperatures, 'Temperature', 'Cel', ({ ReadingCelsius }) => ReadingCelsius),
    ...old(Fans, 'Rotational', 'RPM', ({ Reading }) => Reading),
  ];
}

async function power(resources: Resources, link: string | undefined): Promise<SensorReading[]> {
  if (link === undefined) return [];
  const { Voltages, PowerControl, PowerSupplies } = Power.parse(
    (await resources.get(resources.service.path(link))).json,
  );
  return [
    ...old(PowerControl, 'Power', 'W', ({ PowerConsumedWatts }) => PowerConsumedWatts),
    ...old(PowerSupplies, 'Power', 'W', ({ LastPowerOutputWatts }) => LastPowerOutputWatts),
    ...old(Voltages, 'Voltage', 'V', ({ ReadingVolts }) => ReadingVolts),
  ];
}

type Old = ReturnType<typeof OldSensor.parse>;

const old = (list: readonly unknown[], kind: string, unit: string, read: (sensor: Old) => number | undefined) =>
  list.filter(isObject).map((json): SensorReading => {
    const sensor = OldSensor.parse(json);
    const facts = present({
      reading: read(sensor),
      health: sensor.Status?.Health,
      state: sensor.Status?.State,
      lowerCritical: sensor.LowerThresholdCritical,
      upperCritical: sensor.UpperThresholdCritical,
    });
    // Fans are told in percent by some, and say so.
    const said = sensor.ReadingUnits === 'Percent' ? '%' : unit;
    return { name: sensor.Name ?? sensor.FanName ?? '', kind, unit: said, ...facts };
  });

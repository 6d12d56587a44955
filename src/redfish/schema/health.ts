/** LogService v1_8_0, LogEntry v1_17_0, Sensor v1_11_0, Chassis v1_27_0, Thermal v1_7_3, Power v1_7_3 (DSP8010 2025.2). */
import { z } from 'zod';
import { items, link, nested, number, text, uri } from './lenient.js';
import { Status } from './resource.js';

export const Chassis = z.looseObject({ Sensors: link, Thermal: link, Power: link, LogServices: link });

export const LogService = z.looseObject({
  '@odata.id': uri,
  Id: text,
  Name: text,
  Entries: link,
  Actions: nested({ '#LogService.ClearLog': nested({ target: uri }) }),
});

export const LogEntry = z.looseObject({
  Id: text,
  Created: text,
  EventTimestamp: text,
  Severity: text,
  Message: text,
  MessageId: text,
});

const threshold = nested({ Reading: number });

export const Sensor = z.looseObject({
  Id: text,
  Name: text,
  Reading: number,
  ReadingType: text,
  ReadingUnits: text,
  Status,
  Thresholds: nested({ LowerCritical: threshold, UpperCritical: threshold }),
});

/** An entry of Thermal or Power: the reading has another name in each list. */
export const OldSensor = z.looseObject({
  Name: text,
  FanName: text,
  Reading: number,
  ReadingUnits: text,
  ReadingCelsius: number,
  ReadingVolts: number,
  PowerConsumedWatts: number,
  LastPowerOutputWatts: number,
  LowerThresholdCritical: number,
  UpperThresholdCritical: number,
  Status,
});

export const Thermal = z.looseObject({ Temperatures: items, Fans: items });
export const Power = z.looseObject({ Voltages: items, PowerControl: items, PowerSupplies: items });

export const FullStatus = nested({ State: text, Health: text, HealthRollup: text, Conditions: items });

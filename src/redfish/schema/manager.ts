/** Manager v1_21_0 (DSP8010 2025.2), as far as identity needs it. */
import { z } from 'zod';
import { text, uri } from './lenient.js';
import { Status } from './resource.js';

export const Manager = z.looseObject({
  '@odata.id': uri,
  UUID: text,
  Manufacturer: text,
  Model: text,
  PartNumber: text,
  SerialNumber: text,
  FirmwareVersion: text,
  PowerState: text,
  LastResetTime: text,
  Status,
});

export type Manager = z.output<typeof Manager>;

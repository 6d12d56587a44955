/** ComputerSystem v1_23_0 (DSP8010 2025.2), as far as identity, power, boot and its light need it. */
import { z } from 'zod';
import { items, link, nested, number, text, texts, threeState, uri } from './lenient.js';
import { Settings, Status } from './resource.js';

export const ComputerSystem = z.looseObject({
  '@odata.id': uri,
  UUID: text,
  Manufacturer: text,
  Model: text,
  SKU: text,
  SerialNumber: text,
  BiosVersion: text,
  PowerState: text,
  IndicatorLED: text,
  LocationIndicatorActive: z.boolean().optional().catch(undefined),
  Status,
  MemorySummary: nested({ TotalSystemMemoryGiB: number }),
  BootProgress: nested({ LastState: text }),
  Boot: nested({
    BootSourceOverrideEnabled: text,
    BootSourceOverrideTarget: text,
    BootSourceOverrideMode: threeState,
    'BootSourceOverrideTarget@Redfish.AllowableValues': texts,
    'BootSourceOverrideEnabled@Redfish.AllowableValues': texts,
    BootOptions: link,
    BootOrder: texts,
    AliasBootOrder: texts,
  }),
  Links: nested({ Chassis: items }),
  Bios: link,
  LogServices: link,
  VirtualMedia: link,
  Processors: link,
  Storage: link,
  SimpleStorage: link,
  Actions: nested({
    '#ComputerSystem.Reset': nested({
      target: uri,
      '@Redfish.ActionInfo': uri,
      'ResetType@Redfish.AllowableValues': texts,
    }),
  }),
  '@Redfish.Settings': Settings,
});

export type ComputerSystem = z.output<typeof ComputerSystem>;

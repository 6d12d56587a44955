/** Manager v1_21_0 (DSP8010 2025.2), as far as identity and its reset need it. */
import { z } from 'zod';
import { items, link, nested, text, texts, uri } from './lenient.js';
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
  VirtualMedia: link,
  LogServices: link,
  NetworkProtocol: link,
  Links: nested({ Oem: nested({ Dell: nested({ DellAttributes: items, Jobs: link }) }) }),
  Actions: nested({
    '#Manager.Reset': nested({
      target: uri,
      '@Redfish.ActionInfo': uri,
      'ResetType@Redfish.AllowableValues': texts,
    }),
  }),
});

export type Manager = z.output<typeof Manager>;

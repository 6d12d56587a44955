/** ServiceRoot v1_19_0 (DSP0266 7.2, DSP8010 2025.2): what a service is and where things are. */
import { z } from 'zod';
import { link, nested, number, text } from './lenient.js';

const flag = z.boolean().optional().catch(undefined);

export const ServiceRoot = z.looseObject({
  '@odata.type': text,
  RedfishVersion: text,
  UUID: text,
  Vendor: text,
  Product: text,
  Oem: z.looseObject({}).optional().catch(undefined),
  Systems: link,
  Managers: link,
  SessionService: link,
  AccountService: link,
  UpdateService: link,
  Tasks: link,
  CertificateService: link,
  TelemetryService: link,
  Registries: link,
  Chassis: link,
  EventService: link,
  Links: nested({ Sessions: link }),
  ProtocolFeaturesSupported: nested({
    ExpandQuery: nested({ NoLinks: flag, ExpandAll: flag, Levels: flag, MaxLevels: number }),
    OnlyMemberQuery: flag,
    SelectQuery: flag,
  }),
});

export type ServiceRoot = z.output<typeof ServiceRoot>;

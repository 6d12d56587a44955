/** UpdateService v1_15_0, SoftwareInventory v1_12_0 (DSP8010 2025.2), as far as updates need them. */
import { z } from 'zod';
import { link, nested, number, text, texts, uri } from './lenient.js';
import { Status } from './resource.js';

export const UpdateService = z.looseObject({
  '@odata.id': uri,
  ServiceEnabled: z.boolean().optional().catch(undefined),
  FirmwareInventory: link,
  HttpPushUri: uri,
  HttpPushUriTargets: z.unknown().optional(),
  HttpPushUriTargetsBusy: z.unknown().optional(),
  MultipartHttpPushUri: uri,
  MaxImageSizeBytes: number,
  Actions: nested({
    '#UpdateService.SimpleUpdate': nested({ target: uri, 'TransferProtocol@Redfish.AllowableValues': texts }),
    '#UpdateService.StartUpdate': nested({ target: uri }),
  }),
});

export const SoftwareInventory = z.looseObject({
  '@odata.id': uri,
  Id: text,
  Name: text,
  Version: text,
  Updateable: z.boolean().optional().catch(undefined),
  Staged: z.boolean().optional().catch(undefined),
  ReleaseDate: text,
  Status,
});

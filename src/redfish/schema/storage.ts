/** Storage v1_18_0, Drive v1_20_1, Volume v1_10_1 and SimpleStorage v1_3_2 (DSP8010 2025.2). */
import { z } from 'zod';
import { items, nested, number, text, texts, uri } from './lenient.js';
import { Status } from './resource.js';

export const Storage = z.looseObject({ '@odata.id': uri, Id: text, Name: text, Status, Drives: items });

export const Drive = z.looseObject({
  Id: text,
  Name: text,
  MediaType: text,
  DriveFormFactor: text,
  CapacityBytes: number,
  Manufacturer: text,
  Model: text,
  Status,
});

export const Volume = z.looseObject({ Id: text, Name: text, CapacityBytes: number, RAIDType: text, Status });

export const SimpleStorage = z.looseObject({ Id: text, Name: text, Status, Devices: items });

export const SimpleDevice = z.looseObject({
  Name: text,
  CapacityBytes: number,
  Manufacturer: text,
  Model: text,
  Status,
});

/** A drive as erasing it needs it. */
export const DriveDetail = Drive.extend({
  SerialNumber: text,
  Links: nested({ Volumes: items }),
  Actions: nested({
    '#Drive.SecureErase': nested({ target: uri, 'SanitizationType@Redfish.AllowableValues': texts }),
  }),
});

/** A volume with the drives it lies on. */
export const VolumeDetail = Volume.extend({ Links: nested({ Drives: items }) });

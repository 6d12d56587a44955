/** BootOption v1_0_6 (DSP8010 2025.2). */
import { z } from 'zod';
import { text } from './lenient.js';

export const BootOption = z.looseObject({
  Id: text,
  Name: text,
  DisplayName: text,
  BootOptionReference: text,
  BootOptionEnabled: z.boolean().optional().catch(undefined),
  UefiDevicePath: text,
  Alias: text,
});

/** VirtualMedia v1_6_5 (DSP8010 2025.2), as far as inserting and ejecting need it. */
import { z } from 'zod';
import { nested, text, texts, threeState, uri } from './lenient.js';

const action = nested({ target: uri });

export const VirtualMedia = z.looseObject({
  '@odata.id': uri,
  Id: text,
  MediaTypes: texts,
  Inserted: z.boolean().optional().catch(undefined),
  Image: threeState,
  Actions: nested({ '#VirtualMedia.InsertMedia': action, '#VirtualMedia.EjectMedia': action }),
});

export type VirtualMedia = z.output<typeof VirtualMedia>;

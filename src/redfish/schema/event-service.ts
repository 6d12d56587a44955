/** EventService v1_11_0 and EventDestination v1_15_1 (DSP8010 2025.2), as far as subscribing needs them. */
import { z } from 'zod';
import { link, text, uri } from './lenient.js';

export const EventService = z.looseObject({
  ServiceEnabled: z.boolean().optional().catch(undefined),
  Subscriptions: link,
  ServerSentEventUri: uri,
});

/** Destination and context are compared, hence neither trimmed nor cut. */
export const EventDestination = z.looseObject({
  '@odata.id': uri,
  Destination: uri,
  Context: uri,
  EventFormatType: text,
});

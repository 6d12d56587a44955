/**
 * For whom this process is acting right now: known where a visit begins, wanted where a request is written down. Carried
 * beside the calls, so that no port has to hand it on.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

export interface Acting {
  /** `server/rack1-system-0`. */
  readonly object?: string;
  /** The intent that was written before the request, in its own words. */
  readonly intent?: string;
}

const present = new AsyncLocalStorage<Acting>();

/** Does the work; whoever asks meanwhile is told this and what was said around it. */
export const actingFor = <T>(acting: Acting, work: () => T): T =>
  present.run({ ...present.getStore(), ...acting }, work);

/** Empty where nothing is known. */
export const nowActing = (): Acting => present.getStore() ?? {};

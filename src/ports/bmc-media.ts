/** Images a BMC plugs into its machine as if they were discs or sticks (VirtualMedia, DSP0268). */
import type { Secret } from '../lib/secret.js';
import type { SystemUri } from './bmc.js';

export interface MediaSlot {
  readonly uri: string;
  readonly id: string;
  /** `CD`, `DVD`, `USBStick`, `Floppy`; open. */
  readonly types: readonly string[];
  readonly isInserted: boolean;
  readonly image?: string;
}

export interface MediaImage {
  /** URL the BMC fetches the image from. It may carry a secret, so it is never logged. */
  readonly url: string;
  readonly username?: string;
  readonly password?: Secret;
}

/** Virtual media of one ComputerSystem; every method throws PermanentError BMC_UNSUPPORTED where there are no slots. */
export interface VirtualMedia {
  mediaSlots(uri: SystemUri): Promise<readonly MediaSlot[]>;
  /**
   * Insert an image into a slot of the kind and wait until the BMC shows it. Idempotent: an image that is there stays. Of
   * several slots an empty one is taken; what is in the only one is ejected first.
   * @throws PermanentError BMC_REFUSED with the last slot's reason · TransientError BMC_ERROR when it does not appear
   */
  insertMedia(uri: SystemUri, kind: 'CD' | 'USB', image: MediaImage): Promise<MediaSlot>;
  /** Empty a slot, by its URI. Idempotent. */
  ejectMedia(slot: string): Promise<void>;
}

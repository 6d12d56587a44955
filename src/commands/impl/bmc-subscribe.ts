/** Event subscriptions of a BMC as people may see them: what `bmc subscribe list` and `delete` share. */
import { trailingSlashes } from '../../lib/trailing-slashes.js';
import type { Bmc, SubscriptionInfo } from '../../ports/bmc.js';

export interface ShownSubscription {
  readonly id: string;
  readonly uri: string;
  /** Without its path, which may carry a secret. */
  readonly destination: string;
  readonly context: string;
  readonly format: string;
}

export async function readSubscriptions(bmc: Bmc): Promise<readonly ShownSubscription[]> {
  return (await bmc.subscriptions()).map(shown);
}

const shown = ({ uri, destination = '', context = '', format = '' }: SubscriptionInfo): ShownSubscription => ({
  id: uri.replace(trailingSlashes, '').split('/').at(-1) ?? uri,
  uri,
  destination: URL.canParse(destination) ? `${new URL(destination).origin}/…` : '',
  context,
  format,
});

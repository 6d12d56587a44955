/** Body of `bmc subscribe list`. */
import type { bmcSubscribeListCommand } from '../bmc-config.js';
import { readSubscriptions } from './bmc-subscribe.js';
import { bmcPlace } from './kit/bmc-places.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof bmcSubscribeListCommand>): Promise<void> {
  const { bmc, name } = await bmcPlace(run, run.args.target);
  const subscriptions = await readSubscriptions(bmc);
  await run.out.document(
    { kind: 'SubscriptionList', bmc: name, subscriptions },
    () => ({
      columns: [{ header: 'ID' }, { header: 'DESTINATION' }, { header: 'CONTEXT' }, { header: 'FORM' }],
      rows: subscriptions.map(({ id, destination, context, format }) => [id, destination, context, format]),
    }),
    subscriptions.map(({ id }) => id),
  );
}

/** Body of `bmc subscribe delete`. */
import { UserError } from '../../errors/classes.js';
import type { bmcSubscribeDeleteCommand } from '../bmc-config.js';
import { readSubscriptions, type ShownSubscription } from './bmc-subscribe.js';
import { bmcPlace } from './kit/bmc-places.js';
import { failureOf, readEach } from './kit/each.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof bmcSubscribeDeleteCommand>): Promise<void> {
  const { bmc, name } = await bmcPlace(run, run.args.target);
  const chosen = chosenOf(await readSubscriptions(bmc), run.args.subscriptions);
  const isDry = run.globals.dryRun !== 'none';
  if (!isDry && chosen.length > 0) {
    const plan = chosen.map(
      ({ id, destination, context }) => `ends subscription ${id} of ${context} to ${destination}`,
    );
    await run.confirm({ level: 2, what: `ending ${chosen.length} subscriptions of bmc/${name}`, plan });
  }
  const ended = await readEach(
    run,
    chosen,
    ({ id }) => `subscription/${id}`,
    async (each) => {
      if (!isDry) await bmc.unsubscribe(each.uri);
      return each;
    },
  );
  await run.out.document(
    { kind: 'SubscriptionsEnded', bmc: name, dryRun: isDry, subscriptions: ended.values },
    () => ({
      columns: [{ header: 'SUBSCRIPTION' }, { header: 'CONTEXT' }],
      rows: ended.values.map(({ id, context }) => [id, context]),
    }),
    ended.values.map(({ id }) => id),
  );
  if (chosen.length === 0) run.talk.note('No subscriptions to end.');
  const failure = failureOf(ended);
  if (failure !== undefined) throw failure;
}

/** @throws UserError NOT_FOUND */
function chosenOf(known: readonly ShownSubscription[], words: readonly string[]): readonly ShownSubscription[] {
  if (words.includes('all')) return known;
  return words.map((word) => {
    const found = known.find(({ id }) => id === word);
    if (found !== undefined) return found;
    throw new UserError('NOT_FOUND', `the BMC has no subscription "${word}"`, {
      why: `it has ${known.map(({ id }) => id).join(', ') || 'none'}`,
      hint: 'metalctl bmc subscribe list',
    });
  });
}

/** Body of `bmc defaults`. */
import type { bmcDefaultsCommand } from '../bmc-config.js';
import { bmcPlace, ownersOf } from './kit/bmc-places.js';
import type { Run } from './kit/run.js';

const types = {
  'network-and-users': 'PreserveNetworkAndUsers',
  network: 'PreserveNetwork',
  nothing: 'ResetAll',
} as const;

const losses = {
  'network-and-users': 'its settings are lost; network and users stay',
  network: 'its settings and users are lost: the BMCSecret will not be admitted any more',
  nothing: 'its settings, users and network are lost: it is not reached any more where the cluster knows it',
} as const;

export default async function (run: Run<typeof bmcDefaultsCommand>): Promise<void> {
  const place = await bmcPlace(run, run.args.target);
  const { name, bmc, object } = place;
  const { keep } = run.flags;
  const isDry = run.globals.dryRun !== 'none';
  if (!isDry) {
    const plan = [...(await ownersOf(run, place)), `bmc/${name}: ${losses[keep]}`, 'it restarts; machines run on'];
    const targets = object === undefined ? [] : [object];
    await run.confirm({
      level: 3,
      what: `setting bmc/${name} back to its factory settings`,
      plan,
      typed: name,
      targets,
    });
    run.signal.throwIfAborted();
    await bmc.resetManagerToDefaults(types[keep]);
  }
  const outcome = isDry ? `would be set back, keeping ${keep}` : `set back to factory settings, keeping ${keep}`;
  await run.out.document({ kind: 'FactoryReset', bmc: name, keep, outcome }, () => `bmc/${name} ${outcome}\n`);
  if (!isDry && keep !== 'network-and-users') run.talk.hint('Next: metalctl onboard, with the credential it has now');
}

/** `explain state KIND.STATE`: from the tables the reconcilers run by. */
import { UserError } from '../../errors/classes.js';
import { nearest } from '../../lib/nearest.js';
import { stateTables } from '../../reconcile/index.js';
import type { explainCommand } from '../explain.js';
import type { Run } from './kit/run.js';

type ExplainRun = Run<typeof explainCommand>;

/** What a state means to a person; a test holds the keys against the tables. */
export const meanings: Readonly<Record<string, string>> = {
  'Server.Initial': 'Just found or sent back: power and identity are being established.',
  'Server.Discovery': 'A probe is booted once to report what the machine is made of.',
  'Server.Available': 'Free to be claimed, and kept switched off.',
  'Server.Reserved': 'Held by a claim, and powered as the claim says.',
  'Server.Released': 'Its claim is gone and its policy is Retain: it waits until a person offers it again.',
  'Server.Error': 'Something needs a person; metalctl why says what. It tries again by itself.',
  'Server.Maintenance': 'Held by a ServerMaintenance; claims wait.',
  'Server.Parked': "Taken out of the claim lifecycle for work of one's own: power is off, reconcilers stand down.",
  'ServerClaim.Bound': 'It has a server.',
  'ServerClaim.Unbound': 'It waits for a server that fits and is free.',
};

export async function explainState(run: ExplainRun, text: string | undefined): Promise<void> {
  const known = stateTables.flatMap(({ kind, table }) => Object.keys(table).map((state) => `${kind}.${state}`));
  if (text === undefined) {
    const rows = known.map((each) => [each, meanings[each] ?? '']);
    await run.out.document(
      { kind: 'States', states: known.map((name) => ({ name, meaning: meanings[name] })) },
      () => ({
        columns: [{ header: 'STATE' }, { header: 'MEANS' }],
        rows,
      }),
    );
    return;
  }
  const name = known.find((each) => each.toLowerCase() === text.toLowerCase());
  if (name === undefined) {
    const close = nearest(text, known, 3);
    throw new UserError('NOT_FOUND', `no state is called "${text}"`, {
      hint: close.length > 0 ? `did you mean: ${close.join(', ')}` : 'metalctl explain state',
    });
  }
  const [kind, state = ''] = name.split('.');
  const { table = {}, interrupts = [] } = stateTables.find((each) => each.kind === kind) ?? {};
  const leaves = [...(table[state]?.to ?? [])];
  const asked = interrupts.some(({ to }) => to.includes(state)) ? ['others, when it is asked for'] : [];
  const enters = [...Object.entries(table).flatMap(([from, { to }]) => (to.includes(state) ? [from] : [])), ...asked];
  const meaning = meanings[name] ?? '';
  await run.out.document({ kind: 'State', name, meaning, enters, leaves }, () => {
    const line = (title: string, states: readonly string[]): string =>
      `${title.padEnd(12)} ${states.join(', ') || '-'}\n`;
    return `${name}: ${meaning}\n${line('Enter from', enters)}${line('May leave to', leaves)}`;
  });
}

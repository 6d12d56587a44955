/** One object nobody can work with, or one bug in one step, holds no other object up. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reconcileOnce, reconcilers } from '../../../src/reconcile/index.js';
import type { AnyRegistration } from '../../../src/reconcile/runtime/registration.js';
import { BMC, Server, type World, world } from '../../support/world.js';

const poison = 'rack-poison';

interface Part {
  readonly name: string;
  readonly run: (input: never) => unknown;
}

/** The reconcilers, with one part of one machine throwing whenever it sees the poisoned machine. */
function withBug(at: AnyRegistration, part: string): AnyRegistration[] {
  const broken = (run: Part['run']) => async (input: never) => {
    const isPoisoned = Object.values(input).some((value) =>
      String((value as { metadata?: { name?: string } } | undefined)?.metadata?.name ?? '').startsWith(poison),
    );
    if (isPoisoned) throw new TypeError(`bug in ${part}`);
    return run(input);
  };
  const swap = <T extends Part>(each: T): T => (each.name === part ? { ...each, run: broken(each.run) } : each);
  const { machine } = at;
  const interrupts = machine.interrupts.map(swap);
  const table = 'table' in machine ? machine.table : undefined;
  const changed =
    table === undefined
      ? { ...machine, interrupts, steps: (machine as unknown as { steps: Part[] }).steps.map(swap) }
      : {
          ...machine,
          interrupts,
          table: Object.fromEntries(
            Object.entries(table).map(([state, row]) => [
              state,
              state === part ? { ...row, run: broken(row.run as Part['run']) } : row,
            ]),
          ),
        };
  return reconcilers.map((reg) => (reg === at ? ({ ...reg, machine: changed } as AnyRegistration) : reg));
}

const partsOf = ({ machine }: AnyRegistration): string[] => [
  ...machine.interrupts.map(({ name }: Part) => name),
  ...('table' in machine ? Object.keys(machine.table) : machine.steps.map(({ name }: Part) => name)),
];

async function progress(w: World, registrations: readonly AnyRegistration[]) {
  let bugs = 0;
  const log = {
    log: (level: string, message: string) => {
      if (level === 'error' && message.includes('bug')) bugs += 1;
    },
  };
  for (let pass = 0; pass < 3; pass += 1) {
    await reconcileOnce({ ...w.ports, log } as typeof w.ports, { registrations, settings: w.settings });
    await w.bootOperator();
  }
  return { healthy: w.cluster.peek(Server, { name: 'rack1-system-0' })?.status?.state, bugs };
}

test('R-PRC-7: a bug in any step of any reconciler stops its own object alone', async (t) => {
  let [steps, met] = [0, 0];
  for (const reg of reconcilers) {
    for (const part of partsOf(reg)) {
      const w = world();
      w.addMachine(poison);
      w.addMachine('rack1');
      const { healthy, bugs } = await progress(w, withBug(reg, part));
      assert.equal(healthy, 'Discovery', `${reg.name} ${part}: the other machine stands still`);
      steps += 1;
      met += bugs > 0 ? 1 : 0;
    }
  }
  assert.ok(met >= 8, `${met} of the bugs were met`);
  t.diagnostic(`${steps} steps, each with a bug: ${met} met on the way, 0 others held up`);
});

test('R-API-10: an object of nonsense, of the future, or of 1.4 MB is passed by, and keeps what we do not know', async () => {
  const w = world();
  w.addMachine('rack1');
  w.addMachine(poison);
  w.addMachine('rack-future');
  const future = { telepathy: { levels: [1, 2, { deep: null }] } };
  await w.cluster.patch(BMC, { name: poison }, { spec: { protocol: { name: 'Carrier pigeon' } } }, 'merge');
  await w.cluster.patch(BMC, { name: 'rack-future' }, { spec: future }, 'merge');
  const note = 'x'.repeat(1_400_000);
  await w.cluster.patch(BMC, { name: 'rack-future' }, { metadata: { annotations: { note } } }, 'merge');
  const kept = JSON.stringify((w.cluster.peek(BMC, { name: 'rack-future' }) as { spec?: object })?.spec);
  for (let pass = 0; pass < 3; pass += 1) {
    await w.pass();
    await w.bootOperator();
  }
  const stateOf = (name: string) => w.cluster.peek(Server, { name })?.status?.state;
  assert.deepEqual([stateOf('rack1-system-0'), stateOf('rack-future-system-0')], ['Discovery', 'Discovery']);
  const bad = w.cluster.peek(BMC, { name: poison })?.status?.conditions?.find(({ type }) => type === 'Ready');
  assert.deepEqual([bad?.status, bad?.reason], ['False', 'SpecInvalid']);
  const after = w.cluster.peek(BMC, { name: 'rack-future' });
  assert.equal(JSON.stringify((after as { spec?: object })?.spec), kept);
  assert.equal(after?.metadata.annotations?.note?.length, note.length);
});

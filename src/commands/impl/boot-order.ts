/** Body of `boot order`. */
import { UserError } from '../../errors/classes.js';
import { nearest } from '../../lib/nearest.js';
import type { bootOrderCommand } from '../boot.js';
import { type BootOption, bootMachine, bootOptions } from './boot-machine.js';
import { serverKind } from './kit/kinds.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof bootOrderCommand>): Promise<void> {
  const { bmc, system, name, level, owner, server } = await bootMachine(run, run.args.server);
  const current = system.bootOrder ?? [];
  const options = await bootOptions(bmc, system.uri);
  const nameOf = (reference: string): string => options.find((each) => each.reference === reference)?.name ?? '';
  const show = (order: readonly string[], outcome: string): Promise<void> =>
    run.out.document(
      {
        kind: 'BootOrder',
        server: name,
        order: order.map((reference) => ({ reference, name: nameOf(reference) })),
        outcome,
      },
      () => ({
        columns: [{ header: '#', align: 'right' }, { header: 'OPTION' }, { header: 'NAME' }],
        rows: order.map((reference, at) => [String(at + 1), reference, nameOf(reference)]),
      }),
      order,
    );
  if (run.flags.set.length === 0) return show(current, 'shown');
  const wanted = orderOf(run.flags.set, current, options);
  const spec = server.spec?.bootOrder?.map(({ device }) => device) ?? [];
  if (same(spec, wanted)) return show(wanted, 'unchanged');
  if (run.globals.dryRun !== 'none') return show(wanted, 'would be set');
  const plan = [
    `${owner}: boots ${wanted
      .slice(0, 4)
      .map((each) => nameOf(each) || each)
      .join(', ')}${wanted.length > 4 ? ', …' : ''}`,
  ];
  await run.confirm({ level, what: `changing the boot order of server/${name}`, plan });
  const bootOrder = wanted.map((device, priority) => ({ name: nameOf(device) || device, priority, device }));
  await run.ports.cluster.patch(serverKind, { name }, { spec: { bootOrder } }, 'merge', { signal: run.signal });
  await show(wanted, 'set');
  run.talk.note(`server/${name}: the operator writes the order to its BMC`);
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((each, at) => each === b[at]);

/** Those named first, the rest as they were. @throws UserError USAGE for what is no option */
function orderOf(words: readonly string[], current: readonly string[], options: readonly BootOption[]): string[] {
  const known = [...current, ...options.map(({ reference }) => reference)];
  const named = words.map((word) => {
    const lower = word.toLowerCase();
    const found =
      known.find((reference) => reference.toLowerCase() === lower) ??
      options.find((option) => option.name.toLowerCase() === lower)?.reference;
    if (found !== undefined) return found;
    const [close] = nearest(word, [...known, ...options.map((option) => option.name)]);
    throw new UserError('USAGE', `"${word}" is no boot option of this server`, {
      why: `it has ${[...new Set(known)].join(', ') || 'none'}`,
      hint: close === undefined ? 'metalctl boot order SERVER' : `--set ${close}`,
    });
  });
  return [...new Set([...named, ...current])];
}

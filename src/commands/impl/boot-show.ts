/** Body of `boot show`. */
import { keyText } from '../../api/kind.js';
import type { bootShowCommand } from '../boot.js';
import { bootMachine, bootOptions } from './boot-machine.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof bootShowCommand>): Promise<void> {
  const { bmc, system, server, name } = await bootMachine(run, run.args.server);
  const options = await bootOptions(bmc, system.uri);
  const { enabled = 'Disabled', target = 'None', mode } = system.bootOverride ?? {};
  const configuration = server.spec?.bootConfigurationRef;
  const order = system.bootOrder ?? [];
  const named = (reference: string): string => options.find((option) => option.reference === reference)?.name ?? '';
  const override = enabled === 'Disabled' ? 'none' : `${target} (${enabled}${mode === undefined ? '' : `, ${mode}`})`;
  const rows = [
    ['power', system.powerState ?? 'Unknown', ''],
    ['override', override, ''],
    ...(system.bootProgress === undefined ? [] : [['progress', system.bootProgress, '']]),
    ...(configuration === undefined ? [] : [['configuration', keyText(configuration), '']]),
    ...order.map((reference, at) => [`order ${at + 1}`, reference, named(reference)]),
  ];
  await run.out.document(
    {
      kind: 'BootReport',
      server: name,
      override: system.bootOverride ?? {},
      order,
      options,
      ...(configuration ? { configuration } : {}),
    },
    () => ({ columns: [{ header: 'WHAT' }, { header: 'VALUE' }, { header: 'NAME' }], rows }),
  );
}

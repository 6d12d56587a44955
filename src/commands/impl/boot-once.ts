/** Body of `boot once`. */
import { annotations, operations } from '../../api/metal/v1alpha1/constants.js';
import type { BootTarget } from '../../ports/bmc.js';
import type { bootOnceCommand } from '../boot.js';
import { bootTargets } from '../boot.js';
import { badChoice } from '../flags.js';
import { bootMachine } from './boot-machine.js';
import { serverKind } from './kit/kinds.js';
import type { Run } from './kit/run.js';

const targets: Readonly<Record<string, BootTarget>> = {
  pxe: 'Pxe',
  http: 'UefiHttp',
  disk: 'Hdd',
  cd: 'Cd',
  usb: 'Usb',
  bios: 'BiosSetup',
  diags: 'Diags',
};

const modes = { uefi: 'UEFI', legacy: 'Legacy' } as const;

export default async function (run: Run<typeof bootOnceCommand>): Promise<void> {
  const { target: word } = run.args;
  const target = targets[word];
  if (target === undefined) throw badChoice(bootTargets, word, 'TARGET');
  const { bmc, system, name, level, owner } = await bootMachine(run, run.args.server);
  const resets = run.flags.reset && system.powerState !== 'Off';
  const told = (words: string): Promise<void> =>
    run.out.document(
      { kind: 'BootOnce', server: name, target, reset: resets, outcome: words },
      () => `server/${name} ${words}\n`,
    );
  if (run.globals.dryRun !== 'none') return told(`would boot ${target} once${resets ? ', and restart' : ''}`);
  // Setting an override is level 1; taking a machine down under its claim is not.
  const plan = [`${owner}: boots ${target} once${resets ? ' and restarts now' : ', at its next boot'}`];
  await run.confirm({ level: resets ? level : 1, what: `booting server/${name} from ${target}`, plan });
  run.signal.throwIfAborted();
  const { mode } = run.flags;
  if (mode === undefined) await bmc.setBootOnce(system.uri, target);
  else await bmc.setBootOverride(system.uri, { target, mode: modes[mode] });
  if (resets) {
    const patch = { metadata: { annotations: { [annotations.operation]: operations.gracefulRestartServer } } };
    await run.ports.cluster.patch(serverKind, { name }, patch, 'merge', { signal: run.signal });
  }
  const note = run.flags.reset && !resets ? '; it is off: at its next power on' : '';
  await told(`boots ${target} once${resets ? ', restart requested' : note}`);
  run.talk.hint(`Next: metalctl console ${name}`);
}

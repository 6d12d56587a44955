/** Runs the body of a command; with `--plan` on ports that only tell what they are asked. */
import type { ExitName } from '../../../errors/exit.js';
import type { CommandDef } from '../../define.js';
import type { Body, Run } from './run.js';

export async function runBody(run: Run<unknown>, command: CommandDef): Promise<ExitName | undefined> {
  const { default: body } = (await command.run()) as { default: Body };
  if (!run.globals.plan || command.plans !== 'steps') return body(run);
  return (await import('./planned.js')).planned(run, body);
}

/** Body of `completion`. */
import { UserError } from '../../errors/classes.js';
import type { completionCommand } from '../completion.js';
import { completionScript, type Shell, shells } from '../completion-scripts.js';
import type { Run } from './kit/run.js';

const hints: Readonly<Record<Shell, string>> = {
  bash: 'metalctl completion bash > ~/.local/share/bash-completion/completions/metalctl',
  zsh: 'metalctl completion zsh > ~/.zfunc/_metalctl    with ~/.zfunc in fpath before compinit',
  fish: 'metalctl completion fish > ~/.config/fish/completions/metalctl.fish',
  powershell: 'metalctl completion powershell >> $PROFILE',
};

export default async function ({ args, flags, out }: Run<typeof completionCommand>): Promise<void> {
  const shell = shells.find((each) => each === args.shell);
  if (shell === undefined) {
    throw new UserError('USAGE', `no completion for "${args.shell}"; known: ${shells.join(', ')}`, {
      hint: 'metalctl completion bash',
    });
  }
  await out.text(flags.installHint ? `${hints[shell]}\n` : completionScript(shell));
}

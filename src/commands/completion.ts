/** `metalctl completion`: scripts for shells. */
import { defineCommand } from './define.js';
import { one, toggle } from './flags.js';

export const completionCommand = defineCommand({
  name: 'completion',
  summary: 'Print the completion script of a shell.',
  group: 'Setup',
  stability: 'stable',
  args: {
    shell: one('SHELL', 'bash, zsh, fish or powershell.', { choices: ['bash', 'zsh', 'fish', 'powershell'] }),
  },
  flags: { installHint: toggle('Say where the script belongs instead.') },
  examples: [
    ['source <(metalctl completion bash)', 'In this bash only.'],
    ['metalctl completion fish > ~/.config/fish/completions/metalctl.fish', 'For good, in fish.'],
    ['metalctl completion zsh --install-hint', 'Where it goes in zsh.'],
  ],
  needs: [],
  exits: [],
  run: () => import('./impl/completion.js'),
});

/** `metalctl explain`: exit codes, error codes and the flags every command takes. Works offline. */
import { defineCommand } from './define.js';
import { one, optional } from './flags.js';

export const explainCommand = defineCommand({
  name: 'explain',
  summary: 'Explain exit codes, an error code, or the flags every command takes.',
  group: 'Setup',
  stability: 'stable',
  args: {
    topic: one('TOPIC', 'exit-codes, error or flags.', { choices: ['exit-codes', 'error', 'flags'] }),
    code: optional('CODE', 'With error: the code, e.g. BMC_AUTH_FAILED.', { complete: 'error-codes' }),
  },
  flags: {},
  examples: [
    ['metalctl explain exit-codes', 'The table scripts can rely on.'],
    ['metalctl explain error BMC_AUTH_FAILED', 'What it means and what to do.'],
    ['metalctl explain flags', 'Flags every command takes.'],
  ],
  needs: [],
  exits: [],
  related: ['version'],
  run: () => import('./impl/explain.js'),
});

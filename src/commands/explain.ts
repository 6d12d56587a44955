/** `metalctl explain`: kinds and their fields, states, exit codes, error codes, global flags. Works offline. */
import { defineCommand } from './define.js';
import { optional, text, toggle } from './flags.js';

export const explainCommand = defineCommand({
  name: 'explain',
  summary: 'Explain a kind or one of its fields, a state, exit codes, an error code, or the flags every command takes.',
  group: 'Setup',
  stability: 'stable',
  args: {
    topic: optional('TOPIC', 'KIND[.FIELD...], state, exit-codes, error or flags.', {
      complete: ['exit-codes', 'error', 'flags', 'state', 'server', 'serverclaim', 'bmc'],
    }),
    code: optional('NAME', 'With error: the code. With state: KIND.STATE.', { complete: 'error-codes' }),
  },
  flags: {
    recursive: toggle('All fields below, not one level.'),
    schema: text('DOCUMENT', 'JSON Schema of a document that -o json prints: ClaimReport. With "all", their names.'),
  },
  examples: [
    ['metalctl explain server.spec.taints', 'What a field means, its type and what is below it.'],
    ['metalctl explain state Server.Parked', 'What a state is, and where it may lead.'],
    ['metalctl explain --schema DiscoverReport', 'What a script may rely on.'],
    ['metalctl explain error BMC_AUTH_FAILED', 'What it means and what to do; exit-codes is the whole table.'],
  ],
  needs: [],
  exits: ['NOT_FOUND'],
  related: ['api-resources', 'version'],
  run: () => import('./impl/explain.js'),
});

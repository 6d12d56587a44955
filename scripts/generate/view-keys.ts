/** `docs/reference/view-keys.md`: every key of every view and the name a config calls it, from the tables the views use. */
import { viewKeys } from '../../src/ui/keys.js';
import { keyNamesText } from '../../src/ui/shared/key-names.js';
import { bindingName, shownKeys } from '../../src/ui/shared/keymap.js';
import { generatedMark } from './module.js';

export const generate = (): Map<string, string> => new Map([['docs/reference/view-keys.md', page()]]);

const cell = (text: string): string => text.replaceAll('|', '\\|');

const sections = (): string =>
  Object.entries(viewKeys)
    .map(([view, keymap]) => {
      const rows = keymap.map(
        ({ action, keys, help }) => `| \`${bindingName(view, action)}\` | ${cell(shownKeys(keys))} | ${cell(help)} |`,
      );
      return [`## ${view}`, '', '| Name | Keys | What it does |', '|---|---|---|', ...rows].join('\n');
    })
    .join('\n\n');

const page = (): string => `${generatedMark}
# Keys of the views

Every key, and the name a config calls what it does. Bind it otherwise in the [config](../concepts/configuration.md):

\`\`\`yaml
keys: { discover.onboard: [o, enter], discover.report: [O], top.power-off: [] }
\`\`\`

A list takes the place of all keys of that action; an empty one leaves it without. No key may have two actions in a view. Keys are
${keyNamesText}. Ctrl-C leaves, Ctrl-Z suspends and Ctrl-L draws
anew in every view, whatever is bound; Enter, y and Esc answer questions.

${sections()}
`;

/** `metalctl plugin list`: programs on PATH that are called as commands. */
import { defineCommand } from './define.js';

export const pluginListCommand = defineCommand({
  name: 'plugin list',
  summary: 'List the programs metalctl-NAME on PATH, which run as metalctl NAME.',
  group: 'Setup',
  stability: 'stable',
  args: {},
  flags: {},
  examples: [
    ['metalctl plugin list', 'Name and place of each; those that a command or another one hides are said.'],
    ['metalctl plugin list -o name', 'Names only.'],
    ['metalctl plugin list -o json', 'As a document.'],
  ],
  needs: [],
  exits: [],
  related: ['config view'],
  run: () => import('./impl/plugin-list.js'),
});

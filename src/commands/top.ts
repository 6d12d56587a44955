/** `metalctl top`, also called `dashboard`: what needs attention, now. */
import { defineCommand } from './define.js';
import { duration, optional, toggle } from './flags.js';

const shared = {
  group: 'Look',
  stability: 'preview',
  args: {
    page: optional('PAGE', 'attention, servers, racks, bmcs or claims.', {
      choices: ['attention', 'servers', 'racks', 'bmcs', 'claims'],
    }),
  },
  flags: {
    once: toggle('Print one page as a table and end; so does a missing terminal.'),
    refresh: duration('How often ages are counted anew; changes are shown as they come.', { fallback: '10s' }),
  },
  needs: ['cluster', 'clock'],
  isLate: true,
  exits: ['FORBIDDEN'],
} as const;

export const topCommand = defineCommand({
  ...shared,
  name: 'top',
  summary: 'Show what needs attention, and the fleet around it, live.',
  details:
    'On a terminal a view opens, with ? for its keys; Enter opens a server. Errors come first, then references to nothing, then what takes longer than usual, then what waits for a person, then what ends soon.',
  examples: [
    ['metalctl top', 'The dashboard.'],
    ['metalctl top racks --once', 'Every rack in one line.'],
    ['metalctl top --once -o json', 'For a script: what needs attention.'],
  ],
  related: ['why', 'describe', 'get'],
  run: () => import('./impl/top.js'),
});

export const dashboardCommand = defineCommand({
  ...shared,
  name: 'dashboard',
  summary: 'The same as top.',
  examples: [
    ['metalctl dashboard', 'The dashboard.'],
    ['metalctl dashboard servers', 'Its page of servers.'],
    ['metalctl dashboard --once', 'One page as a table.'],
  ],
  related: ['top'],
  run: () => import('./impl/top.js'),
});

/** `metalctl release`: give servers back. */
import { defineCommand } from './define.js';
import { choice, duration, list, rest, text, toggle } from './flags.js';

export const releaseCommand = defineCommand({
  name: 'release',
  summary: 'Delete claims and give their servers back.',
  details:
    'The server is powered off before anybody else can have it. With reclaim policy Retain it is kept as it is until `release --finish SERVER`. Disks are not erased.',
  group: 'Reserve',
  stability: 'stable',
  args: { claims: rest('CLAIM', 'Claims to release.') },
  flags: {
    server: list('S', 'The claims that hold these servers, in any namespace.', { complete: 'servers' }),
    finish: text('S', 'Offer a server again that was kept after its claim (policy Retain).', { complete: 'servers' }),
    wait: toggle('Until the servers are off and Available, or Released.'),
    timeout: duration('Longest time to wait.', { fallback: '30m' }),
    driver: choice(['auto', 'cluster', 'local', 'none'], 'Who reconciles while waiting.', { fallback: 'auto' }),
    takeOver: toggle('Drive locally beside a live controller.'),
  },
  examples: [
    ['metalctl release db-07 -n db --wait', 'Asks, powers off, and returns when the server is Available.'],
    ['metalctl release --server fra-8xk2m04-system-0 --yes', 'Whoever holds it.'],
    ['metalctl release --finish fra-8xk2m04-system-0', 'Ends Released.'],
  ],
  needs: ['clock', 'cluster'],
  exits: ['WAITING', 'NEEDS_INPUT', 'NOT_FOUND', 'CONFLICT', 'PARTIAL', 'FORBIDDEN'],
  dryRun: 'client',
  related: ['claim', 'get'],
  plans: 'steps',
  run: () => import('./impl/release.js'),
});

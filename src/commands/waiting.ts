/** Flags of commands that can wait for what they asked for. */
import { choice, duration, toggle } from './flags.js';

export const waitingFlags = {
  wait: toggle('Wait until it is so.'),
  timeout: duration('Longest time to wait.', { fallback: '30m' }),
  driver: choice(['auto', 'cluster', 'local', 'none'], 'Who reconciles while waiting.', { fallback: 'auto' }),
  takeOver: toggle('Drive locally beside a live controller.'),
} as const;

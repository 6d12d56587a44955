/**
 * Values that wander as those of real machines do, without anybody keeping them: a function of seed, label and time. So equal
 * seeds and equal clocks show equal values, ten thousand BMCs need no timers, and asking changes nothing.
 */
import { hash32 } from './random.js';

/** Between two values a sensor has measured. */
const sampleMs = 10_000;
/** Waves: how long each takes from one turn to the next, and its share of the whole. */
const waves = [
  { ms: 20 * 60_000, share: 0.6 },
  { ms: 2 * 60_000, share: 0.3 },
  { ms: sampleMs, share: 0.1 },
] as const;

/** From -1 to 1, the same for the whole of each sample; neighbouring samples are near each other. */
export function wander(seed: number, label: string, ms: number): number {
  const at = Math.floor(ms / sampleMs) * sampleMs;
  return waves.reduce((sum, wave) => sum + wave.share * between(seed, `${label}/${wave.ms}`, at / wave.ms), 0);
}

/** On the straight line between the turns before and after. */
function between(seed: number, label: string, at: number): number {
  const from = Math.floor(at);
  const [here, there] = [turn(seed, label, from), turn(seed, label, from + 1)];
  return here + (there - here) * (at - from);
}

const turn = (seed: number, label: string, n: number): number => (hash32(`${label}/${n}`, seed) / 0xffffffff) * 2 - 1;

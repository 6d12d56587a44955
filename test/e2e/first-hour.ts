/** `docs/how-to/first-hour.md` as a walk: what of its text belongs to one run only. */
import { userInfo } from 'node:os';

export const firstHourPage = 'docs/how-to/first-hour.md';

/** Things of a run that the next one has otherwise: ports, ages, durations, who ran it. */
export const volatile: readonly (readonly [RegExp, string])[] = [
  [/127\.0\.0\.1:\d+/g, '127.0.0.1:6443'],
  [/\b(?:\d+(?:\.\d+)?(?:ms|[dhms]))+\b/g, '0s'],
  // How much was left to do for a pass depends on how far the command before it came.
  [/^(KIND|BMC|Server\w*) +\d.*$/gm, '$1 0'],
  [/\d+ rounds?, \d+ writes?, \d+ BMC calls/g, '1 round, 0 writes, 0 BMC calls'],
  [new RegExp(`cordoned by ${userInfo().username}\\b`, 'g'), 'cordoned by you'],
];

/** What two runs have in common: volatile parts named alike, columns as wide as they come. */
export const lasting = (text: string): string =>
  volatile
    .reduce((all, [of, by]) => all.replace(of, by), text)
    .replace(/ {2,}/g, '  ')
    .replace(/ +$/gm, '');

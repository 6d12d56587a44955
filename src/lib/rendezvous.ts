/** Rendezvous hashing: who prefers what, decided everywhere alike and without talking to anybody. */

/** Weight of a pair, 0 up to 2^32: the same in every process, unrelated to that of any other pair. FNV-1a, mixed at the end. */
export function weightOf(chooser: string, choice: string): number {
  let hash = 0x811c9dc5;
  const text = `${chooser}\0${choice}`;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** What the chooser likes best. Taking one choice away changes nothing for those who did not choose it. */
export function preferred<T>(chooser: string, choices: readonly T[], nameOf: (choice: T) => string): T | undefined {
  let best: { choice: T; weight: number } | undefined;
  for (const choice of choices) {
    const weight = weightOf(chooser, nameOf(choice));
    if (best === undefined || weight > best.weight) best = { choice, weight };
  }
  return best?.choice;
}

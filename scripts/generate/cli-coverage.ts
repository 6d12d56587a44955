/** `docs/reference/cli/coverage.md`: what of the specified command line is not there yet, by name and with the reason. */
import { coverage } from '../lib/cli-coverage.js';
import { generatedMark } from './module.js';

export async function generate(): Promise<Map<string, string>> {
  const { built, missing } = coverage();
  const reasons = [...new Set(missing.map(({ reason = 'no reason given' }) => reason))];
  const parts = reasons.map((why) => {
    const names = missing.filter(({ reason = 'no reason given' }) => reason === why);
    return `**${why}**\n\n${names.map(({ what }) => `- \`${what}\``).join('\n')}\n`;
  });
  const head = `# Commands and flags that are not there yet\n\n${built} specified commands and flags are there, ${missing.length} are not. A command that is not there is absent: there are no stubs.\n`;
  return new Map([['docs/reference/cli/coverage.md', `${generatedMark}\n${head}\n${parts.join('\n')}`]]);
}

/** The main job at the head of README.md: what `docs/how-to/first-hour.md` recorded of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/files.js';
import { type Told, toldBy } from '../lib/transcript.js';

const begins = '<!-- main job: npm run generate takes it from docs/how-to/first-hour.md -->';
const ends = '<!-- end of main job -->';

/** The commands it is made of, by how they begin and end. */
const shown = [
  /^metalctl discover /,
  /^metalctl onboard /,
  /^metalctl claim db-07 .*--wait$/,
  /^metalctl why /,
  /^metalctl release /,
];

export async function generate(): Promise<Map<string, string>> {
  const told = toldBy(readFileSync(join(root, 'docs/how-to/first-hour.md'), 'utf8'));
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [head = '', rest = ''] = readme.split(begins);
  const [, tail] = rest.split(ends);
  if (tail === undefined) throw new Error(`README.md has no place for the main job: ${begins} … ${ends}`);
  const steps = shown.map((pattern) => textOf(told, pattern)).join('');
  return new Map([['README.md', `${head}${begins}\n\`\`\`console\n${steps}\`\`\`\n${ends}${tail}`]]);
}

function textOf(told: readonly Told[], pattern: RegExp): string {
  const step = told.find(({ command }) => pattern.test(command));
  if (step === undefined) throw new Error(`the first hour has no command like ${pattern}`);
  return `$ ${step.command}\n${step.output}`;
}

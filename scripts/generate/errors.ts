/** `docs/errors.md`: every error code with its sentence, remedy and exit code, from the catalogue. */
import { type CatalogueEntry, catalogue } from '../../src/errors/catalogue.js';
import { Exit } from '../../src/errors/exit.js';
import { generatedMark } from './module.js';

export async function generate(): Promise<Map<string, string>> {
  const rows = Object.entries<CatalogueEntry>(catalogue).sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map([['docs/errors.md', page(rows)]]);
}

const page = (rows: readonly [string, CatalogueEntry][]): string => `${generatedMark}
# Errors

Every failure metalctl prints carries one of these codes. In JSON it is the field \`code\`; the process ends with the
exit code beside it. Codes never change their meaning.

| Code | What it means | What usually helps | Exit |
|---|---|---|---|
${rows.map(row).join('\n')}

## Exit codes

| Number | Name |
|---|---|
${Object.entries(Exit)
  .map(([name, code]) => `| ${code} | \`${name}\` |`)
  .join('\n')}
`;

const row = ([code, { sentence, hint, exit }]: [string, CatalogueEntry]): string =>
  `| \`${code}\` | ${cell(sentence)} | ${cell(hint)} | ${Exit[exit]} \`${exit}\` |`;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/**
 * Writes the discover view into README.md, as a person sees it: the built program on a pseudo-terminal, against a sandbox.
 *   npm run build && node --import tsx scripts/readme-view.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCli } from '../test/e2e/cli-process.js';
import { openTerminal } from '../test/e2e/terminal.js';
import { root } from './lib/files.js';

const begins = '<!-- discover view: scripts/readme-view.ts writes it -->';
const ends = '<!-- end of discover view -->';

const cli = await startCli(4);
const terminal = await openTerminal(cli.environment, { columns: 100, rows: 18 });
try {
  await terminal.shows(/^\$/);
  const [{ host, port } = { host: '', port: 0 }] = cli.live.sandbox.emulator.bmcs;
  const range = ['--cidr', `${host.replace(/\d+$/, '0')}/29`, '--ports', `${port}`];
  terminal.type(`metalctl discover -i ${[...range, ...cli.account].join(' ')}\r`);
  await terminal.shows(/6\/6 {2}4 found/);
  terminal.type(' j ');
  await terminal.shows('2 selected');
  const text = terminal.screen().replaceAll(String(cli.environment.HOME), '~');
  const path = join(root, 'README.md');
  const readme = readFileSync(path, 'utf8');
  const [head, rest = ''] = readme.split(begins);
  const [, tail = ''] = rest.split(ends);
  if (tail === '') throw new Error(`README.md has no place for the view: ${begins} … ${ends}`);
  writeFileSync(path, `${head}${begins}\n\`\`\`text\n${text}\n\`\`\`\n${ends}${tail}`);
  terminal.type('q');
} finally {
  terminal.close();
  await cli.close();
}

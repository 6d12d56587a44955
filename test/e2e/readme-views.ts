/** The views of README.md, as a person sees them: the built program on a pseudo-terminal, against a sandbox. */
import { startCli } from './cli-process.js';
import { openTerminal } from './terminal.js';

export type ViewName = 'discover' | 'claim';

/** What stands between its two comments in README.md. */
export const marks = (name: ViewName) => ({
  begins: `<!-- ${name} view: scripts/readme-view.ts writes it -->`,
  ends: `<!-- end of ${name} view -->`,
});

/** A view as README.md has it; undefined where it has no place for one. */
export function shownIn(readme: string, name: ViewName): string | undefined {
  const { begins, ends } = marks(name);
  const [, rest] = readme.split(begins);
  const [fenced, tail] = rest?.split(ends) ?? [];
  return tail === undefined ? undefined : fenced?.replace(/^\n```text\n|\n```\n$/g, '');
}

/** Without what every run has of its own: addresses, ports, certificates, and the room they take. */
export const settled = (text: string): string =>
  text
    .replace(/127(\.\d+){3}(\/\d+)?(:\d+)?/g, 'ADDRESS')
    .replace(/sha256 .*/g, 'sha256 …')
    .replace(/ +/g, ' ');

/** Shows each view once, with two machines chosen and one to be claimed. */
export async function readmeViews(): Promise<Record<ViewName, string>> {
  const cli = await startCli(4);
  const terminal = await openTerminal(cli.environment, { columns: 100, rows: 18 });
  const shown = (): string => terminal.screen().replaceAll(String(cli.environment.HOME), '~');
  try {
    await terminal.shows(/^\$/);
    const [{ host, port } = { host: '', port: 0 }] = cli.live.sandbox.emulator.bmcs;
    const range = ['--cidr', `${host.replace(/\d+$/, '0')}/29`, '--ports', `${port}`];
    terminal.type(`metalctl discover -i ${[...range, ...cli.account].join(' ')}\r`);
    await terminal.shows(/6\/6 {2}4 found/);
    terminal.type(' j ');
    await terminal.shows('2 selected');
    const discover = shown();
    terminal.type('q');
    await terminal.shows(/\n\$$/);
    await cli.live.onboard();
    await cli.live.pass({ settle: true, deadlineMs: 30_000 });
    terminal.type('clear; metalctl claim db-07 -i --image ghcr.io/acme/os:2026.3\r');
    await terminal.shows(/4 claimable/);
    terminal.type('jW');
    await terminal.shows(/wait power/);
    const claim = shown();
    terminal.type('q');
    return { discover, claim };
  } finally {
    terminal.close();
    await cli.close();
  }
}

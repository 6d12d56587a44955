/** The server view and the dashboard in a real terminal, large: sensors of a real emulated BMC, YAML, an editor that breaks it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Server } from '../../src/api/metal/v1alpha1/server.js';
import { type Cli, startCli } from './cli-process.js';
import { endTmux, isRestored, type Pane, shell, startTmux, tmuxMissing } from './tmux-pane.js';
import { wired } from './wire.js';

const skip = tmuxMissing;

let cli: Cli;
let cut: () => void = () => undefined;
let server = '';
before(async () => {
  if (skip !== false) return;
  cli = await startCli(2);
  await cli.live.onboard();
  await cli.live.pass({ settle: true, deadlineMs: 60_000 });
  server = (await cli.live.servers())[0]?.metadata.name ?? '';
  const labels = { 'metadata.metal.ironcore.dev/rack': 'r1', 'metadata.metal.ironcore.dev/shelf': '40' };
  await cli.live.ports.cluster.patch(Server, { name: server }, { metadata: { labels } }, 'merge');
  const { wire, environment } = await wired(cli);
  cut = () => wire.cut();
  // The next text that was prepared takes the place of what the editor is shown; without one that stays as it is.
  const editor = cli.file(
    'editor.sh',
    'n=$(($(cat "$HOME/turn") + 1)); echo $n >"$HOME/turn"; cp "$1" "$HOME/saw-$n"\n' +
      'if [ -f "$HOME/edit-$n" ]; then sh "$HOME/edit-$n" "$1"; fi\n',
  );
  startTmux({ ...environment, TMPDIR: environment.HOME, VISUAL: '', EDITOR: `sh ${editor}` });
});
after(async () => {
  if (skip !== false) return;
  endTmux();
  cut();
  await cli.close();
});

async function opened(name: string, command: string, shown: RegExp, isLarge = true): Promise<Pane> {
  const pane = await shell(name);
  if (isLarge) pane.resize(120, 40);
  pane.keys(`clear; echo before the view; ${command}`, 'Enter');
  await pane.shows(shown);
  return pane;
}

async function left(pane: Pane): Promise<void> {
  // The size is part of what is compared.
  pane.resize(80, 24);
  pane.keys('q');
  await isRestored(pane, 'before the view');
  pane.close();
}

/** What the editor does to its file, turn by turn. */
function prepared(...turns: readonly string[]): string {
  cli.file('turn', '0\n');
  for (const at of [1, 2, 3]) cli.file(`edit-${at}`, turns[at - 1] ?? ':\n');
  return cli.environment.HOME ?? '';
}

test('tmux, server at 120x40: the sensors of its BMC are live beside the tab, and go with the pane', {
  skip,
}, async () => {
  const pane = await opened('sensors', `metalctl describe server/${server} -i`, /\[Overview\]/);
  await pane.shows(/Sensors \(live, 10s\)\n.* \d+(?:\.\d)? (?:C|W|RPM) +\S/);
  await pane.shows(/ Claim {6}none\n.* BMC {8}127\.\S+ /);
  pane.keys('Tab');
  await pane.shows(/\[Why\][\s\S]*Sensors[\s\S]*\nTimeline \(24h\)\n[\s\S]*server +event/);
  pane.resize(80, 24);
  await pane.shows(/^(?![\s\S]*Sensors)[\s\S]*^─{80}$/m);
  pane.resize(120, 40);
  await pane.shows(/Sensors[\s\S]* (?:C|W|RPM) +\S/);
  pane.keys('d');
  await pane.shows(/^(?![\s\S]*Sensors)[\s\S]*^─{120}$/m);
  await left(pane);
});

test('tmux, server: the YAML folds and is searched; the power menu and Redfish come and go', { skip }, async () => {
  const pane = await opened('yaml', `metalctl describe server/${server} -i`, /\[Overview\]/);
  pane.keys('y');
  await pane.shows(/^> apiVersion:[\s\S]*^ {4}managedFields: … \d+ lines/m);
  pane.keys('/', 'systemURI');
  await pane.shows(/^search \[systemURI_\] {2}"systemURI" 1 of \d+$/m);
  pane.keys('Enter');
  await pane.shows(/^> {3}systemURI: \/redfish/m);
  pane.keys('Left', 'Left');
  await pane.shows(/^> spec: … \d+ lines/m);
  pane.keys('n');
  await pane.shows(/"systemURI" \d of \d+/);
  pane.keys('p');
  await pane.shows(/Power of server\/[\s\S]*^4 {2}power cycle/m);
  pane.keys('q');
  await pane.shows(/\[YAML\]/);
  pane.keys('r');
  await pane.shows(/BootProgress\.LastState[\s\S]*Enter: back to the view/);
  pane.keys('Enter');
  await pane.shows(/\[YAML\]/);
  // What was printed meanwhile is still there, and scrolled the screen: only the terminal itself is compared.
  pane.keys('q');
  await pane.shows(/same as: metalctl describe server \S+\n\$$/);
  assert.equal(pane.isAlternate(), false);
  pane.close();
});

test('tmux, server: an editor that leaves broken YAML says why, loses nothing, and the view comes back', {
  skip,
}, async () => {
  const home = prepared('echo "typed: [" >>"$1"\n');
  const pane = await opened('broken', `metalctl describe server/${server} -i`, /\[Overview\]/, false);
  pane.keys('e');
  await pane.shows(
    /\$ metalctl edit server \S+ --review[\s\S]*is not YAML[\s\S]*-- exit 2; Enter: back to the view --/,
  );
  // Lines end where the screen does.
  const kept = /your text is kept in (\S+?\.yaml)/.exec(pane.screen().replaceAll('\n', ''))?.[1] ?? '';
  assert.match(readFileSync(kept, 'utf8'), /\ntyped: \[\n$/);
  assert.match(readFileSync(join(home, 'saw-2'), 'utf8'), /^#.*\n# Refused; correct it.*\n(?:# .*\n)+apiVersion:/);
  pane.keys('Enter');
  await pane.shows(/\[Overview\]/);
  await left(pane);
});

test('tmux, server: corrected in the editor, what was changed is shown and asked about; no keeps it, yes sends it', {
  skip,
}, async () => {
  const home = prepared(
    'echo "typed: [" >>"$1"\n',
    'sed -i "/^typed/d; s/unclaimable: false/unclaimable: true/" "$1"\n',
  );
  const pane = await opened('corrected', `metalctl describe server/${server} -i`, /c cordon/, false);
  pane.keys('e');
  await pane.shows(/~ spec\.unclaimable: false -> true[\s\S]*Proceed\? \[y\/N\]/);
  pane.keys('n', 'Enter');
  await pane.shows(/your text is kept in \S+[\s\S]*Enter: back to the view/);
  pane.keys('Enter');
  await pane.shows(/c cordon/);
  prepared('sed -i "s/unclaimable: false/unclaimable: true/" "$1"\n');
  pane.keys('e');
  await pane.shows(/exit 12[\s\S]*Proceed\? \[y\/N\]$/);
  pane.keys('y', 'Enter');
  await pane.shows(/edited[\s\S]*Enter: back to the view/);
  pane.keys('Enter');
  await pane.shows(/u uncordon/);
  assert.equal((await cli.live.servers()).find(({ metadata }) => metadata.name === server)?.spec?.unclaimable, true);
  assert.ok(readFileSync(join(home, 'saw-1'), 'utf8').includes('kind: Server'));
  await left(pane);
});

test('tmux, top at 120x40: racks beside what needs attention, claims, who reconciles; Enter on a rack', {
  skip,
}, async () => {
  const pane = await opened('racks', 'metalctl top', /NEEDS ATTENTION/);
  await pane.shows(/RACKS \(█ used[\s\S]* r1 +u42\.\.u01 {2}▒░{13}$/m);
  await pane.shows(/^CLAIMS {6}Bound 0 {2}Unbound 0$/m);
  await pane.shows(/^[✖◆] Driver: none /m);
  pane.keys('3', 'Enter');
  await pane.shows(new RegExp(`^SERVERS 2 +1 of 2 shown\\n> . ${server}`, 'm'));
  pane.resize(80, 24);
  await pane.shows(/^(?![\s\S]*CLAIMS)[\s\S]*^─{80}$/m);
  await left(pane);
});

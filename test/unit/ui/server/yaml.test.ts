/** The YAML of a server: folds, a cursor on lines, and a search, whatever changes meanwhile. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toYaml } from '../../../../src/lib/yaml.js';
import { reduceServer, type ServerState } from '../../../../src/ui/server/model.js';
import { seenIn, treeOf } from '../../../../src/ui/server/yaml-tree.js';
import { detail, frame, play, press } from './a-server.js';

const yaml = (...keys: string[]): ServerState => play(80, 40, 'y', ...keys);
const type = (text: string): string[] => [...text].map((key) => (key === ' ' ? 'space' : key));
const cursorLine = (state: ServerState): string | undefined => /^> (.*)$/m.exec(frame(state))?.[1];
const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((each) => ({ text: each }));

test('80 columns and 40 rows: who wrote what is folded at first', () => {
  assert.equal(
    frame(yaml()),
    `server/node-44                                    Error   Power On   fra/r14/u07
${'─'.repeat(80)}
Overview Why Hardware Network Storage BMC BIOS/FW Events History [YAML]
${'─'.repeat(80)}
> apiVersion: metal.ironcore.dev/v1alpha1
  kind: Server
  metadata:
    annotations:
      note: |-
        first

        second: line
        - third
    labels:
      rack: r14
    managedFields: … 6 lines
    name: node-44
  spec:
    taints:
    - effect: NoBind
      key: hw/psu
    - effect: NoBind
      key: hw/fan
    systemUUID: u44
  status:
    state: Error
${'\n'.repeat(9)}${'─'.repeat(80)}
Likely fix: metalctl describe bmc node-44

tab next  f fix  p power  o console  c cordon  y yaml  ? help  q quit  esc back`,
  );
});

test('Enter folds and unfolds; right unfolds; left folds, and from there goes to what the line belongs to', () => {
  const down = (lines: number): string[] => Array<string>(lines).fill('down');
  assert.equal(cursorLine(yaml(...down(2), 'return')), 'metadata: … 16 lines');
  assert.equal(cursorLine(yaml(...down(2), 'return', 'down')), 'spec:');
  assert.equal(cursorLine(yaml(...down(2), 'return', 'return')), 'metadata:');
  assert.equal(cursorLine(yaml(...down(2), 'left', 'right')), 'metadata:');
  assert.equal(cursorLine(yaml(...down(8))), '      - third');
  assert.equal(cursorLine(yaml(...down(8), 'left')), '    note: |-');
  assert.equal(cursorLine(yaml(...down(8), 'left', 'left')), '    note: |- … 4 lines');
  assert.equal(cursorLine(yaml(...down(8), 'left', 'left', 'left')), '  annotations:');
  // An item of a list is one thing, though its key stands in its first line.
  assert.equal(cursorLine(yaml(...down(15), 'return')), '  - effect: NoBind … 1 line');
  // What folds nothing stays as it is.
  assert.equal(frame(yaml('return', 'right')), frame(yaml()));
});

test('first and last line, pages and lines: the cursor goes over what is to be seen only', () => {
  assert.equal(cursorLine(yaml('G')), '  state: Error');
  assert.equal(cursorLine(yaml('G', 'g')), 'apiVersion: metal.ironcore.dev/v1alpha1');
  const small = play(80, 14, 'y', 'pagedown');
  assert.equal(cursorLine(small), '      first');
  assert.equal(cursorLine(reduceServer(small, press('pagedown'))), '    rack: r14');
  assert.match(
    frame(play(80, 14, 'y', 'G')),
    /\n {2}spec:[\s\S]*> {3}state: Error\n─|systemUUID: u44\n {2}status:\n> {3}state: Error\n─/,
  );
});

test('h, l and Tab still turn the tabs, and arrows do on the others', () => {
  assert.equal(yaml('h').tab, 'History');
  assert.equal(yaml('tab').tab, 'Overview');
  assert.equal(play(80, 24, 'right').tab, 'Why');
  assert.equal(play(80, 24, 'left').tab, 'YAML');
  assert.equal(play(80, 24, '/').message, 'only the YAML is searched and folded: y shows it');
});

test('the search goes to the first match while it is typed; Esc takes it back, Enter keeps it', () => {
  const typing = yaml('/', ...type('nobi'));
  assert.equal(cursorLine(typing), '  - effect: NoBind');
  assert.match(frame(typing), /^search \[nobi_\] {2}"nobi" 1 of 2$/m);
  const left = reduceServer(typing, press('escape'));
  assert.deepEqual([cursorLine(left), left.yaml.sought], ['apiVersion: metal.ironcore.dev/v1alpha1', '']);
  const kept = reduceServer(typing, press('return'));
  assert.deepEqual(
    [cursorLine(kept), kept.yaml.search, kept.message],
    ['  - effect: NoBind', undefined, '"nobi" 1 of 2'],
  );
  assert.match(frame(yaml('/', ...type('zz'))), /no line has "zz"$/m);
  // Letters of the search are no keys.
  assert.equal(yaml('/', 'q').end, undefined);
});

test('n and N go round the matches; a fold is looked into, and opened, only where nothing else has it', () => {
  const found = yaml('/', ...type('key:'), 'return');
  const after = (...keys: string[]): string | undefined => cursorLine(keys.map(press).reduce(reduceServer, found));
  assert.deepEqual(
    [after('n'), after('n', 'n'), after('N')],
    ['    key: hw/fan', '    key: hw/psu', '    key: hw/fan'],
  );
  assert.equal(yaml('n').message, 'nothing was searched for yet: / searches');
  const hidden = yaml('down', 'down', 'return', '/', ...type('writer-1'), 'return');
  assert.equal(cursorLine(hidden), '  - manager: writer-1');
  assert.match(frame(hidden), /\n {4}managedFields:\n {4}- manager: writer-0\n/);
  // The line that is folded says its name, and is found by it; what is in it has to wait.
  const outside = yaml('/', ...type('e'), 'return');
  assert.match(frame(outside), /managedFields: … 6 lines/);
  assert.equal(yaml('/', ...type('key:'), 'return', '/', 'return').yaml.sought, 'key:');
});

test('Esc ends the search first, and goes back then', () => {
  const found = yaml('/', ...type('key:'), 'return', 'escape');
  assert.deepEqual([found.end, found.yaml.sought], [undefined, '']);
  assert.equal(reduceServer(found, press('escape')).end, 'back');
});

test('a change of the object leaves the cursor and the folds where they are', () => {
  const on = yaml('/', ...type('hw/fan'), 'return', 'escape');
  const changed = linesOf(
    toYaml({
      kind: 'Server',
      metadata: { labels: { a: 'b', rack: 'r14' }, managedFields: [{ manager: 'x' }], name: 'node-44' },
      spec: { taints: [{ key: 'hw/psu' }, { effect: 'NoBind', key: 'hw/fan' }] },
      status: { state: 'Error' },
    }),
  );
  const after = reduceServer(on, { type: 'detail', detail: { ...detail, tabs: { ...detail.tabs, YAML: changed } } });
  assert.equal(cursorLine(after), '    key: hw/fan');
  assert.match(frame(after), /managedFields: … 1 line\n/);
  const fewer = reduceServer(after, {
    type: 'detail',
    detail: { ...detail, tabs: { ...detail.tabs, YAML: linesOf('kind: Server\n') } },
  });
  assert.equal(cursorLine(fewer), 'kind: Server');
  const empty = reduceServer(after, { type: 'detail', detail: { ...detail, tabs: { ...detail.tabs, YAML: [] } } });
  assert.match(frame(empty), /Nothing is known\./);
  assert.doesNotThrow(() => ['return', 'G', 'left', '/', 'x', 'return', 'n'].map(press).reduce(reduceServer, empty));
});

test('whatever is folded, what is seen and what is hidden are all lines, each once', () => {
  const object = {
    a: [1, [2, { b: 'x\n\ny' }]],
    c: { d: {}, e: [], f: [{ g: 1, h: [{ i: null }] }] },
    j: 'first\n\nsecond: line\n- third',
  };
  const tree = treeOf(linesOf(toYaml(object)));
  assert.equal(new Set(tree.map(({ path }) => path)).size, tree.length);
  for (const { path, last } of tree) {
    const at = tree.findIndex((line) => line.path === path);
    const seen = seenIn(tree, new Set([path]));
    assert.equal(seen.length, tree.length - (last - at), path);
  }
  assert.deepEqual(
    seenIn(tree, new Set(tree.map(({ path }) => path))).map((at) => tree[at]?.text),
    ['a:', 'c:', 'j: |-'],
  );
});

/** No regular expression of the program is held up by foreign text: each against a hundred kilobytes made to hold it up. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatIp, parseIp } from '../../src/lib/ip.js';
import { parsePath, parseTemplate } from '../../src/lib/jsonpath.js';
import { parseSelector } from '../../src/lib/labels.js';
import { neutralise } from '../../src/lib/sanitize.js';
import { expressionsBelow, expressionsIn } from '../support/expressions.js';

/** Linear work on 100 KB takes a millisecond or two; what is quadratic takes seconds. Of our own CPU: others may be busy. */
const tooLongMs = 250;

const expressions = expressionsBelow('src');

/** A quarter of it done in so little is done in far less than too long even by one that takes the square of it. */
const quarter = 25_000;
const promisingMs = 10;

/** Files that refuse a longer text before any expression sees it. */
const bounded: Readonly<Record<string, number>> = {
  'src/lib/jsonpath.ts': 2_048,
  'src/lib/jsonpath/parse.ts': 2_048,
  'src/redfish/attributes/check.ts': 200,
};

/** What an expression dislikes most: much of what it repeats, and then an end that does not fit. */
function hostileTexts(source: string, bytes = 100_000): string[] {
  const plain = source.replace(/\\([^dDwWsSbBnrt])/g, '$1');
  const letters = new Set([...plain].filter((char) => /[ -~]/.test(char)));
  for (const usual of ['a', 'A', '0', ' ', '\t', '\n', '.', '-', '/', ':', '=', ',', '"', '\\', 'é', '\u001b'])
    letters.add(usual);
  const beginning = /^\^?((?:[\w\s/:"'=-]|\\[^dDwWsSbB])*)/.exec(source)?.[1]?.replaceAll('\\', '') ?? '';
  const texts = [...letters].flatMap((char) => [
    char.repeat(bytes),
    `${char.repeat(bytes)}\0`,
    `${beginning}${char.repeat(bytes)}\0`,
  ]);
  const pairs = ['a.', '0.', 'a-', ' a', 'a ', '::', '0:', 'a/', '%2', '\\"', ', ', 'a=', '\n ', '""'];
  return [...texts, ...pairs.flatMap((pair) => [pair.repeat(bytes / 2), `${beginning}${pair.repeat(bytes / 2)}\0`])];
}

function cpuMs(work: () => unknown): number {
  const from = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1_000;
}

/** A quarter of the text, with the end that does not fit. */
const shortened = (text: string): string => `${text.slice(0, quarter)}${text.slice(-1)}`;

/** As it is used: a global one looks for every match. */
const run = (regex: RegExp, text: string): unknown =>
  regex.global ? text.replace(regex, '') : new RegExp(regex).exec(text);

test('S-DOS-3: the search finds expressions wherever they stand', () => {
  const inTemplate = '/no/ $' + '{/in/.test("/no/")} /no/';
  const code = ['const a = 1 / 2 / 3; f(/x[/]y/g);', `const t = \`${inTemplate}\`;`, 'return /"/; // /no/', ''].join(
    '\n',
  );
  assert.deepEqual(expressionsIn(code).map(String), ['/x[/]y/g', '/in/', '/"/']);
});

test('S-DOS-3: an expression that can be held up is found out', () => {
  assert.ok(cpuMs(() => ' '.repeat(50_000).concat('x').replace(/\s+$/, '')) > tooLongMs);
});

test('S-DOS-3: no expression of the program takes long over 100 KB of hostile text', (t) => {
  assert.ok(expressions.length > 200, `${expressions.length} expressions`);
  const slow = new Set<string>();
  const seen = new Set<string>();
  let most = { ms: 0, of: '' };
  for (const { file, regex } of expressions) {
    if (seen.has(String(regex))) continue;
    seen.add(String(regex));
    const texts = hostileTexts(regex.source, bounded[file]);
    for (const text of texts) {
      if (text.length > quarter && cpuMs(() => run(regex, shortened(text))) < promisingMs) continue;
      const ms = cpuMs(() => run(regex, text));
      if (ms > most.ms) most = { ms, of: String(regex) };
      if (ms > tooLongMs) slow.add(`${file}: ${regex}`);
      if (ms > tooLongMs) break;
    }
  }
  t.diagnostic(`${seen.size} expressions; the slowest text took ${Math.round(most.ms)} ms of CPU: ${most.of}`);
  assert.deepEqual([...slow], []);
});

test('S-DOS-3: where an expression has a bound, longer text is refused', () => {
  assert.throws(() => parsePath('a'.repeat(2_049)), /at most 2048/);
  assert.throws(() => parseTemplate('{.a}'.repeat(1_000)), /at most 2048/);
});

test('S-DOS-3: those that are put together are no slower', () => {
  for (const text of hostileTexts('(a|b)=')) {
    const works: (() => unknown)[] = [
      () => neutralise(text),
      () => parseIp(text),
      () => assert.doesNotThrow(() => parseIp(text) && formatIp(parseIp(text) as never)),
      () => {
        try {
          parseSelector(text);
        } catch {
          // Refused is as good as taken.
        }
      },
    ];
    for (const work of works) assert.ok(cpuMs(work) < tooLongMs, `${work} over ${JSON.stringify(text.slice(0, 20))}…`);
  }
});

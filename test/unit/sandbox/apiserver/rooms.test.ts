/** The API server is a server of Kubernetes and nothing more: it serves the kinds of metalctl without knowing them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { filesBelow, root } from '../../../../scripts/lib/files.js';
import { allKinds } from '../../../../src/api/crd/index.js';

const sources = filesBelow('src/sandbox/apiserver', /\.ts$/);

/** The names of a kind as code would have to write them: a text of its own, or a part of a path. */
const namesOf = ({ group, kind, plural }: (typeof allKinds)[number]): RegExp =>
  new RegExp(`${group.replaceAll('.', '\\.')}|['"\`/](?:${kind}|${plural})['"\`/]`);

test('no room of the API server names a kind of metalctl', () => {
  assert.ok(sources.length > 50 && allKinds.length >= 8, 'there is something to look at');
  for (const path of sources) {
    const text = readFileSync(join(root, path), 'utf8');
    for (const kind of allKinds) assert.doesNotMatch(text, namesOf(kind), `${path} knows ${kind.kind}`);
  }
});

test('every room is described in the plan of the house', () => {
  const plan = readFileSync(join(root, 'src/sandbox/apiserver/README.md'), 'utf8');
  const rooms = new Set(sources.map((path) => path.split('/')[3] ?? '').filter((part) => !part.endsWith('.ts')));
  for (const room of rooms) assert.match(plan, new RegExp(`\\| \`${room}\` \\|`), `no line about ${room}`);
});

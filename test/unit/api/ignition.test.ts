/** Ignition as we judge it: what upstream's own schemas take, and what a person gets wrong. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { ignitionProblem } from '../../../src/api/ignition.js';
import { probeIgnition, sampleBoot } from '../../../src/reconcile/index.js';

const config = (more: object = {}, version = '3.4.0') => ({ ignition: { version }, ...more });
const users = (user: object) => config({ passwd: { users: [{ name: 'core', ...user }] } });
const units = (...names: string[]) => config({ systemd: { units: names.map((name) => ({ name })) } });
const files = (...all: object[]) => config({ storage: { files: all } });

const right: readonly [string, object][] = [
  ['the least there can be', config()],
  ['members that are not known here', config({ kernelArguments: { shouldExist: ['quiet'] } })],
  ['empty lists', config({ systemd: { units: [] }, storage: { files: [] } })],
  ['contents as data', files({ path: '/etc/a', mode: 420, contents: { source: 'data:,hi', compression: '' } })],
  ['a unit with a drop-in', config({ systemd: { units: [{ name: 'a.service', dropins: [{ name: 'b.conf' }] }] } })],
  ['a user with a key', users({ sshAuthorizedKeys: [sampleBoot.SSHPublicKey.trim()], passwordHash: '$6$a$b' })],
  ['the newest version', config({}, '3.6.0')],
];
for (const [what, value] of right) test(`taken: ${what}`, () => assert.equal(ignitionProblem(value), undefined));

const wrong: readonly [string, unknown, RegExp][] = [
  ['nothing', undefined, /^the config: /],
  ['no version', { ignition: {} }, /^ignition\.version: /],
  ['a version of long ago', config({}, '2.3.0'), /^ignition\.version: is not 3\.2\.0 to 3\.6\.0/],
  ['a unit without a suffix', units('probe'), /^systemd\.units\.0\.name: is no unit name/],
  ['a unit that is there twice', units('a.service', 'a.service'), /^systemd: the unit a\.service is there twice/],
  ['a path that is none', files({ path: 'etc/a' }), /^storage\.files\.0\.path: is not an absolute path/],
  ['one path twice', files({ path: '/a' }, { path: '/a' }), /^storage: the path \/a is there twice/],
  ['a mode beyond 0o7777', files({ path: '/a', mode: 4_096 }), /^storage\.files\.0\.mode: /],
  ['a source nobody fetches', files({ path: '/a', contents: { source: 'file:///etc/shadow' } }), /contents\.source/],
  ['a password in clear', users({ passwordHash: 'secret' }), /passwordHash: is no password hash/],
  ['a key that is none', users({ sshAuthorizedKeys: ['hello'] }), /sshAuthorizedKeys\.0: is no SSH key/],
];
for (const [what, value, words] of wrong)
  test(`refused: ${what}`, () => assert.match(ignitionProblem(value) ?? '', words));

const schemas = fileURLToPath(new URL('../../../../shared/upstream/fixtures/ignition-schema/', import.meta.url));
const skip = existsSync(schemas) ? false : `reference data absent: ${schemas}`;

test('our discovery boot is what the schemas of Ignition take, from 3.2 on', { skip }, () => {
  for (const minor of [2, 3, 4, 5, 6]) {
    const { $schema: _, ...schema } = JSON.parse(readFileSync(`${schemas}v3_${minor}.json`, 'utf8'));
    const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
    const ours = { ...probeIgnition(sampleBoot), ignition: { version: `3.${minor}.0` } };
    assert.ok(validate(ours), JSON.stringify(validate.errors));
    assert.equal(ignitionProblem(ours), undefined);
  }
});

test('what we refuse by its form, the schemas of Ignition either refuse or cannot tell', { skip }, () => {
  const { $schema: _, ...schema } = JSON.parse(readFileSync(`${schemas}v3_4.json`, 'utf8'));
  const validate = new Ajv({ strict: false }).compile(schema);
  for (const [what, value] of right.filter(([, each]) => !JSON.stringify(each).includes('3.6.0')))
    assert.ok(validate(value), what);
});

/** Addresses, ranges and name templates: the arithmetic below a sweep. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cidrText, contains, countHosts, hostsOf, isPrivateRange, parseCidr } from '../../../src/lib/cidr.js';
import { compareAddresses, formatIp, parseIp, urlHost } from '../../../src/lib/ip.js';
import { fillTemplate, toDnsLabel } from '../../../src/lib/template.js';

const canonical = (text: string) => {
  const ip = parseIp(text);
  return ip && formatIp(ip);
};
const range = (text: string) => parseCidr(text) ?? assert.fail(`${text} does not parse`);

test('addresses have one canonical text', () => {
  const cases: [string, string | undefined][] = [
    ['10.20.0.11', '10.20.0.11'],
    ['255.255.255.255', '255.255.255.255'],
    ['2001:DB8:0:0:8:800:200C:417A', '2001:db8::8:800:200c:417a'],
    ['::', '::'],
    ['::1', '::1'],
    ['fe80::', 'fe80::'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['::ffff:10.0.0.1', '::ffff:a00:1'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['10.0.0.256', undefined],
    ['10.0.0', undefined],
    ['010.0.0.1', undefined],
    ['1::2::3', undefined],
    ['1:2:3:4:5:6:7:8:9', undefined],
    [':::', undefined],
    ['bmc.example', undefined],
    ['', undefined],
  ];
  for (const [text, expected] of cases) assert.equal(canonical(text), expected, text);
});

test('a range gives its hosts without network and broadcast address', () => {
  assert.deepEqual([...hostsOf(range('10.0.0.5/30'))].map(formatIp), ['10.0.0.5', '10.0.0.6']);
  assert.deepEqual([...hostsOf(range('10.0.0.4/31'))].map(formatIp), ['10.0.0.4', '10.0.0.5']);
  assert.deepEqual([...hostsOf(range('fd00::/127'))].map(formatIp), ['fd00::', 'fd00::1']);
  assert.equal(countHosts(range('10.20.0.0/22')), 1022n);
  assert.equal(countHosts(range('2001:db8::/64')), 1n << 64n);
  assert.equal(cidrText(range('10.20.3.9/22')), '10.20.0.0/22');
});

test('what is not a range is refused', () => {
  for (const text of ['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/a', 'x/8', '10.0.0.0/8/8', '::/129']) {
    assert.equal(parseCidr(text), undefined, text);
  }
});

test('only RFC 1918, loopback and unique local ranges are private', () => {
  const isPrivate = (text: string) => isPrivateRange(range(text));
  for (const text of ['10.0.0.0/8', '172.31.0.0/16', '192.168.1.1', '127.1.0.0/29', '::1', 'fd12::/64']) {
    assert.ok(isPrivate(text), text);
  }
  for (const text of ['8.8.8.0/24', '172.32.0.0/16', '10.0.0.0/7', '2001:db8::/64', '0.0.0.0/0', 'fe80::/64']) {
    assert.ok(!isPrivate(text), text);
  }
});

test('containment respects the family', () => {
  const ten = range('10.0.0.0/8');
  assert.ok(contains(ten, parseIp('10.255.0.1') ?? assert.fail()));
  assert.ok(!contains(ten, parseIp('11.0.0.1') ?? assert.fail()));
  assert.ok(!contains(ten, parseIp('a00::1') ?? assert.fail()));
});

test('addresses sort by number, not by text', () => {
  const sorted = ['bmc', 'fd00::1', '10.0.0.10', '10.0.0.9'].sort(compareAddresses);
  assert.deepEqual(sorted, ['10.0.0.9', '10.0.0.10', 'fd00::1', 'bmc']);
  assert.equal(urlHost('fd00::1'), '[fd00::1]');
});

test('a template tells unknown fields from empty ones', () => {
  const filled = fillTemplate('{location}-{serial}-{colour}', { location: 'fra', serial: undefined });
  assert.deepEqual(filled, { text: 'fra--', unknown: ['colour'], empty: ['serial'] });
  assert.deepEqual(fillTemplate('{toString}', {}).unknown, ['toString']);
});

test('any text becomes a DNS label', () => {
  assert.equal(toDnsLabel('Dell Inc.-8XK2M04'), 'dell-inc-8xk2m04');
  assert.equal(toDnsLabel('__x__'), 'x');
  assert.equal(toDnsLabel(`${'a'.repeat(62)}..b`), 'a'.repeat(62));
  assert.equal(toDnsLabel('日本'), '');
});

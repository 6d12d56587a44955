/** What a sweep is told to touch: ranges within limits, hosts in all spellings, files of six formats. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMetalError } from '../../../../src/errors/classes.js';
import { readTargetFile } from '../../../../src/workflows/discover/target-file.js';
import { readTargets, type TargetRequest, targetUrl } from '../../../../src/workflows/discover/targets.js';

const urls = (request: TargetRequest) => readTargets(request).map(targetUrl);
const refusal = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    assert.ok(isMetalError(error), String(error));
    return `${error.code} ${error.message}`;
  }
  return assert.fail('nothing was refused');
};

test('named hosts come first, each address and port once, exclusions left out', () => {
  const found = urls({
    cidrs: ['10.0.0.0/29'],
    exclude: ['10.0.0.4/31'],
    targets: ['10.0.0.6:8443', 'BMC7.lab', '[fd00::7]:8000', '10.0.0.1'],
    ports: [443],
  });
  assert.deepEqual(found, [
    'https://10.0.0.6:8443',
    'https://bmc7.lab:443',
    'https://[fd00::7]:8000',
    'https://10.0.0.1:443',
    'https://10.0.0.2:443',
    'https://10.0.0.3:443',
    'https://10.0.0.6:443',
  ]);
});

test('several ports are swept per address, http only when asked', () => {
  assert.deepEqual(urls({ cidrs: ['127.1.0.1/32'], ports: [443, 8000] }), [
    'https://127.1.0.1:443',
    'https://127.1.0.1:8000',
  ]);
  assert.deepEqual(urls({ cidrs: ['127.1.0.1'], scheme: 'http', ports: [80] }), ['http://127.1.0.1:80']);
});

test('a range that is too large is refused with its size', () => {
  assert.equal(
    refusal(() => readTargets({ cidrs: ['2001:db8::/64'] })),
    'RANGE_TOO_LARGE range 2001:db8::/64 has 2^64 addresses; the largest range swept is 65536',
  );
  assert.equal(
    refusal(() => readTargets({ cidrs: ['10.0.0.0/15'] })),
    'RANGE_TOO_LARGE range 10.0.0.0/15 has 2^17 addresses; the largest range swept is 65536',
  );
  assert.equal(readTargets({ cidrs: ['10.0.0.0/16'] }).length, 65534);
  assert.equal(readTargets({ cidrs: ['fd00::/112'] }).length, 65536);
});

test('a public range is refused unless forced', () => {
  assert.match(
    refusal(() => readTargets({ cidrs: ['8.8.8.0/24'] })),
    /^RANGE_NOT_PRIVATE range 8\.8\.8\.0\/24/,
  );
  assert.equal(readTargets({ cidrs: ['8.8.8.0/30'], force: true }).length, 2);
});

test('what is no host, no range, or nothing is a usage error', () => {
  for (const target of ['10.0.0.300', 'a b', 'host:0', 'host:70000', '[fd00::1', '-oProxy', 'user@host', '']) {
    assert.match(
      refusal(() => readTargets({ targets: [target] })),
      /^USAGE/,
      target,
    );
  }
  assert.match(
    refusal(() => readTargets({ cidrs: ['10.0.0.0/33'] })),
    /^USAGE "10\.0\.0\.0\/33" is not/,
  );
  assert.match(
    refusal(() => readTargets({})),
    /^USAGE nothing to sweep/,
  );
  assert.match(
    refusal(() => readTargets({ targets: ['10.0.0.1'], exclude: ['10.0.0.0/8'] })),
    /^USAGE every address/,
  );
});

test('a target file may be lines, CSV, JSON or DHCP leases', () => {
  const row = { host: '10.0.0.1', mac: 'aa:bb:cc:00:00:01' };
  const cases: [Parameters<typeof readTargetFile>[1], string, unknown][] = [
    ['auto', '# rack 12\n10.0.0.1\n\nbmc7.lab # spare\n', [{ host: '10.0.0.1' }, { host: 'bmc7.lab' }]],
    ['auto', 'ip,mac,secret,rack\n10.0.0.1,aa:bb:cc:00:00:01,oob,r12\n', [{ ...row, secret: 'oob', rack: 'r12' }]],
    ['auto', '[{"ip":"10.0.0.1","mac":"aa:bb:cc:00:00:01"},"10.0.0.2"]', [row, { host: '10.0.0.2' }]],
    ['dnsmasq', '1700000000 aa:bb:cc:00:00:01 10.0.0.1 bmc1 *\n', [row]],
    ['kea', 'address,hwaddr,client_id\n10.0.0.1,aa:bb:cc:00:00:09,\n10.0.0.1,aa:bb:cc:00:00:01,\n', [row]],
    ['isc', 'lease 10.0.0.1 {\n  starts 4;\n  hardware ethernet aa:bb:cc:00:00:01;\n}\n', [row]],
  ];
  for (const [format, text, expected] of cases) assert.deepEqual(readTargetFile(text, format, 'f'), expected, format);
});

test('a broken target file names its line', () => {
  assert.equal(
    refusal(() => readTargetFile('ip,colour\n1,2', 'auto', 'f')).slice(0, 45),
    'MANIFEST_INVALID f:1 unknown column "colour";',
  );
  assert.equal(
    refusal(() => readTargetFile('ip\n1,2', 'csv', 'f')),
    'MANIFEST_INVALID f:2 has 2 cells, the header 1',
  );
  assert.equal(
    refusal(() => readTargetFile('[{"mac":"x"}]', 'auto', 'f')),
    'MANIFEST_INVALID f:1 has no ip',
  );
  assert.match(
    refusal(() => readTargetFile('{', 'auto', 'f')),
    /^MANIFEST_INVALID f is not JSON/,
  );
});

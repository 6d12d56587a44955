/** What the functions of Kubernetes' CEL library give; that they compile where a real server's do is in test/conformance. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadEngines } from '../../../../src/sandbox/apiserver/engines.js';
import { compileRules, runRules } from '../../../../src/sandbox/apiserver/schema/cel.js';

/** Does a rule about a text (or a list of integers) hold for a value? A rule that cannot be evaluated gives its error. */
function holds(rule: string, value: string | number[]): boolean | string {
  const schema = typeof value === 'string' ? { type: 'string' } : { type: 'array', items: { type: 'integer' } };
  const validator = compileRules({ ...schema, 'x-kubernetes-validations': [{ rule }] });
  assert.ok(validator);
  const [error] = runRules(validator, value, undefined);
  if (error === undefined) return true;
  return error.message.includes('evaluating rule') ? error.message : false;
}

await loadEngines();

const table: readonly [rule: string, value: string | number[], holds: boolean][] = [
  ['quantity(self).isGreaterThan(quantity("1023Mi"))', '1Gi', true],
  ['quantity(self).compareTo(quantity("1000m")) == 0', '1', true],
  ['quantity(self) == quantity("1e3")', '1k', true],
  ['quantity(self).asInteger() == 1536', '1.5Ki', true],
  ['quantity(self).isInteger()', '250m', false],
  ['quantity(self).asApproximateFloat() == 0.25', '250m', true],
  ['quantity(self).sub(quantity("1Gi")).sign() == 0', '1024Mi', true],
  ['quantity(self).add(1).asInteger() == 3', '2', true],
  ['isQuantity(self)', '1.2.3', false],
  ['isQuantity(self)', 'Gi', false],
  ['ip(self).family() == 6 && ip(self) == ip("::1")', '0:0:0:0:0:0:0:1', true],
  ['isIP(self)', '::ffff:10.0.0.1', false],
  ['isIP(self)', '10.0.0.01', false],
  ['isIP(self)', 'fe80::1%eth0', false],
  ['ip(self).isLoopback()', '127.1.2.3', true],
  ['ip(self).isLinkLocalUnicast()', '169.254.1.1', true],
  ['ip(self).isGlobalUnicast()', '10.0.0.1', true],
  ['ip(self).isGlobalUnicast()', '255.255.255.255', false],
  ['ip(self).isUnspecified()', '::', true],
  ['cidr(self).containsIP("10.1.2.3")', '10.0.0.0/8', true],
  ['cidr(self).containsIP(ip("::1"))', '10.0.0.0/8', false],
  ['cidr(self).containsCIDR("10.1.0.0/16")', '10.0.0.0/8', true],
  ['cidr(self).containsCIDR(cidr("0.0.0.0/0"))', '10.0.0.0/8', false],
  ['string(cidr(self).masked()) == "10.0.0.0/8" && cidr(self).prefixLength() == 8', '10.1.2.3/8', true],
  ['string(cidr(self).ip()) == "10.1.2.3"', '10.1.2.3/8', true],
  ['isCIDR(self)', '10.0.0.0', false],
  ['url(self).getHost() == "a.b:443" && url(self).getHostname() == "a.b"', 'https://a.b:443/c?d=e', true],
  ['url(self).getPort() == "443" && url(self).getEscapedPath() == "/c"', 'https://a.b:443/c?d=e', true],
  ['url(self).getQuery()["d"] == ["e", "f"]', 'https://a.b/c?d=e&d=f', true],
  ['url(self).getScheme() == "" && url(self).getEscapedPath() == "/x"', '/x', true],
  ['isURL(self)', 'not a url', false],
  ['format.dns1123Label().validate(self).hasValue()', 'Not_A_Label', true],
  ['!format.dns1123Label().validate(self).hasValue()', 'a-label', true],
  ['!format.dns1123LabelPrefix().validate(self).hasValue()', 'a-prefix-', true],
  ['format.uuid().validate(self).value() == ["does not match the UUID format"]', 'x', true],
  ['!format.named("nope").hasValue() && format.named(self).hasValue()', 'date', true],
  ['semver(self).isLessThan(semver("1.10.0")) && semver(self).minor() == 9', '1.9.0', true],
  ['semver(self).compareTo(semver("1.0.0-alpha.beta")) < 0', '1.0.0-alpha.1', true],
  ['semver(self).isGreaterThan(semver("1.0.0-rc.1"))', '1.0.0', true],
  ['isSemver(self)', 'v1.0.0', false],
  ['self.replace("a", "b") == "bbb" && self.replace("a", "b", 1) == "bba"', 'aba', true],
  ['self.find("[0-9]+") == "12" && self.findAll("[0-9]+") == ["12", "34"]', 'a12b34', true],
  ['self.findAll("[0-9]+", 1) == ["12"] && self.charAt(0) == "a"', 'a12b34', true],
  ['self.min() == 1 && self.max() == 3 && self.sum() == 6 && self.isSorted()', [1, 2, 3], true],
  ['self.indexOf(2) == 1 && self.lastIndexOf(2) == 2 && self.indexOf(9) == -1', [1, 2, 2], true],
  ['sets.contains(self, [1]) && sets.intersects(self, [9, 2]) && sets.equivalent(self, [2, 1, 1])', [1, 2], true],
];

for (const [rule, value, wanted] of table) {
  test(`${rule} for ${JSON.stringify(value)}`, () => assert.equal(holds(rule, value), wanted));
}

test('what cannot be read is the fault of the value, by name', () => {
  assert.match(String(holds('quantity(self).sign() == 1', 'many')), /quantity "many"/);
  assert.match(String(holds('ip(self).family() == 4', 'here')), /IP Address "here"/);
  assert.match(String(holds('self.min() == 1', [])), /min called on empty list/);
});

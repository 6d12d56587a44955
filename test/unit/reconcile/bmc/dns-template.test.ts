/** What a DNS record template makes of a BMC, and that nothing a BMC says changes its form. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import type { BMC } from '../../../../src/api/metal/v1alpha1/index.js';
import { renderRecord } from '../../../../src/reconcile/bmc/dns-template.js';
import { aBmc } from '../../../support/build.js';

const head = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Name }}\n';

interface Facts {
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  labels?: Record<string, string>;
}

function bmc({ spec = {}, status = {}, labels = {} }: Facts = {}): BMC {
  const built = aBmc();
  const metadata = { ...built.metadata, labels };
  return { ...built, metadata, spec: { ...built.spec, ...spec }, status: { ip: '10.0.0.1', ...status } } as BMC;
}

const record = (text: string, facts?: Facts) =>
  renderRecord({ text, readYaml: (made) => parse(made) }, bmc(facts), 'ns');
const dataOf = (line: string, facts?: Facts) =>
  (record(`${head}data:\n  v: ${line}\n`, facts) as { data?: { v?: unknown } }).data?.v;

test('every variable has the value and the form it should have', () => {
  const rows: [string, unknown, Facts?][] = [
    ['{{ .Name }}', 'rack1'],
    ['{{ .Namespace }}', 'ns'],
    ['{{ .Hostname }}', 'rack1'],
    ['{{ .Hostname }}', 'rack1', { spec: { hostname: '' } }],
    ['{{ .Hostname }}', 'oob.example.com', { spec: { hostname: 'oob.example.com' } }],
    ['{{ .IP }}/{{ .RecordType }}', '10.0.0.1/A'],
    ['{{ .IP }} {{ .RecordType }}', '2001:db8::1 AAAA', { status: { ip: '2001:db8::1' } }],
    ['{{ .MACAddress }}', '23:11:8A:33:CF:EA', { status: { macAddress: '23:11:8A:33:CF:EA' } }],
    ['{{ .MACAddress }}', ''],
    ['{{ .Protocol.Port }}', 443],
    ['"{{ .Protocol.Port }}"', '443'],
    // Text stays text, also where YAML would read something else.
    ['{{ .SerialNumber }}', '0123', { status: { serialNumber: '0123' } }],
    ['{{ .Model }}', 'true', { status: { model: 'true' } }],
    ['{{ .Model }}', 'null', { status: { model: 'null' } }],
    [
      '{{ if eq .Manufacturer "Dell Inc." }}dell{{ else }}other{{ end }}',
      'dell',
      { status: { manufacturer: 'Dell Inc.' } },
    ],
    ['x-{{ .Labels.rack }}', 'x-r1', { labels: { rack: 'r1' } }],
  ];
  for (const [line, wanted, facts] of rows) assert.deepEqual(dataOf(line, facts), wanted, line);
});

test('the namespace is the manager’s, unless the template names one', () => {
  assert.equal(record(head).metadata.namespace, 'ns');
  assert.equal(record(`${head}  namespace: other\n`).metadata.namespace, 'other');
});

/** Texts that end a quote, a line or a document, open a collection, or look like what we put in their place. */
const attacks = [
  'a\', "b": "c',
  'x: y',
  '- item',
  '{a: 1}',
  '[1, 2]',
  '*alias',
  '&anchor',
  '!!int 1',
  '# comment',
  '"',
  "'",
  '\\',
  '$' + '{x}',
  '{{ .Name }}',
  '---',
  '~',
  'qv0x',
  'qvqv0x qv1x',
  '$&',
];

const places = [
  '{{ .Model }}',
  '"{{ .Model }}"',
  "'{{ .Model }}'",
  '[{{ .Model }}]',
  '{ {{ .Model }}: 1 }',
  '|\n    {{ .Model }}',
];

test('S-TPL-1: whatever a BMC says, the structure of its record stays, wherever the template puts it', () => {
  const shape = (value: unknown, told: string): unknown =>
    JSON.parse(JSON.stringify(value).replaceAll(JSON.stringify(told).slice(1, -1), 'HERE'));
  let compared = 0;
  for (const place of places) {
    const text = `${head}data:\n  v: ${place}\n  w: last\n`;
    const honest = shape(record(text, { status: { model: 'honest' } }), 'honest');
    for (const model of attacks) {
      const made = record(text, { status: { model } });
      if (model.length > 1) assert.deepEqual(shape(made, model), honest, `${place} ${model}`);
      assert.deepEqual(Object.keys((made as unknown as { data: object }).data), ['v', 'w'], `${place} ${model}`);
      assert.ok(JSON.stringify(made).includes(JSON.stringify(model).slice(1, -1)), `${model} is kept as it is`);
      compared += 1;
    }
  }
  assert.equal(compared, places.length * attacks.length);
});

test('S-TPL-1: a label does not take the place of a key that the template has', () => {
  const text = `${head}data:\n  ip: {{ .IP }}\n{{ range $k, $v := .Labels }}  {{ $k }}: {{ $v }}\n{{ end }}`;
  assert.throws(() => record(text, { labels: { ip: '6.6.6.6' } }), /one key twice/);
  assert.deepEqual((record(text, { labels: { a: 'b' } }) as { data?: object }).data, { ip: '10.0.0.1', a: 'b' });
});

test('a template that holds our marker itself is not mistaken', () => {
  assert.equal(dataOf('qv0x qvqv1x {{ .Name }}'), 'qv0x qvqv1x rack1');
});

test('S-TPL-1: a value that is not what it should be is refused where it is used, and only there', () => {
  const rows: [string, RegExp, Facts][] = [
    ['{{ .IP }}', /valid IP/, { status: { ip: '10.0.0.1\n' } }],
    ['{{ .IP }}', /valid IP/, { status: { ip: undefined } }],
    ['{{ .RecordType }}', /valid IP/, { status: { ip: 'x' } }],
    ['{{ .Hostname }}', /no DNS name/, { spec: { hostname: 'a b' } }],
    ['{{ .Hostname }}', /no DNS name/, { spec: { hostname: '-a' } }],
    ['{{ .Hostname }}', /no DNS name/, { spec: { hostname: 'a..b' } }],
    ['{{ .Hostname }}', /no DNS name/, { spec: { hostname: `${'a'.repeat(64)}.b` } }],
    ['{{ .Hostname }}', /no DNS name/, { spec: { hostname: `${'a.'.repeat(127)}aa` } }],
    ['{{ .Hostname }}', /no DNS name/, { spec: { hostname: 'a\nb' } }],
    ['{{ .MACAddress }}', /MAC/, { status: { macAddress: 'zz' } }],
    ['{{ .Model }}', /Model holds control/, { status: { model: 'a\nspec: {}' } }],
    ['{{ .Labels.gone }}', /no "gone"/, {}],
  ];
  for (const [line, problem, facts] of rows) {
    assert.throws(() => dataOf(line, facts), problem, line);
    assert.equal(dataOf('fixed', facts), 'fixed');
  }
});

test('what is no object of Kubernetes is refused', () => {
  const rows: [string, RegExp][] = [
    ['just text', /apiVersion or kind/],
    ['kind: X\nmetadata: {name: a}', /apiVersion or kind/],
    ['apiVersion: v1\nkind: ""\nmetadata: {name: a}', /apiVersion or kind/],
    ['apiVersion: v1\nkind: X', /specify a name/],
    ['apiVersion: v1\nkind: X\nmetadata: {name: ""}', /specify a name/],
    [`${head}---\n${head}`, /one YAML document/],
    ['a: [', /one YAML document/],
  ];
  for (const [text, problem] of rows) assert.throws(() => record(text), problem, text);
});

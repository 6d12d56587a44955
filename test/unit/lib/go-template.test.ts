/** Templates in the words of Go's text/template: what they print, and what is refused when they are read or run. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse, run, TemplateError, textOf, type Value } from '../../../src/lib/go-template/index.js';

const root: Value = {
  Name: 'bmc-1',
  Empty: '',
  Port: 443,
  Yes: true,
  Labels: new Map([
    ['rack', 'r2'],
    ['a', 'first'],
  ]),
  None: new Map(),
  Deep: { Name: 'inner' },
};
const made = (template: string): string => run(parse(template), root, textOf);

test('a template prints what Go prints', () => {
  const rows: [string, string][] = [
    ['plain', 'plain'],
    ['{{.Name}}', 'bmc-1'],
    ['{{ .Deep.Name }}/{{ .Port }}/{{ .Yes }}', 'inner/443/true'],
    ['a \n {{- .Name -}} \n b', 'abmc-1b'],
    ['a {{/* a note }} */}} b', 'a  b'],
    ['a {{- /* a note */ -}} b', 'ab'],
    ['{{ "}} {{" }}', '}} {{'],
    ['{{ `a"b` }}{{ "\\t" }}', 'a"b\t'],
    ['{{ if .Empty }}x{{ else if .Yes }}y{{ else }}z{{ end }}', 'y'],
    ['{{ if .None }}x{{ else }}z{{ end }}', 'z'],
    ['{{ with .Deep }}{{ .Name }} of {{ $.Name }}{{ end }}', 'inner of bmc-1'],
    ['{{ with .Empty }}x{{ else }}none{{ end }}', 'none'],
    ['{{ range $k, $v := .Labels }}{{ $k }}={{ $v }};{{ end }}', 'a=first;rack=r2;'],
    ['{{ range .Labels }}{{ . }},{{ end }}', 'first,r2,'],
    ['{{ range .None }}x{{ else }}none{{ end }}', 'none'],
    ['{{ $x := .Name }}{{ if .Yes }}{{ $x := "other" }}{{ end }}{{ $x }}', 'bmc-1'],
    ['{{ .Labels.rack }}{{ index .Labels "gone" }}', 'r2'],
    ['{{ .Name | printf "%s.%s" "mgmt" }}', 'mgmt.bmc-1'],
    ['{{ printf "%d %v %q %%" .Port .Yes .Name }}', '443 true "bmc-1" %'],
    ['{{ (index .Labels "rack") | len }}{{ len .Labels }}', '22'],
    ['{{ (.Deep).Name }}', 'inner'],
    ['{{ and .Yes .Name }} {{ or .Empty .Port }} {{ not .Yes }}', 'bmc-1 443 false'],
    ['{{ or .Yes .Unknown }}', 'true'],
    ['{{ eq .Name "x" "bmc-1" }} {{ ne .Port 1 }} {{ lt 1 2 }} {{ ge 1 2 }}', 'true true true false'],
    ['{{ print .Name "-" .Port }}', 'bmc-1-443'],
  ];
  for (const [template, wanted] of rows) assert.equal(made(template), wanted, template);
});

test('what cannot be read is refused before anything is filled in, with its line', () => {
  const rows: [string, RegExp][] = [
    ['{{ .Name', /line 1: an action does not end/],
    ['\n\n{{ }}', /line 3: an action is empty/],
    ['{{ quote .Name }}', /there is no function "quote"/],
    ['{{ .Name | (trim .Name) }}', /there is no function "trim"/],
    ['{{ constructor }}', /there is no function "constructor"/],
    ['{{ if .Name }}', /\{\{if\}\} has no \{\{end\}\}/],
    ['{{ if .Name }}{{ else }}', /\{\{else\}\} has no \{\{end\}\}/],
    ['{{ end }}', /ends no block/],
    ['{{ if .Yes }}{{ else range .Labels }}{{ end }}', /else takes nothing but/],
    ['{{ template "x" }}', /is not known here/],
    ['{{ $x = 1 }}', /only \$name := value/],
    ['{{ (.Name }}', /not closed/],
    ['{{ .Name ) }}', /one too many/],
    ['{{ .Name .Port }}', /only a function takes arguments/],
    ['{{ .Name | }}', /a value is missing/],
    ['{{ if $a, $b := .Name }}{{ end }}', /too many variables/],
    ['{{ "\\q" }}', /escape/],
    ['{{ ? }}', /not understood/],
  ];
  for (const [template, problem] of rows)
    assert.throws(
      () => parse(template),
      (error) => error instanceof TemplateError && problem.test(error.message),
      template,
    );
});

test('what is not there is an error when it is filled in, never a hole', () => {
  const rows: [string, RegExp][] = [
    ['\n{{ .Unknown }}', /line 2: there is no field .Unknown/],
    ['{{ .constructor }}', /no field .constructor/],
    ['{{ .__proto__ }}', /no field .__proto__/],
    ['{{ .Labels.gone }}', /no "gone" in this map/],
    ['{{ .Name.More }}', /of what has no fields/],
    ['{{ .Labels }}', /has no text/],
    ['{{ nil }}', /no value/],
    ['{{ $gone }}', /not named before/],
    ['{{ range .Name }}{{ end }}', /over maps alone/],
    ['{{ .Name | .Name }}', /no function/],
    ['{{ eq .Name 1 }}', /cannot be compared/],
    ['{{ ne .Name }}', /number of arguments/],
    ['{{ len .Port }}', /no length/],
    ['{{ index .Name "x" }}', /takes a map/],
    ['{{ printf "%d" .Name }}', /does not fit/],
    ['{{ printf "%x" 1 }}', /knows no %x/],
    ['{{ printf "%s" }}', /no value for %s/],
    ['{{ printf "a" 1 }}', /left over/],
  ];
  for (const [template, problem] of rows)
    assert.throws(
      () => made(template),
      (error) => error instanceof TemplateError && problem.test(error.message),
      template,
    );
});

/** `--dns-record-template-path`: read once, and what is wrong with it for every BMC is said at the start. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { settingsOf } from '../../../../src/commands/impl/reconcile-settings.js';
import { isMetalError } from '../../../../src/errors/classes.js';

const folder = mkdtempSync(join(tmpdir(), 'metalctl-template-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function settings(text: string | undefined, path = join(folder, 't.yaml')) {
  if (text !== undefined) writeFileSync(path, text);
  return settingsOf({ dnsRecordTemplatePath: path, discoveryPrefix: [] } as never);
}

test('a template is kept as it is; without the flag there is none', async () => {
  assert.equal((await settings('kind: {{ .Name }}\n')).dnsRecord?.text, 'kind: {{ .Name }}\n');
  assert.equal((await settingsOf({ discoveryPrefix: [] } as never)).dnsRecord, undefined);
});

test('a file that cannot be read, is empty or is no template ends the program, by its code', async () => {
  const rows: [string | undefined, string, RegExp][] = [
    [undefined, 'FILE_NOT_FOUND', /--dns-record-template-path .*cannot be read/],
    ['', 'MANIFEST_INVALID', /is empty/],
    [' \n', 'MANIFEST_INVALID', /is empty/],
    ['a: 1\nb: {{ quote .Name }}\n', 'MANIFEST_INVALID', /line 2: there is no function "quote"/],
    ['{{ if .Name }}', 'MANIFEST_INVALID', /has no \{\{end\}\}/],
  ];
  for (const [text, code, message] of rows) {
    const path = join(folder, text === undefined ? 'absent' : 'bad.yaml');
    await assert.rejects(
      settings(text, path),
      (error) => isMetalError(error) && error.code === code && message.test(error.message),
      code,
    );
  }
});

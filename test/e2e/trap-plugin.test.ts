/** A credential plugin that tells when it is run: nothing but a question to the cluster runs it. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openShell } from '../support/process.js';

const shell = openShell();
after(() => shell.close());

const sprung = join(shell.folder, 'sprung');
const plugin = join(shell.folder, 'plugin');
writeFileSync(plugin, `#!/bin/sh\necho sprung > '${sprung}'\nexit 1\n`);
chmodSync(plugin, 0o700);
const kubeconfig = shell.file(
  'kubeconfig',
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    clusters: [{ name: 'k', cluster: { server: 'https://127.0.0.1:1' } }],
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
    users: [
      {
        name: 'u',
        user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, interactiveMode: 'Never' } },
      },
    ],
  }),
);
const env = { KUBECONFIG: kubeconfig };

test('S-K8S-4: help, version, completion scripts and explanations run no credential plugin', async () => {
  for (const words of [
    ['--help'],
    ['get', '--help'],
    ['reconcile', '--help'],
    ['version', '--client'],
    ['completion', 'bash'],
    ['explain', 'exit-codes'],
    ['get', 'nonsense', '--no-such-flag'],
  ]) {
    const { stderr } = await shell.run(words, { env });
    assert.ok(!existsSync(sprung), `${words.join(' ')} ran the plugin\n${stderr}`);
  }
});

test('S-K8S-4: a question to the cluster does, or the trap would prove nothing', async () => {
  const { code, stderr } = await shell.run(['get', 'server'], { env });
  assert.ok(existsSync(sprung), stderr);
  assert.notEqual(code, 0);
  assert.match(stderr, /credential plugin/);
  rmSync(sprung);
});

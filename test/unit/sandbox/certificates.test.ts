import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createAuthority, restoreAuthority } from '../../../src/sandbox/certificates.js';

test('an authority signs certificates that a verifying client accepts, and only for the hosts named', async () => {
  const authority = await createAuthority();
  const restored = restoreAuthority({ ca: authority.ca, key: authority.key });
  const issued = await restored.issue({ hosts: ['127.0.0.1', 'sandbox.test'] });
  const leaf = new X509Certificate(issued.cert);
  assert.equal(leaf.verify(new X509Certificate(authority.ca).publicKey), true);
  assert.equal(leaf.checkIP('127.0.0.1'), '127.0.0.1');
  assert.equal(leaf.checkHost('sandbox.test'), 'sandbox.test');
  assert.equal(leaf.checkHost('other.test'), undefined);
  assert.equal(new X509Certificate(authority.ca).ca, true);

  const server = createServer({ cert: issued.cert, key: issued.key }, (_req, res) => res.end('ok'));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const status = await new Promise<number | undefined>((done, fail) => {
    const req = request({ host: '127.0.0.1', port, ca: authority.ca, agent: false }, (res) => {
      res.resume().on('end', () => done(res.statusCode));
    });
    req.on('error', fail).end();
  });
  assert.equal(status, 200);
  await new Promise((done) => server.close(done));
});

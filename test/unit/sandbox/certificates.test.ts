import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createSecureContext } from 'node:tls';
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

test('every one of many certificates can be served, and an address of either family is named', async () => {
  const authority = await createAuthority();
  const ca = new X509Certificate(authority.ca);
  for (let n = 0; n < 100; n += 1) {
    const { cert } = await authority.issue({ hosts: ['127.0.0.1'] });
    // Throws on what OpenSSL does not read.
    assert.equal(new X509Certificate(cert).checkIssued(ca), true);
  }
  const { cert, key } = await authority.issue({ hosts: ['::1', 'fd00::12:3', '1:2:3:4:5:6:7:8', '127.0.0.9'] });
  createSecureContext({ cert, key });
  const leaf = new X509Certificate(cert);
  for (const address of ['::1', 'fd00::12:3', '1:2:3:4:5:6:7:8', '127.0.0.9'])
    assert.ok(leaf.checkIP(address), address);
  assert.equal(leaf.checkIP('::2'), undefined);
});

/** Certificates are judged before a credential byte: authorities, pins, and strangers (S-TLS-1). */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { generate } from 'selfsigned';
import { Secret } from '../../../src/lib/secret.js';
import type { BmcAccess } from '../../../src/ports/bmc.js';
import { silent } from '../../../src/ports/log.js';
import { createBmcFactory, createIdentification } from '../../../src/redfish/index.js';
import { hastyClock, reply, type TinyBmc, tinyBmc } from './tiny-bmc.js';

interface Certificate {
  key: string;
  cert: string;
}

async function certificate(options: { ip?: string; expired?: boolean } = {}): Promise<Certificate> {
  const days = {
    notBeforeDate: new Date(Date.now() - 9e8),
    notAfterDate: new Date(Date.now() + (options.expired ? -1e8 : 9e8)),
  };
  const made = await generate([{ name: 'commonName', value: 'bmc.example' }], {
    keyType: 'ec',
    ...days,
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: options.ip ?? '127.0.0.1' }] },
    ],
  });
  return { key: made.private, cert: made.cert };
}

const pinOf = ({ cert }: Certificate): string =>
  new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase();

describe('a BMC over TLS', () => {
  let good: Certificate;
  let bmc: TinyBmc;
  const clock = hastyClock();

  const open = (options: { ca?: string[]; url?: string; pin?: string; insecure?: boolean }) => {
    const { ca = [], insecure = false } = options;
    const factory = createBmcFactory({ clock, log: silent, ca, insecure });
    const access: BmcAccess = {
      id: 'b',
      url: options.url ?? bmc.url,
      username: 'admin',
      password: new Secret('correct horse'),
      credentialVersion: '1',
      ...(options.pin === undefined ? {} : { tlsPin: options.pin }),
    };
    return { factory, bmc: factory.open(access) };
  };
  const refused = { code: 'BMC_TLS', class: 'permanent' };

  before(async () => {
    good = await certificate();
    bmc = await tinyBmc(good);
  });
  after(() => bmc.close());

  it('is believed by its authority', async () => {
    const { factory, bmc: opened } = open({ ca: [good.cert] });
    assert.equal((await opened.systems()).length, 1);
    await factory.close();
  });

  it('is believed by its pin, in any spelling, though self-signed', async () => {
    for (const pin of [pinOf(good), new X509Certificate(good.cert).fingerprint256]) {
      const { factory, bmc: opened } = open({ pin });
      assert.equal((await opened.systems()).length, 1);
      await factory.close();
    }
  });

  it('is refused before a byte when self-signed, or pinned to another, even under a known authority', async () => {
    const before = bmc.log.length;
    for (const options of [{}, { pin: 'ab'.repeat(32) }, { ca: [good.cert], pin: 'ab'.repeat(32) }]) {
      const { factory, bmc: opened } = open(options);
      await assert.rejects(opened.systems(), refused);
      await factory.close();
    }
    assert.equal(bmc.log.length, before);
  });

  it('is believed unverified only by who said so, and never against its pin', async () => {
    const { factory, bmc: opened } = open({ insecure: true });
    assert.equal((await opened.systems()).length, 1);
    await factory.close();
    const before = bmc.log.length;
    const pinned = open({ insecure: true, pin: 'ab'.repeat(32) });
    await assert.rejects(pinned.bmc.systems(), refused);
    await pinned.factory.close();
    assert.equal(bmc.log.length, before);
  });

  it('is refused when expired or for another name', async () => {
    for (const odd of [await certificate({ expired: true }), await certificate({ ip: '127.0.0.9' })]) {
      const other = await tinyBmc(odd);
      const { factory, bmc: opened } = open({ ca: [odd.cert], url: other.url });
      await assert.rejects(opened.systems(), refused);
      assert.equal(other.log.length, 0);
      await factory.close();
      await other.close();
    }
  });

  it('is identified without being believed, with its fingerprint, its end and the reason', async () => {
    const answer = await createIdentification({ clock, log: silent }).identify(bmc.url, { timeoutMs: 5000 });
    assert.deepEqual(answer, {
      redfishVersion: '1.15.0',
      serviceUUID: '92384634-2938-2342-8820-489239905423',
      fingerprint: pinOf(good),
      certificateEnds: new Date(new X509Certificate(good.cert).validTo).toISOString(),
      trustError: 'its certificate is self-signed',
      isTrusted: false,
      hasSystems: true,
    });
    const trusting = createIdentification({ clock, log: silent, ca: [good.cert] });
    assert.equal((await trusting.identify(bmc.url, { timeoutMs: 5000 })).isTrusted, true);
    assert.ok(bmc.log.slice(-2).every(({ headers }) => !headers.authorization && !headers['x-auth-token']));
  });
});

describe('an address that is no BMC', () => {
  const clock = hastyClock();
  const identify = (url: string, timeoutMs = 3000) =>
    createIdentification({ clock, log: silent }).identify(url, { timeoutMs });

  it('is told apart: closed, silent, plain HTTP, HTML, other JSON', async () => {
    const bmc = await tinyBmc();
    await assert.rejects(identify(bmc.url.replace('http:', 'https:')), { code: 'BMC_PLAIN_HTTP' });
    assert.equal((await identify(bmc.url)).isTrusted, false);
    bmc.handler = (_request, response) => {
      response.end('<html>hello</html>');
      return true;
    };
    await assert.rejects(identify(bmc.url), { code: 'BMC_NOT_REDFISH', class: 'permanent' });
    bmc.handler = (_request, response) => reply(response, 200, { hello: 1 });
    await assert.rejects(identify(bmc.url), { code: 'BMC_NOT_REDFISH' });
    await bmc.close();
    await assert.rejects(identify(bmc.url), { code: 'BMC_UNREACHABLE', class: 'transient' });

    const silentServer = createTcpServer(() => undefined);
    await new Promise<void>((resolve) => silentServer.listen(0, '127.0.0.1', resolve));
    const { port } = silentServer.address() as AddressInfo;
    const started = Date.now();
    const mute = { code: 'BMC_TIMEOUT', why: 'it accepts the connection and then says nothing' };
    await assert.rejects(identify(`https://127.0.0.1:${port}`, 200), mute);
    await assert.rejects(identify(`http://127.0.0.1:${port}`, 200), {
      code: 'BMC_TIMEOUT',
      why: 'no answer within 0.2 s',
    });
    assert.ok(Date.now() - started < 2000);
    silentServer.close();
  });

  it('is left at once when the sweep is called off', async () => {
    const silentServer = createTcpServer(() => undefined);
    await new Promise<void>((resolve) => silentServer.listen(0, '127.0.0.1', resolve));
    const { port } = silentServer.address() as AddressInfo;
    const abort = new AbortController();
    const started = Date.now();
    const asking = createIdentification({ clock, log: silent }).identify(`https://127.0.0.1:${port}`, {
      timeoutMs: 30_000,
      signal: abort.signal,
    });
    setTimeout(() => abort.abort(), 50);
    await assert.rejects(asking);
    assert.ok(Date.now() - started < 2000);
    silentServer.close();
  });
});

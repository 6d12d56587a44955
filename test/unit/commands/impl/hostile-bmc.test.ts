/** S-TTY-1 at the commands that show what a BMC says: whatever it says, no terminal obeys it, in any form of the output. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { BMC, BMCSecret } from '../../../../src/api/metal/v1alpha1/index.js';
import { Secret } from '../../../../src/lib/secret.js';
import { silent } from '../../../../src/ports/log.js';
import { createBmcFactory } from '../../../../src/redfish/index.js';
import { type Emulator, startEmulator } from '../../../../src/sandbox/bmc/index.js';
import { fakeCluster } from '../../../support/fake-cluster.js';
import { firstActing, hostileTexts } from '../../../support/hostile-texts.js';
import { type PoisonedBmc, poisonedBmc } from '../../../support/poisoned-bmc.js';
import { type LineOptions, runLine } from '../../../support/run-line.js';
import { hastyClock } from '../../redfish/tiny-bmc.js';

const password = 'emulator-password-1';
const forms = ['table', 'wide', 'json', 'yaml', 'csv', 'tsv', 'markdown', 'name', 'jsonl'];

/** Everything that only reads. */
const lines = [
  'bmc info b1',
  'bmc sensors b1',
  'bmc sensors b1 --prometheus',
  'bmc inventory b1',
  'bmc logs b1',
  'bmc logs b1 --list',
  'bmc sessions list b1',
  'bmc users list b1',
  'bmc net get b1',
  'bmc settings get b1',
  'bmc subscribe list b1',
  'redfish get Systems/1 --bmc b1',
  'redfish ls Systems/1 --bmc b1',
  'redfish tree Chassis --bmc b1',
  'redfish find --property Model --bmc b1',
  'redfish task list --bmc b1',
];

describe('S-TTY-1: a BMC whose every text is hostile', () => {
  let emulator: Emulator;
  let bmc: PoisonedBmc;
  let factory: ReturnType<typeof createBmcFactory>;
  let options: LineOptions;

  before(async () => {
    emulator = await startEmulator({
      servers: 1,
      vendors: 'generic',
      password,
      addressing: 'port',
      port: 0,
      speed: 1000,
    });
    const [first] = emulator.bmcs;
    assert.ok(first);
    emulator.control.setPower(first.name, 'On');
    bmc = await poisonedBmc(first.url);
    const clock = hastyClock();
    factory = createBmcFactory({ clock, log: silent });
    const { url } = bmc;
    // The objects name a BMC over TLS; what is spoken to is the poisoned one.
    const open = (access: Parameters<typeof factory.open>[0]) =>
      factory.open({ ...access, url, username: 'admin', password: new Secret(password), allowPlainHttp: true });
    const cluster = fakeCluster();
    const encode = (text: string) => Buffer.from(text).toString('base64');
    const meta = { apiVersion: 'metal.ironcore.dev/v1alpha1', metadata: { name: 'b1' } };
    cluster.seed<BMC | BMCSecret>(
      {
        ...meta,
        kind: 'BMC',
        spec: {
          access: { ip: '127.0.0.1' },
          bmcSecretRef: { name: 'b1' },
          protocol: { name: 'Redfish', port: 443, scheme: 'https' },
        },
      } as BMC,
      { ...meta, kind: 'BMCSecret', data: { username: encode('admin'), password: encode(password) } } as BMCSecret,
    );
    // Something for the lists of tasks and logs.
    const inside = factory.open({
      id: 'honest',
      url: first.url,
      allowPlainHttp: true,
      username: 'admin',
      password: new Secret(password),
      credentialVersion: '1',
    });
    const host = (await inside.systems()).find(({ isBootable }) => isBootable);
    assert.ok(host);
    await inside.eraseSystem(host.uri, ['UserData']);
    await inside.updateFirmware({ image: { kind: 'url', url: 'https://here.example/x.bin' } });
    options = { ports: { clock, cluster, bmc: { ...factory, open }, log: silent } };
  });
  after(async () => {
    await factory.close();
    await bmc.close();
    await emulator.close();
  });

  const shown = async (line: string): Promise<void> => {
    const sent = bmc.poisoned();
    const { code, stdout, stderr } = await runLine(line, options);
    assert.ok(code === 0 || code === 17, `${line}: ${code} ${stderr}`);
    assert.ok(stdout !== '', line);
    assert.ok(bmc.poisoned() > sent, `${line} asked for no text`);
    // Between its columns TSV has tabs of ours.
    const acting = firstActing((line.endsWith('tsv') ? stdout.replaceAll('\t', ' ') : stdout) + stderr);
    assert.equal(
      acting,
      undefined,
      `${line} lets U+${acting?.toString(16)} through:\n${JSON.stringify(stdout + stderr).slice(0, 400)}`,
    );
  };

  for (const line of lines) it(`metalctl ${line}`, () => shown(line));
  for (const form of forms)
    it(`metalctl redfish get -o ${form}`, () => shown(`redfish get Systems/1 --bmc b1 -o ${form}`));

  it('says why it refuses without being obeyed', async () => {
    emulator.control.fail({ action: { kind: 'status', status: 400, message: hostileTexts.join(' ') } });
    for (const line of [
      'bmc info b1',
      'bmc logs b1',
      'bmc sensors b1',
      'redfish get Systems/1 --bmc b1',
      'redfish tree --bmc b1',
    ]) {
      const { code, stdout, stderr } = await runLine(line, options);
      assert.notEqual(code, 0, line);
      assert.equal(firstActing(stdout + stderr), undefined, line);
      assert.match(stderr, /\]52;c/, 'the message is shown');
    }
  });
});

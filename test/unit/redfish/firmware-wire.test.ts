/** What an update says on the wire: targets, apply time, force, and what Supermicro is asked to keep. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Secret } from '../../../src/lib/secret.js';
import { silent } from '../../../src/ports/log.js';
import { createBmcFactory } from '../../../src/redfish/index.js';
import { hastyClock, reply, type TinyBmc, tinyBmc } from './tiny-bmc.js';

const v1 = '/redfish/v1';

describe('an update', () => {
  let bmc: TinyBmc;
  let factory: ReturnType<typeof createBmcFactory>;

  beforeEach(async () => {
    bmc = await tinyBmc();
    factory = createBmcFactory({ clock: hastyClock(), log: silent });
    bmc.tree.set(`${v1}/UpdateService`, {
      '@odata.id': `${v1}/UpdateService`,
      MultipartHttpPushUri: `${v1}/Upload`,
      Actions: { '#UpdateService.SimpleUpdate': { target: `${v1}/Simple` } },
    });
    bmc.tree.set(`${v1}/Systems/1`, {
      ...bmc.tree.get(`${v1}/Systems/1`),
      Bios: { '@odata.id': `${v1}/Systems/1/Bios` },
    });
    bmc.handler = ({ method, url }, response) =>
      method === 'POST' && /Simple|Upload/.test(url)
        ? reply(response, 202, undefined, { location: `${v1}/TaskService/Tasks/1` })
        : undefined;
  });
  afterEach(async () => {
    await factory.close();
    await bmc.close();
  });

  const open = (vendor = 'Contoso') => {
    bmc.tree.set(v1, { ...bmc.tree.get(v1), Vendor: vendor, UpdateService: { '@odata.id': `${v1}/UpdateService` } });
    const access = { id: 'b', url: bmc.url, username: 'admin', credentialVersion: '1', allowPlainHttp: true };
    return factory.open({ ...access, password: new Secret(bmc.password) });
  };
  const sent = () => bmc.log.find(({ method, url }) => method === 'POST' && /Simple|Upload/.test(url));
  const file = {
    kind: 'file' as const,
    name: 'image.bin',
    bytes: 4,
    async *open() {
      yield Buffer.from('abcd');
    },
  };
  const parameters = () =>
    JSON.parse(/name="UpdateParameters"\r\n[^{]*(\{.*\})\r\n/.exec(sent()?.body ?? '')?.[1] ?? '');

  it('that the BMC fetches names targets, apply time and force, each where it is asked for', async () => {
    const image = { kind: 'url', url: 'https://here.example/image' } as const;
    await open().updateFirmware({ image, targets: [`${v1}/Systems/1/Bios`], applyTime: 'OnReset', force: true });
    assert.deepEqual(JSON.parse(sent()?.body ?? ''), {
      ImageURI: image.url,
      Targets: [`${v1}/Systems/1/Bios`],
      ForceUpdate: true,
      '@Redfish.OperationApplyTime': 'OnReset',
    });
    assert.equal(sent()?.headers['if-match'], undefined, 'no action carries a tag');
  });

  it('that the BMC fetches says no more than is asked for', async () => {
    const image = { kind: 'url', url: 'https://here.example/image' } as const;
    await open().updateFirmware({ image });
    assert.deepEqual(JSON.parse(sent()?.body ?? ''), { ImageURI: image.url });
  });

  it('that is uploaded has its parameters first, and the file after them', async () => {
    await open().updateFirmware({ image: file, targets: ['/x'], applyTime: 'OnStartUpdateRequest' });
    assert.deepEqual(parameters(), {
      Targets: ['/x'],
      ForceUpdate: false,
      '@Redfish.OperationApplyTime': 'OnStartUpdateRequest',
    });
    const { body = '', headers } = sent() ?? {};
    assert.match(body, /filename="image\.bin"\r\nContent-Type: application\/octet-stream\r\n\r\nabcd\r\n--/);
    assert.equal(Number(headers?.['content-length']), body.length);
  });

  it('of a Supermicro names the BIOS and what is to be kept', async () => {
    await open('Supermicro').updateFirmware({ image: file, component: 'BIOS' });
    assert.deepEqual(parameters().Targets, [`${v1}/Systems/1/Bios`]);
    const { PreserveNVRAM, PreserveSMBIOS, PreserveME } = parameters().Oem.Supermicro.BIOS;
    assert.deepEqual([PreserveNVRAM, PreserveSMBIOS, PreserveME], [true, true, true]);
  });

  it('of a Supermicro names the manager and keeps its settings', async () => {
    await open('Supermicro').updateFirmware({ image: file, component: 'BMC' });
    assert.deepEqual(parameters().Targets, [`${v1}/Managers/1`]);
    assert.equal(parameters().Oem.Supermicro.BMC.PreserveCfg, true);
  });
});

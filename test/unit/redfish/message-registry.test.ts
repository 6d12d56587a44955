/** Refusals in the words of the BMC's own registries, where they come without any. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { MetalError } from '../../../src/errors/classes.js';
import { Secret } from '../../../src/lib/secret.js';
import { systemUri } from '../../../src/ports/bmc.js';
import { silent } from '../../../src/ports/log.js';
import { createBmcFactory } from '../../../src/redfish/index.js';
import { hastyClock, reply, type TinyBmc, tinyBmc } from './tiny-bmc.js';

const one = systemUri('/redfish/v1/Systems/1');
const registries = '/redfish/v1/Registries';

describe('a refusal without words', () => {
  let bmc: TinyBmc;
  let clock: ReturnType<typeof hastyClock>;
  let factory: ReturnType<typeof createBmcFactory>;

  beforeEach(async () => {
    bmc = await tinyBmc();
    clock = hastyClock();
    factory = createBmcFactory({ clock, log: silent });
    bmc.tree.set('/redfish/v1', { ...bmc.tree.get('/redfish/v1'), Registries: { '@odata.id': registries } });
    const links = ['Base.1.18', 'Contoso.2.3', 'ContosoEvents.2.3'].map((name) => ({
      '@odata.id': `${registries}/${name}`,
    }));
    bmc.tree.set(registries, { '@odata.id': registries, Members: links });
    bmc.tree.set(`${registries}/Contoso.2.3`, {
      '@odata.id': `${registries}/Contoso.2.3`,
      Location: [
        { Language: 'de', Uri: '/schemas/contoso-de.json' },
        { Language: 'en', Uri: '/schemas/contoso.json' },
      ],
    });
    bmc.tree.set('/schemas/contoso.json', {
      Id: 'Contoso.2.3.1',
      Messages: {
        LidOpen: {
          Message: 'The lid of %1 is open\u001b[2J.',
          Resolution: 'Close the lid.',
          MessageSeverity: 'Critical',
          NumberOfArgs: 1,
        },
      },
    });
    bmc.handler = ({ method }, response) =>
      method === 'PATCH'
        ? reply(response, 400, {
            error: {
              '@Message.ExtendedInfo': [{ MessageId: 'Contoso.2.3.LidOpen', MessageArgs: ['bay 7'] }],
            },
          })
        : undefined;
  });
  afterEach(async () => {
    await factory.close();
    await bmc.close();
  });

  const open = (id: string) =>
    factory.open({
      id,
      url: bmc.url,
      username: 'admin',
      password: new Secret(bmc.password),
      credentialVersion: '1',
      allowPlainHttp: true,
    });
  const refusal = async (id: string): Promise<MetalError> => {
    const failed = await open(id)
      .setBootOnce(one, 'Pxe')
      .catch((error: MetalError) => error);
    return failed as MetalError;
  };
  const lookups = (): string[] => bmc.lines().filter((line) => /Registries|schemas/.test(line));

  it('is told in those of the BMC, with its resolution as the hint and without control characters', async () => {
    const error = await refusal('a');
    assert.match(error.why ?? '', /HTTP 400 LidOpen: The lid of bay 7 is open \[2J\./);
    assert.deepEqual(error.hints, ['Close the lid.']);
    assert.equal(error.context.messageId, 'Contoso.2.3.LidOpen');
  });

  it('costs three requests, once for all BMCs of a vendor', async () => {
    await refusal('a');
    await refusal('a');
    const error = await refusal('b');
    assert.match(error.why ?? '', /The lid of bay 7/);
    assert.deepEqual(lookups(), [`GET ${registries}`, `GET ${registries}/Contoso.2.3`, 'GET /schemas/contoso.json']);
  });

  it('stays as it is where the registry cannot be read, which is not tried at every error', async () => {
    bmc.tree.delete('/schemas/contoso.json');
    assert.match((await refusal('a')).why ?? '', /^HTTP 400 LidOpen$/);
    await refusal('a');
    assert.equal(lookups().length, 3);
    clock.advance(3_600_001);
    await refusal('a');
    assert.equal(lookups().length, 6);
  });

  it('follows no registry out of the BMC', async () => {
    const file = bmc.tree.get(`${registries}/Contoso.2.3`) as { Location: object[] };
    file.Location = [{ Language: 'en', Uri: 'http://127.0.0.1:1/contoso.json' }];
    assert.match((await refusal('a')).why ?? '', /^HTTP 400 LidOpen$/);
    assert.equal(lookups().length, 2);
  });
});

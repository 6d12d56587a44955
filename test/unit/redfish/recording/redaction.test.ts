/** Recordings of BMC traffic keep the dialogue and none of its secrets, whatever form a BMC echoes them in. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Secret } from '../../../../src/lib/secret.js';
import { silent } from '../../../../src/ports/log.js';
import { createBmcFactory } from '../../../../src/redfish/index.js';
import { Redaction } from '../../../../src/redfish/recording/redaction.js';
import { formsOf } from '../../../../src/redfish/recording/secret-forms.js';
import { hastyClock, reply, tinyBmc } from '../tiny-bmc.js';

const folder = mkdtempSync(join(tmpdir(), 'metalctl-recording-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const password = 'Canary&Pass"w0rd/+ü 1';
const accountPassword = 'Second-Canary-9!';
const token = 'tok/en+canary==';
const sessionId = 'sess-canary-77';
const cookie = 'cookie-canary-31';
const userName = 'operator-jane';
const eventPath = 'event-canary-secret';

/** Every way the secret could be read out of a text, made without the code under test. */
function disguises(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64');
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    encodeURIComponent(secret).replaceAll('%20', '+'),
    base64,
    base64.replace(/=+$/, ''),
    base64.replaceAll('+', '-').replaceAll('/', '_'),
    Buffer.from(secret).toString('hex'),
    ...['u:', 'us:', 'use:'].map((before) => Buffer.from(`${before}${secret}:after`).toString('base64')),
  ];
}

/** What stands in a text as it is and behind base64, at every alignment. */
function readable(text: string): string {
  const runs = text.match(/[A-Za-z0-9+/_-]{8,}/g) ?? [];
  const decoded = runs.flatMap((run) =>
    [0, 1, 2, 3].map((skip) => Buffer.from(run.slice(skip), 'base64').toString('utf8')),
  );
  return [text, ...decoded].join('\n');
}

test('no secret survives in a recording, in none of its forms, however the BMC echoes it', async () => {
  const bmc = await tinyBmc();
  bmc.password = password;
  const echo = [password, accountPassword, token].flatMap(disguises);
  bmc.handler = ({ method, url, body }, response) => {
    if (method === 'POST' && url.endsWith('/Sessions')) {
      bmc.tokens.add(token);
      return reply(
        response,
        201,
        {
          '@odata.id': `/redfish/v1/SessionService/Sessions/${sessionId}`,
          '@odata.type': '#Session.v1_5_0.Session',
          Id: sessionId,
          Name: `Session ${sessionId}`,
          UserName: userName,
          Echo: body,
        },
        {
          'x-auth-token': token,
          location: `http://127.0.0.1/redfish/v1/SessionService/Sessions/${sessionId}`.replace(
            'http://127.0.0.1',
            bmc.url,
          ),
          'set-cookie': `sessionKey=${cookie}; HttpOnly`,
          'x-debug': password,
        },
      );
    }
    if (url === '/redfish/v1/Systems/1') {
      return reply(response, 200, {
        '@odata.id': url,
        Id: '1',
        UUID: '38947555-7742-3448-3784-823347823834',
        AssetTag: echo.join(' '),
        [`Oem ${password}`]: 'a key',
        Oem: {
          Users: [{ UserName: userName, Password: accountPassword }],
          Log: `login of ${userName} with ${password} from 10.0.0.1; Cookie: sessionKey=${cookie}`,
          Session: `/redfish/v1/SessionService/Sessions/${sessionId}`,
          Destination: `https://user:${encodeURIComponent(password)}@events.example/${eventPath}?t=${eventPath}`,
        },
      });
    }
    if (url === '/redfish/v1/Managers/1') {
      response.writeHead(500, { 'content-type': 'text/html' });
      response.end(
        `<p>${password.replaceAll('&', '&amp;').replaceAll('"', '&quot;')} ${userName} password=${accountPassword}</p>`,
      );
      return true;
    }
    return undefined;
  };
  const factory = createBmcFactory({ clock: hastyClock(), log: silent, random: () => 0.5, recordTo: folder });
  const access = {
    id: '../../evil/bmc:1',
    url: bmc.url,
    username: userName,
    password: new Secret(password),
    credentialVersion: '1',
    allowPlainHttp: true,
  };
  const client = factory.open(access);
  await client.systems();
  await assert.rejects(client.manager());
  await factory.close();
  await bmc.close();

  const [file = '', more] = readdirSync(folder);
  assert.equal(more, undefined);
  assert.match(file, /^[A-Za-z0-9_][\w.-]*\.jsonl$/, 'the name of a BMC leads out of the folder');
  assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  const text = readFileSync(join(folder, file), 'utf8');
  const found = [password, accountPassword, token, sessionId, cookie, eventPath]
    .flatMap(disguises)
    .filter((form) => readable(text).includes(form));
  assert.deepEqual(found, []);
  assert.ok(!text.includes(userName), 'the name of the account');
  // What is left is still a dialogue.
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(lines[0].recording, 'metalctl-redfish');
  const login = lines.find(({ request }) => request?.method === 'POST');
  assert.equal(login.response.headers.location, '/redfish/v1/SessionService/Sessions/session-1');
  assert.deepEqual(login.request.body, { UserName: 'user-1', Password: '[redacted]' });
  const logout = lines.find(({ request }) => request?.method === 'DELETE');
  assert.equal(logout.request.path, '/redfish/v1/SessionService/Sessions/session-1');
  const system = lines.find(({ request }) => request?.path === '/redfish/v1/Systems/1');
  assert.equal(system.response.body.UUID, '38947555-7742-3448-3784-823347823834');
  assert.equal(system.response.body.Oem.Destination, 'https://events.example/[redacted]');
  assert.match(system.response.body.Oem.Log, /^login of user-1 with \[redacted\] from 10\.0\.0\.1/);
});

test('words that say nothing are hidden where they stand and nowhere else', () => {
  const redaction = new Redaction();
  const body = {
    SetupPassword: 'Disabled',
    Community: 'public',
    Status: 'Disabled',
    Access: 'public',
    RoleId: 'admin',
  };
  redaction.learnFrom({ ...body, UserName: 'admin' });
  assert.deepEqual(redaction.json({ ...body, UserName: 'admin', Text: 'admin administrates' }), {
    SetupPassword: '[redacted]',
    Community: '[redacted]',
    Status: 'Disabled',
    Access: 'public',
    RoleId: 'admin',
    UserName: 'user-1',
    Text: 'user-1 administrates',
  });
});

test('bounds, states and absent values of passwords stay, because a replay needs them', () => {
  const body = { MinPasswordLength: 8, MaxPasswordLength: 20, Password: null, PasswordChangeRequired: false };
  const redaction = new Redaction();
  redaction.learnFrom(body);
  assert.deepEqual(redaction.json(body), body);
});

test('base64 of a secret is found at every alignment', () => {
  const secret = 'correct horse battery';
  for (let before = 0; before < 6; before += 1) {
    const text = Buffer.from(`${'x'.repeat(before)}${secret}${'y'.repeat(before)}`).toString('base64');
    assert.ok(
      formsOf(secret).some((form) => text.includes(form)),
      `${before} bytes before it`,
    );
  }
});

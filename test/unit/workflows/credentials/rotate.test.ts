/**
 * Rotation of a BMC's credential against emulated BMCs: killed before and after every single request, a secret named by
 * the object always logs in, the next run finishes, no secret is left over, and no account is locked by finding out.
 */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { BMC, BMCSecret } from '../../../../src/api/metal/v1alpha1/index.js';
import { type PermanentError, TransientError } from '../../../../src/errors/classes.js';
import { Secret } from '../../../../src/lib/secret.js';
import type { Bmc, BmcFactory } from '../../../../src/ports/bmc.js';
import type { Cluster } from '../../../../src/ports/cluster.js';
import { silent } from '../../../../src/ports/log.js';
import { rotationOf } from '../../../../src/reconcile/bmc/rotation.js';
import { createBmcFactory } from '../../../../src/redfish/index.js';
import { type Emulator, startEmulator } from '../../../../src/sandbox/bmc/index.js';
import { type RotateWish, rotateCredential } from '../../../../src/workflows/credentials/rotate.js';
import { type FakeCluster, fakeCluster } from '../../../support/fake-cluster.js';
import { hastyClock } from '../../redfish/tiny-bmc.js';

const first = 'First-Password-1';
const encode = (text: string) => Buffer.from(text).toString('base64');
const decode = (text: string) => Buffer.from(text, 'base64').toString('utf8');

class Killed extends Error {}

interface World {
  readonly cluster: FakeCluster;
  readonly emulator: Emulator;
  readonly name: string;
  readonly url: string;
  factory(): BmcFactory;
  wish(more?: Partial<RotateWish>): RotateWish;
  /** Passwords of the secrets the object names: the reference, and what comes next. */
  named(): string[];
  /** Whether a password is the account's, without asking the BMC. */
  takes(password: string): Promise<boolean>;
  close(): Promise<void>;
}

// A failed assertion must not leave an emulator running.
const worlds: World[] = [];
after(async () => {
  for (const each of worlds) await each.close();
});

async function world(vendors = 'generic'): Promise<World> {
  const emulator = await startEmulator({
    servers: 1,
    vendors,
    password: first,
    addressing: 'port',
    port: 0,
    speed: 1000,
  });
  const [found] = emulator.bmcs;
  assert.ok(found);
  const { name, url } = found;
  const cluster = fakeCluster();
  const meta = { apiVersion: 'metal.ironcore.dev/v1alpha1' };
  cluster.seed(
    {
      ...meta,
      kind: 'BMCSecret',
      metadata: { name },
      data: { username: encode('admin'), password: encode(first) },
    } as BMCSecret,
    {
      ...meta,
      kind: 'BMC',
      metadata: { name },
      spec: { bmcSecretRef: { name }, access: { ip: '127.0.0.1' }, protocol: { name: 'Redfish', port: 443 } },
    } as BMC,
  );
  const open: BmcFactory[] = [];
  const factory = () => {
    const made = createBmcFactory({ clock: hastyClock(), log: silent, random: () => 0.5 });
    open.push(made);
    return made;
  };
  const passwordOf = (secret: string | undefined): string[] => {
    const data = secret === undefined ? undefined : cluster.peek(BMCSecret, secret)?.data;
    return data?.password === undefined ? [] : [decode(data.password)];
  };
  const made: World = {
    cluster,
    emulator,
    name,
    url,
    factory,
    wish: (more = {}) => ({
      bmc: cluster.peek(BMC, name) as BMC,
      door: { url, allowPlainHttp: true },
      signal: new AbortController().signal,
      ...more,
    }),
    named: () => {
      const bmc = cluster.peek(BMC, name) as BMC;
      return [...passwordOf(bmc.spec?.bmcSecretRef.name), ...passwordOf(rotationOf(bmc)?.next)];
    },
    takes: async (password) => {
      const access = {
        id: `check-${Math.random()}`,
        url,
        username: 'admin',
        password: new Secret(password),
        credentialVersion: '1',
        allowPlainHttp: true,
      };
      return factory()
        .open(access)
        .authenticate()
        .then(
          () => true,
          () => false,
        );
    },
    close: async () => {
      for (const each of open) await each.close();
      await emulator.close();
    },
  };
  worlds.push(made);
  return made;
}

/** Counts calls of both ports, and dies before or after the one with this number. */
function mortal(at: number, when: 'before' | 'after', cluster: Cluster, factory: BmcFactory) {
  let count = 0;
  let isDead = false;
  const guard = <T extends object>(target: T, only?: readonly string[]): T =>
    new Proxy(target, {
      get: (object, key) => {
        const value = Reflect.get(object, key);
        if (typeof value !== 'function') return value;
        if (only !== undefined && !only.includes(String(key))) return value.bind(object);
        return async (...args: unknown[]) => {
          if (isDead) throw new Killed();
          count += 1;
          if (count === at && when === 'before') {
            isDead = true;
            throw new Killed();
          }
          const result = await Reflect.apply(value, object, args);
          if (count === at) {
            isDead = true;
            throw new Killed();
          }
          return result;
        };
      },
    });
  const asked = ['authenticate', 'passwordRules', 'changeOwnPassword', 'accounts'];
  const bmcs: BmcFactory = {
    open: (access) => guard<Bmc>(factory.open(access), asked),
    forget: (id) => factory.forget(id),
    close: (ms) => factory.close(ms),
  };
  return { cluster: guard(cluster), bmcs, calls: () => count };
}

const ports = (w: World) => ({
  cluster: w.cluster,
  bmcs: w.factory(),
  now: () => new Date('2026-01-01T00:00:00Z'),
  suffix: () => 'r1',
});

async function settled(w: World): Promise<void> {
  const bmc = w.cluster.peek(BMC, w.name) as BMC;
  assert.equal(bmc.metadata.annotations?.['metalctl.dev/credential-rotation'], undefined);
  const secrets = w.cluster.all(BMCSecret);
  assert.deepEqual(
    secrets.map(({ metadata }) => metadata.name),
    [bmc.spec?.bmcSecretRef.name],
    'secrets left over',
  );
  assert.ok(await w.takes(decode(secrets[0]?.data?.password ?? '')), 'the secret does not log in');
}

for (const vendor of ['generic', 'dell', 'hpe', 'supermicro']) {
  describe(`rotation on an emulated ${vendor}`, () => {
    it('ends with a new secret, a new password, and the old one gone', async () => {
      const w = await world(vendor);
      const steps: string[] = [];
      const done = await rotateCredential(ports(w), w.wish({ onStep: (step) => steps.push(step) }));
      assert.deepEqual(steps, [
        'recorded',
        'secret written',
        'password changed',
        'login proven',
        'reference switched',
        'old secret deleted',
      ]);
      assert.deepEqual([done.secret, done.previous, done.resumed], [`${w.name}-r1`, w.name, false]);
      assert.equal(await w.takes(first), false);
      await settled(w);
      await w.close();
    });
  });
}

describe('a rotation that is killed', () => {
  for (const when of ['before', 'after'] as const) {
    it(`${when} any request leaves a secret that logs in, and the next run ends it`, async () => {
      let killed = 0;
      for (let at = 1; ; at += 1) {
        const w = await world();
        const { cluster, bmcs, calls } = mortal(at, when, w.cluster, w.factory());
        const dead = await rotateCredential({ ...ports(w), cluster, bmcs }, w.wish()).then(
          () => false,
          (error) => error instanceof Killed || Promise.reject(error),
        );
        if (!dead) {
          assert.ok(at > calls(), 'a run that nobody killed comes last');
          await w.close();
          break;
        }
        killed += 1;
        const failed = w.emulator.log.logins(w.name).failed;
        const logsIn = await Promise.all(w.named().map((password) => w.takes(password)));
        assert.ok(logsIn.includes(true), `${when} request ${at}: no secret the object names logs in`);
        const before = w.emulator.log.logins(w.name).failed;
        await rotateCredential({ ...ports(w), suffix: () => 'r2' }, w.wish());
        assert.ok(
          w.emulator.log.logins(w.name).failed - before <= 1,
          `${when} request ${at}: more than one refused login`,
        );
        assert.equal(failed, 0);
        await settled(w);
        await w.close();
      }
      assert.ok(killed >= 10, `${killed} kills`);
    });
  }

  it('while the answer to the change is on its way is decided by asking the BMC', async () => {
    for (const how of ['reset', 'noAnswer'] as const) {
      const w = await world();
      w.emulator.control.fail({
        match: { method: 'PATCH' },
        when: { first: 1 },
        action: { kind: 'connection', how: how === 'reset' ? 'reset' : 'resetAfter', bytes: 10 },
      });
      await rotateCredential(ports(w), w.wish());
      await settled(w);
      assert.equal(await w.takes(first), false);
      await w.close();
    }
  });
});

describe('a rotation that cannot be', () => {
  const rolledBack = async (w: World): Promise<void> => {
    assert.ok(await w.takes(first), 'the old password is gone');
    assert.deepEqual(
      w.cluster.all(BMCSecret).map(({ metadata }) => metadata.name),
      [w.name],
    );
    assert.equal(rotationOf(w.cluster.peek(BMC, w.name) as BMC), undefined);
  };

  it('because the password would be too long keeps the old one and says what would do', async () => {
    const w = await world('supermicro');
    const rules = await w
      .factory()
      .open({
        id: 'x',
        url: w.url,
        username: 'admin',
        password: new Secret(first),
        credentialVersion: '1',
        allowPlainHttp: true,
      })
      .passwordRules();
    assert.ok(rules.maxLength !== undefined);
    await assert.rejects(
      rotateCredential(ports(w), w.wish({ length: rules.maxLength + 1 })),
      (error: PermanentError) => {
        assert.match(error.hints.join(), new RegExp(`--length ${rules.maxLength}`));
        return error.code === 'BMC_REFUSED';
      },
    );
    await rolledBack(w);
    await w.close();
  });

  it('because the BMC refuses the change is rolled back', async () => {
    const w = await world();
    w.emulator.control.fail({
      match: { method: 'PATCH' },
      action: { kind: 'status', status: 400, messageId: 'Base.1.8.PropertyValueFormatError' },
    });
    await assert.rejects(rotateCredential(ports(w), w.wish()), { code: 'BMC_REFUSED' });
    await rolledBack(w);
    await w.close();
  });

  it('because the BMC lies about the change is rolled back', async () => {
    const w = await world();
    const factory = w.factory();
    const bmcs: BmcFactory = {
      open: (access) =>
        new Proxy(factory.open(access), {
          get: (bmc, key) => {
            const value = Reflect.get(bmc, key);
            if (key === 'changeOwnPassword') return async () => undefined;
            return typeof value === 'function' ? value.bind(bmc) : value;
          },
        }),
      forget: (id) => factory.forget(id),
      close: (ms) => factory.close(ms),
    };
    await assert.rejects(rotateCredential({ ...ports(w), bmcs }, w.wish()), { code: 'BMC_REFUSED' });
    await rolledBack(w);
    await w.close();
  });

  it('because it is interrupted before anything was sent is rolled back', async () => {
    const w = await world();
    const stop = new AbortController();
    const onStep = (step: string) => step === 'secret written' && stop.abort(new TransientError('UNKNOWN', 'stopped'));
    await assert.rejects(rotateCredential(ports(w), w.wish({ signal: stop.signal, onStep })), { message: 'stopped' });
    await rolledBack(w);
    await w.close();
  });

  it('interrupted after the change goes on to the end', async () => {
    const w = await world();
    const stop = new AbortController();
    const onStep = (step: string) =>
      step === 'password changed' && stop.abort(new TransientError('UNKNOWN', 'stopped'));
    await rotateCredential(ports(w), w.wish({ signal: stop.signal, onStep }));
    await settled(w);
    await w.close();
  });

  it('because neither password is taken keeps both and says so', async () => {
    const w = await world();
    const { cluster, bmcs } = mortal(7, 'before', w.cluster, w.factory());
    await assert.rejects(rotateCredential({ ...ports(w), cluster, bmcs }, w.wish()), Killed);
    assert.equal(w.cluster.all(BMCSecret).length, 2);
    w.emulator.control.setCredentials(w.name, 'admin', 'Somebody-Elses-1');
    await assert.rejects(rotateCredential(ports(w), w.wish()), { code: 'BMC_AUTH_FAILED' });
    assert.equal(w.cluster.all(BMCSecret).length, 2);
    await w.close();
  });

  it('because somebody else began one first is a conflict', async () => {
    const w = await world();
    const stale = w.wish();
    await rotateCredential(ports(w), w.wish());
    await assert.rejects(rotateCredential({ ...ports(w), suffix: () => 'r9' }, stale), (error: { code?: string }) =>
      ['CONFLICT', 'NOT_FOUND'].includes(error.code ?? ''),
    );
    await settled(w);
    await w.close();
  });

  it('a secret that others use stays', async () => {
    const w = await world();
    w.cluster.seed({ ...(w.cluster.peek(BMC, w.name) as BMC), metadata: { name: 'other' } });
    await rotateCredential(ports(w), w.wish());
    assert.equal(w.cluster.all(BMCSecret).length, 2);
    await w.close();
  });
});

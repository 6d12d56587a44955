/**
 * Ctrl-C after every write of `bmc credentials rotate`, to the API or to the BMC: a password that some BMCSecret of the BMC
 * keeps logs in at every moment, the message says how to go on, and the line it names ends it.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BMC, BMCSecret } from '../../src/api/metal/v1alpha1/index.js';
import { Exit } from '../../src/errors/exit.js';
import type { Bmc, BmcAccess, BmcFactory } from '../../src/ports/bmc.js';
import { silent } from '../../src/ports/log.js';
import { createBmcFactory } from '../../src/redfish/index.js';
import { type Emulator, startEmulator } from '../../src/sandbox/bmc/index.js';
import { type FakeCluster, fakeCluster } from '../support/fake-cluster.js';
import { runLine, type Said } from '../support/run-line.js';
import { hastyClock } from '../unit/redfish/tiny-bmc.js';

const first = 'First-Password-1';
const encode = (text: string): string => Buffer.from(text).toString('base64');
const decode = (text = ''): string => Buffer.from(text, 'base64').toString('utf8');

let emulator: Emulator;
let name = '';
before(async () => {
  emulator = await startEmulator({
    servers: 1,
    vendors: 'generic',
    password: first,
    addressing: 'port',
    port: 0,
    speed: 1000,
  });
  name = emulator.bmcs[0]?.name ?? '';
});
after(() => emulator.close());

/** A BMC object and its secret, as they were before anything was rotated; the account too. */
function furnish(): FakeCluster {
  emulator.control.setCredentials(name, 'admin', first);
  emulator.control.endSessions(name);
  const [bmc] = emulator.bmcs;
  const cluster = fakeCluster();
  const apiVersion = 'metal.ironcore.dev/v1alpha1';
  const data = { username: encode('admin'), password: encode(first) };
  const spec = {
    bmcSecretRef: { name },
    access: { ip: bmc?.host },
    protocol: { name: 'Redfish', port: bmc?.port, scheme: 'http' },
  };
  cluster.seed(
    { apiVersion, kind: 'BMCSecret', metadata: { name }, data } as BMCSecret,
    {
      apiVersion,
      kind: 'BMC',
      metadata: { name },
      spec,
    } as unknown as BMC,
  );
  return cluster;
}

/** Runs a line whose Ctrl-C comes right after its k-th write; 0 for none. */
async function typed(cluster: FakeCluster, line: string, k = 0): Promise<Said & { readonly wrote: readonly string[] }> {
  const wrote: string[] = [];
  const interrupt = new AbortController();
  const write =
    <A extends unknown[], T>(what: string, method: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      const result = await method(...args);
      wrote.push(what);
      if (wrote.length === k) interrupt.abort(Object.assign(new Error('SIGINT'), { name: 'AbortError' }));
      return result;
    };
  const factory = createBmcFactory({ clock: hastyClock(), log: silent, random: () => 0.5 });
  const noted = (bmc: Bmc): Bmc =>
    new Proxy(bmc, {
      get: (of, key) => {
        const member = Reflect.get(of, key) as unknown;
        if (typeof member !== 'function') return member;
        const method = (member as (...args: unknown[]) => Promise<unknown>).bind(of);
        return /password/i.test(String(key)) && !/rules/i.test(String(key))
          ? write(`${String(key)} of the BMC`, method)
          : method;
      },
    });
  const bmc: BmcFactory = {
    ...factory,
    open: (access: BmcAccess) => noted(factory.open({ ...access, allowPlainHttp: true })),
    close: () => factory.close(),
  };
  const api = {
    ...cluster,
    create: write('create', cluster.create as never),
    patch: write('patch', cluster.patch as never),
    replace: write('replace', cluster.replace as never),
    delete: write('delete', cluster.delete as never),
  };
  const ports = { clock: hastyClock(), log: silent, cluster: api as never, bmc };
  try {
    return { ...(await runLine(line, { ports, signal: interrupt.signal })), wrote };
  } finally {
    await factory.close();
  }
}

/** Whether a password is the account's. */
const takes = (password: string): boolean => emulator.control.passwordOf(name, 'admin') === password;

const secrets = (cluster: FakeCluster) => cluster.stored(BMCSecret).map(({ data }) => decode(data?.password));
const present = (cluster: FakeCluster): string => {
  const secret = cluster.peek(BMC, { name })?.spec?.bmcSecretRef.name ?? '';
  return decode(cluster.peek(BMCSecret, { name: secret })?.data?.password);
};

test('Ctrl-C after every write of a rotation locks nobody out, says how to go on, and that ends it', async (t) => {
  const rotate = `bmc credentials rotate ${name} --yes`;
  const calm = furnish();
  const { code, stderr, wrote } = await typed(calm, rotate);
  assert.equal(code, Exit.OK, stderr);
  assert.ok(present(calm) !== first && takes(present(calm)));
  const ends: string[] = [];
  for (let k = 1; k <= wrote.length; k += 1) {
    const cluster = furnish();
    const where = `Ctrl-C after write ${k} of ${wrote.length} (${wrote[k - 1]})`;
    const cut = await typed(cluster, rotate, k);
    const good = secrets(cluster).map(takes);
    assert.ok(good.includes(true), `${where}: no BMCSecret logs in`);
    assert.ok(cut.code === Exit.SIGINT || cut.code === Exit.OK, `${where}\n${cut.stderr}`);
    // Once the BMC has the new password it is proven and written down first: nobody waits for less than that.
    const isDone = /rotated/.test(cut.stdout.replace('kept', ''));
    const onwards = new RegExp(`to go on: metalctl bmc credentials rotate ${name}`);
    assert.ok(
      isDone || onwards.test(cut.stderr),
      `${where}
${cut.stdout}
${cut.stderr}`,
    );
    ends.push(isDone ? 'done' : 'to go on');
    const rest = await typed(cluster, rotate);
    assert.equal(rest.code, Exit.OK, `${where}\n${rest.stderr}`);
    assert.ok(takes(present(cluster)), where);
    assert.equal(secrets(cluster).length, 1, `${where}: what is not needed any more is gone`);
  }
  assert.ok(ends.includes('done') && ends.includes('to go on'), ends.join());
  t.diagnostic(wrote.map((what, at) => `${what}: ${ends[at]}`).join(', '));
});

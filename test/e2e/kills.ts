/**
 * The daemon is killed in the middle of a claim, and a later pass finishes the claim. Sandbox and judge are this
 * process, so that the hardware's own log survives the kill.
 */
import assert from 'node:assert/strict';
import { ServerClaim } from '../../src/api/metal/v1alpha1/index.js';
import { ownBlock, startLive } from '../support/live.js';
import { openShell } from '../support/process.js';

/** From the claim's creation to power-on a daemon needs about this long. */
export const spanMs = 900;

export interface Kills {
  readonly times: number;
  /** Repeats the moments of a run. */
  readonly seed: number;
  readonly tell: (line: string) => void;
  /** Part of the span in which the kills fall; default all of it. */
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Address block of the BMCs, where several sandboxes run at once. */
  readonly network?: string;
}

/** Kills so many daemons, and returns how many claims were recovered. The first double action fails. */
export async function killAndRecover(kills: Kills): Promise<number> {
  const { times, seed, tell, fromMs = 0, toMs = spanMs, network = ownBlock() } = kills;
  const live = await startLive({ servers: times, network });
  const shell = openShell({ KUBECONFIG: live.sandbox.record.kubeconfig });
  const env = { METALCTL_BMC_CA: shell.file('ca.pem', live.sandbox.ca) };
  const { emulator } = live.sandbox;
  const random = randomFrom(seed);
  try {
    await live.installCrds();
    await live.onboard();
    await live.pass({ settle: true });
    emulator.log.reset();
    let recovered = 0;
    for (let n = 1; n <= times; n += 1) {
      const [bmc, name] = [`bmc-${n}`, `claim-${n}`];
      const daemon = shell.start(['reconcile', '--watch', '--registry-address', '127.0.0.1:0'], { env });
      await daemon.until(/leading/, 40_000);
      await create(live, name, `${bmc}-system-0`);
      // Spread over the whole span, at random within each part of it.
      const afterMs = fromMs + Math.floor(((n - 1 + random()) / times) * (toMs - fromMs));
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      daemon.kill('SIGKILL');
      assert.equal((await daemon.ended).code, 137);
      const stopped = emulator.log.powerActions(bmc).length;
      const claimed = (await live.ports.cluster.get(ServerClaim, { namespace: 'default', name }))?.status?.phase;
      // The dead daemon's lease has to run out first: nobody may take over earlier.
      const pass = await shell.run(['reconcile', '--once', '--settle', '--lease-wait', '40s', '--deadline', '60s'], {
        env,
      });
      assert.equal(pass.code, 0, pass.stdout + pass.stderr);
      await untilBooted(live, bmc);
      const claim = await live.ports.cluster.get(ServerClaim, { namespace: 'default', name });
      assert.equal(claim?.status?.phase, 'Bound', `${name}, killed after ${afterMs} ms`);
      assert.equal(emulator.powerState(bmc), 'On');
      const done = emulator.log.powerActions(bmc).map(({ to }) => to);
      assert.deepEqual(done, ['On'], `${bmc}, killed after ${afterMs} ms`);
      const boots = emulator.log.actions(bmc).filter(({ action }) => action === 'boot');
      assert.equal(boots.length, 1);
      assert.match(boots[0]?.from ?? '', /pxe/i, 'from the network');
      recovered += 1;
      tell(
        `${n}: killed after ${afterMs} ms, claim ${claimed ?? 'without phase'}, ${stopped} power actions sent; recovered`,
      );
    }
    tell(`${recovered} of ${times} recovered, 0 double power actions (seed ${seed})`);
    return recovered;
  } finally {
    await shell.close();
    await live.close();
  }
}

type Live = Awaited<ReturnType<typeof startLive>>;

async function create(live: Live, name: string, server: string): Promise<void> {
  const spec = { power: 'On', image: 'os:1', serverRef: { name: server } };
  const metadata = { name, namespace: 'default' };
  const claim = { apiVersion: 'metal.ironcore.dev/v1alpha1', kind: 'ServerClaim', metadata, spec };
  await live.ports.cluster.create(ServerClaim, claim as ServerClaim);
}

/** The pass ends when power is on; the machine itself boots a moment later. */
async function untilBooted({ sandbox }: Live, bmc: string): Promise<void> {
  const isBooted = () => sandbox.emulator.log.actions(bmc).some(({ action }) => action === 'boot');
  for (let waited = 0; !isBooted() && waited < 10_000; waited += 20)
    await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Mulberry32: kills at the same moments for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

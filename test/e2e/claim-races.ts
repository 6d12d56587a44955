/** Two processes claim one server at the same moment: what the quick and the long version of that test repeat. */
import assert from 'node:assert/strict';
import { ServerClaim } from '../../src/api/metal/v1alpha1/index.js';
import { startLive } from '../support/live.js';
import { assertNoStack, openShell } from '../support/process.js';

const server = 'bmc-1-system-0';

/** Runs so many races, and returns how many had exactly one winner. The first that had not fails. */
export async function race(times: number, tell: (line: string) => void): Promise<number> {
  const live = await startLive({ servers: 1 });
  const { kubeconfig } = live.sandbox.record;
  const shell = openShell({ KUBECONFIG: kubeconfig });
  const env = { METALCTL_BMC_CA: shell.file('ca.pem', live.sandbox.ca) };
  try {
    await live.installCrds();
    await live.onboard();
    await live.pass({ settle: true });
    // The daemon decides: the claimers only write and watch, as they do beside any controller.
    const daemon = shell.start(['reconcile', '--watch', '--registry-address', '127.0.0.1:0'], {
      env,
      deadlineMs: 900_000,
    });
    await daemon.until(/leading/);
    for (let n = 1; n <= times; n += 1) {
      const claim = (name: string) => [
        'claim',
        name,
        '--server',
        server,
        '--image',
        'os:1',
        '--power',
        'off',
        '--wait=bound',
      ];
      const words = ['--driver', 'cluster', '--timeout', '30s'];
      const both = await Promise.all(['red', 'blue'].map((name) => shell.run([...claim(name), ...words], { env })));
      const codes = both.map(({ code }) => code).sort((a, b) => a - b);
      assert.deepEqual(codes, [0, 16], both.map(({ stderr }) => stderr).join('\n'));
      const [winner, loser] = both[0]?.code === 0 ? ['red', 'blue'] : ['blue', 'red'];
      const lost = both[winner === 'red' ? 1 : 0];
      assert.match(lost?.stderr ?? '', new RegExp(`claim default/${winner}`), 'the loser says who has it');
      for (const ended of both) assertNoStack(ended);
      const left = (await live.ports.cluster.list(ServerClaim)).items;
      assert.deepEqual(
        left.map(({ metadata, status }) => [metadata.name, status?.phase]),
        [[winner, 'Bound']],
        `${loser} is withdrawn`,
      );
      assert.equal((await live.servers())[0]?.spec?.serverClaimRef?.name, winner);
      const release = await shell.run(['release', winner ?? '', '--yes', '--wait', '--driver', 'cluster'], { env });
      assert.equal(release.code, 0, release.stderr);
    }
    daemon.kill('SIGTERM');
    assert.equal((await daemon.ended).code, 0);
    tell(`${times} single winners`);
    return times;
  } finally {
    await shell.close();
    await live.close();
  }
}

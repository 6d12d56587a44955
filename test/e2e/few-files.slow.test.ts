/** The program with few file descriptors, little memory and no place for its state: slower, and nothing is lost. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { type Live, startLive } from '../support/live.js';
import { openShell, type Shell } from '../support/process.js';

const servers = 60;
let live: Live;
let shell: Shell;
before(async () => {
  live = await startLive({ servers });
  await live.installCrds();
  await live.onboard();
  shell = openShell();
});
after(async () => {
  await shell.close();
  await live.close();
});

/** One pass of the built program within limits. */
function pass(files: number, memoryMb: number): Promise<{ stderr: string }> {
  const words = ['reconcile', '--once', '--settle', '--deadline', '60s', '--registry-address', '127.0.0.1:0'];
  const program = [
    process.execPath,
    `--max-old-space-size=${memoryMb}`,
    'bin/metalctl',
    ...words,
    '--hold-for-probe',
    '60s',
  ];
  const env = {
    PATH: process.env.PATH,
    HOME: shell.folder,
    KUBECONFIG: live.sandbox.record.kubeconfig,
    METALCTL_BMC_CA: shell.file('ca.pem', live.sandbox.ca),
    METALCTL_STATE_DIR: '/dev/full/state',
  };
  const options = { env, timeout: 150_000, maxBuffer: 1e8 };
  return new Promise((resolve) => {
    execFile(
      'bash',
      ['-c', `ulimit -n ${files} && exec "$@"`, 'bash', ...program],
      options,
      (_error, _stdout, stderr) => resolve({ stderr }),
    );
  });
}

test('R-PRC-3: a hundred files, 200 MB and no state folder: every machine is discovered, no stack is shown', async (t) => {
  let passes = 0;
  let said = '';
  const free = async () => (await live.servers()).filter(({ status }) => status?.state === 'Available').length;
  while (passes < 4 && (await free()) < servers) {
    const { stderr } = await pass(100, 200);
    said += stderr;
    passes += 1;
  }
  assert.equal(await free(), servers, said.slice(-2_000));
  assert.doesNotMatch(said, /^\s+at .+\.js/m);
  const short = said.match(/no file descriptors left/g)?.length ?? 0;
  t.diagnostic(
    `${servers} machines with 100 file descriptors and 200 MB: ${passes} passes, ${short} times short of descriptors, nothing lost`,
  );
});

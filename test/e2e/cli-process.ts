/** The built command line as a process against a sandbox of this process: what scripts and people get. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Live, ownBlock, startLive } from '../support/live.js';
import { faultsOf } from '../support/schemas.js';
import { startWorker, type Worker } from './cli-worker.js';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly stopAfterMs?: number;
  readonly isAlone?: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

export interface Cli {
  readonly live: Live;
  /** What a shell needs to run commands against it. */
  readonly environment: NodeJS.ProcessEnv;
  /** Range and port of the BMCs, as `--cidr` and `--ports` take them. */
  readonly range: readonly string[];
  /** Flags with the account of the BMCs. */
  readonly account: readonly string[];
  /** Runs a command to its end; `stopAfterMs` sends SIGINT then. `isAlone`: in a process of its own, whatever was agreed. */
  run(args: readonly string[], options?: RunOptions): Promise<Ended>;
  /** Writes a file into the folder of this test. */
  file(name: string, text: string): string;
  close(): Promise<void>;
}

const binary = new URL('../../bin/metalctl', import.meta.url).pathname;

/**
 * A sandbox with its kinds installed, and the way to run commands against it: each in a process of its own, or all in one
 * that has the built program loaded, where it is not processes that are looked at (a third of a second less for each).
 */
export async function startCli(servers: number, { isOneProcess = false } = {}): Promise<Cli> {
  const live = await startLive({ servers, vendors: 'dell,hpe', network: ownBlock() });
  await live.installCrds();
  const folder = mkdtempSync(join(tmpdir(), 'metalctl-e2e-'));
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const environment = {
    PATH: process.env.PATH,
    HOME: folder,
    LANG: 'C.UTF-8',
    KUBECONFIG: live.sandbox.record.kubeconfig,
    METALCTL_STATE_DIR: join(folder, 'state'),
    METALCTL_BMC_CA: file('ca.pem', live.sandbox.ca),
  };
  const [first] = live.sandbox.emulator.bmcs;
  const targets = live.sandbox.emulator.bmcs.flatMap(({ host, port }) => ['--target', `${host}:${port}`]);
  const account = ['--bmc-username', 'admin', '--bmc-password-file', file('password', `${live.sandbox.bmcPassword}\n`)];
  let worker: Promise<Worker> | undefined;
  const loaded = (): Promise<Worker> => {
    worker ??= startWorker(environment);
    return worker;
  };
  return {
    live,
    environment,
    range: first === undefined ? [] : targets,
    account,
    file,
    run: async (args, options = {}) => {
      const isLoaded = isOneProcess && options.isAlone !== true && options.stopAfterMs === undefined;
      const ended = isLoaded ? await (await loaded()).run(args, options.env) : await alone(args, options);
      assertDocument(args, ended);
      return ended;
    },
    close: async () => {
      await (await worker)?.close();
      await live.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };

  function alone(args: readonly string[], { stopAfterMs, env = {} }: RunOptions): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [binary, ...args], {
        env: { ...environment, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const chunks = { stdout: '', stderr: '' };
      child.stdout.setEncoding('utf8').on('data', (text: string) => (chunks.stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (chunks.stderr += text));
      const stop = stopAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGINT'), stopAfterMs);
      child.once('error', reject);
      child.once('close', (code) => {
        clearTimeout(stop);
        resolve({ code, ...chunks });
      });
    });
  }
}

/** What is printed as JSON is as its schema says, whatever a test looks at. */
function assertDocument(args: readonly string[], { stdout }: Ended): void {
  if (!args.includes('json') || !stdout.startsWith('{')) return;
  const document = JSON.parse(stdout) as { readonly apiVersion?: string; readonly kind: string };
  if (document.apiVersion === 'cli.metalctl.dev/v1') assert.equal(faultsOf(document), '', args.join(' '));
}

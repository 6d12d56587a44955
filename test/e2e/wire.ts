/** The API over a wire of its own, for views that are to lose it. */
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import type { Cli } from './cli-process.js';

/** A way to the API that can be cut and mended. */
export class Wire {
  readonly #sockets = new Set<Socket>();
  readonly #target: number;
  #server: Server | undefined;
  #lagMs = 0;
  port = 0;

  constructor(target: number) {
    this.#target = target;
  }

  async mend(): Promise<void> {
    this.#server = createServer((near) => {
      const far = connect(this.#target, '127.0.0.1');
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(socket);
        socket.on('error', () => other.destroy()).on('close', () => this.#sockets.delete(socket));
      }
      near.pipe(this.#lag()).pipe(far).pipe(near);
    });
    await new Promise<void>((resolve) => this.#server?.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.#server.address() as AddressInfo).port;
  }

  /** From now on everything said to the API takes so long to get there. */
  slow(ms: number): void {
    this.#lagMs = ms;
  }

  #lag(): Transform {
    return new Transform({
      transform: (chunk, _, done) => {
        if (this.#lagMs === 0) done(null, chunk);
        else setTimeout(() => done(null, chunk), this.#lagMs);
      },
    });
  }

  cut(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** A wire to the API of a sandbox, and the environment of commands that go through it. */
export async function wired(cli: Cli): Promise<{ readonly wire: Wire; readonly environment: NodeJS.ProcessEnv }> {
  const kubeconfig = readFileSync(String(cli.environment.KUBECONFIG), 'utf8');
  const [, port = ''] = /https:\/\/127\.0\.0\.1:(\d+)/.exec(kubeconfig) ?? [];
  const wire = new Wire(Number(port));
  await wire.mend();
  const through = kubeconfig.replaceAll(`127.0.0.1:${port}`, `127.0.0.1:${wire.port}`);
  return { wire, environment: { ...cli.environment, KUBECONFIG: cli.file('wired.kubeconfig', through) } };
}

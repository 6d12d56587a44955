/** Whether something takes connections at an address: TCP alone, nothing is sent. */
import { connect } from 'node:net';

const patienceMs = 5_000;

/** Why not; undefined when it does. */
export const reach = (host: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: patienceMs });
    const end = (why: string | undefined): void => {
      socket.destroy();
      resolve(why);
    };
    socket.once('connect', () => end(undefined));
    socket.once('timeout', () => end(`no answer within ${patienceMs / 1_000}s`));
    socket.once('error', ({ message, code }: NodeJS.ErrnoException) => end(code ?? message));
  });

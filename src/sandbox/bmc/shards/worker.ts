/** A thread with its share of the BMCs: the same emulator, with the world it needs asked over messages. */
import { parentPort, workerData } from 'node:worker_threads';
import { isMetalError } from '../../../errors/classes.js';
import { startControlPlane } from '../control-plane.js';
import { startEmulator } from '../emulator.js';
import type { TlsFlaw } from '../faults/rules.js';
import type { NetworkBootOffer } from '../machine/types.js';
import type { Question, Reply, ShardOptions, Started } from './messages.js';

const waiting = new Map<number, (reply: Reply) => void>();
let count = 0;

type Asked = Question extends infer Q ? (Q extends Question ? Omit<Q, 'id'> : never) : never;

function ask(question: Asked): Promise<unknown> {
  const id = ++count;
  return new Promise((resolve, reject) => {
    waiting.set(id, (reply) => ('failure' in reply ? reject(new Error(reply.failure)) : resolve(reply.value)));
    parentPort?.postMessage({ ...question, id });
  });
}

async function start(options: ShardOptions): Promise<void> {
  const { isSecure, hasNetworkBoot, token, ...rest } = options;
  const emulator = await startEmulator({
    ...rest,
    ...(isSecure ? { tls: certificate } : {}),
    ...(hasNetworkBoot ? { networkBoot: offer } : {}),
  });
  const plane = await startControlPlane({ emulator, token });
  parentPort?.on('message', (message: Reply | 'close') => {
    if (message !== 'close') {
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
      return;
    }
    void Promise.all([plane.close(), emulator.close()]).then(() => parentPort?.close());
  });
  tell({ bmcs: emulator.bmcs, notes: emulator.notes, controlUrl: plane.url });
}

const certificate = (hosts: string[], flaw?: TlsFlaw) =>
  ask({ ask: 'certificate', hosts, ...(flaw ? { flaw } : {}) }) as Promise<{ cert: string; key: string }>;
const offer = (uuid: string) => ask({ ask: 'offer', uuid }) as Promise<NetworkBootOffer | undefined>;
const tell = (started: Started): void => parentPort?.postMessage(started);

await start(workerData as ShardOptions).catch((error: unknown) => {
  const { code, message, why } = isMetalError(error)
    ? error
    : { code: 'UNKNOWN', message: String(error), why: undefined };
  tell({ failed: { code, message, ...(why === undefined ? {} : { why }) } });
  parentPort?.close();
});

/** One thread of BMCs, as the main thread sees it: it starts, answers what the thread asks, and ends it. */
import { Worker } from 'node:worker_threads';
import { TransientError, UserError } from '../../../errors/classes.js';
import type { EmulatedBmc, EmulatorOptions } from '../emulator.js';
import type { Question, Reply, ShardOptions, Started } from './messages.js';

export interface Shard {
  readonly bmcs: readonly EmulatedBmc[];
  readonly notes: readonly string[];
  readonly controlUrl: string;
  close(): Promise<void>;
}

/** What a thread has to ask back for. */
export type Answers = Pick<EmulatorOptions, 'tls' | 'networkBoot'>;

/** Starts a thread and waits for its BMCs. @throws UserError PORT_IN_USE · USAGE · TransientError UNKNOWN */
export async function startShard(
  options: ShardOptions,
  answers: Answers,
  script = new URL('./worker.js', import.meta.url),
): Promise<Shard> {
  const worker = new Worker(script, { workerData: options });
  const started = await new Promise<Started>((resolve, reject) => {
    worker.once('error', reject);
    worker.on('message', (message: Started | Question) => {
      if ('ask' in message) void reply(worker, message, answers);
      else resolve(message);
    });
  });
  if ('failed' in started) throw failureOf(started.failed);
  const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  return {
    ...started,
    close: () => {
      worker.postMessage('close');
      return gone;
    },
  };
}

async function reply(worker: Worker, question: Question, answers: Answers): Promise<void> {
  const { id } = question;
  const value =
    question.ask === 'offer' ? answers.networkBoot?.(question.uuid) : answers.tls?.(question.hosts, question.flaw);
  const message: Reply = await Promise.resolve(value).then(
    (known) => ({ id, value: known }),
    (error: unknown) => ({ id, failure: String(error) }),
  );
  worker.postMessage(message);
}

function failureOf({ code, message, why }: { code: string; message: string; why?: string }): Error {
  const details = why === undefined ? {} : { why };
  if (code === 'PORT_IN_USE' || code === 'USAGE' || code === 'FILE_NOT_FOUND' || code === 'MANIFEST_INVALID') {
    return new UserError(code, message, details);
  }
  return new TransientError('UNKNOWN', message, details);
}

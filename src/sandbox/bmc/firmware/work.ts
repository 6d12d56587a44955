/** A piece of work that takes time, as a Task shows it: Starting, Running by tenths, and an end. */
import type { JsonObject } from '../json.js';
import { link, root } from '../tree/builder.js';
import type { VirtualBmc } from '../virtual-bmc.js';

export const tasksPath = `${root}/TaskService/Tasks`;
const monitorsPath = `${root}/TaskService/TaskMonitors`;

export interface WorkOptions {
  readonly name: string;
  /** Hardware time from the start to the end. */
  readonly durationMs: number;
  /** Tenth at which it stops for ever, for work that hangs. */
  readonly stopsAt?: number;
  /** `JID_000000000001` instead of a bare number. */
  readonly idPrefix?: string;
  /** Called at the end: a failure in words, or undefined. */
  readonly onDone: () => string | undefined;
}

/** Tasks that have ended and are still shown. */
const mostCompleted = 50;

/** State of one task; kept by the BMC, shown by the behaviours of Task and TaskMonitor. */
export class Work {
  readonly path: string;
  readonly monitor: string;
  state = 'New';
  percent = 0;
  messages: JsonObject[] = [];
  isOver = false;
  readonly #bmc: VirtualBmc;
  readonly #options: WorkOptions;

  constructor(bmc: VirtualBmc, options: WorkOptions) {
    this.#bmc = bmc;
    this.#options = options;
    const number = String(bmc.own.nextNumber(tasksPath));
    const id = options.idPrefix === undefined ? number : `${options.idPrefix}${number.padStart(12, '0')}`;
    this.path = `${tasksPath}/${id}`;
    this.monitor = `${monitorsPath}/${id}`;
    bmc.own.put(this.path, this.#document(id));
    bmc.own.put(this.monitor, { '@odata.id': this.monitor, '@odata.type': '#TaskMonitor.TaskMonitor' });
    bmc.works.set(this.path, this);
    bmc.works.set(this.monitor, this);
    forgetOldest(bmc);
    this.#step(0);
  }

  get status(): string {
    return this.state === 'Exception' ? 'Critical' : 'OK';
  }

  /** The BMC forgets it. */
  forget(): void {
    for (const path of [this.path, this.monitor]) {
      this.#bmc.own.drop(path);
      this.#bmc.works.delete(path);
    }
  }

  #document(id: string): JsonObject {
    return {
      '@odata.id': this.path,
      '@odata.type': '#Task.v1_6_0.Task',
      Id: id,
      Name: this.#options.name,
      TaskMonitor: this.monitor,
      StartTime: this.#bmc.world.clock.now().toISOString(),
    };
  }

  #step(tenth: number): void {
    this.state = tenth === 0 ? 'Starting' : 'Running';
    this.percent = tenth * 10;
    if (tenth === this.#options.stopsAt) return;
    const fault = this.#bmc.faults.task(this.#bmc);
    if (fault === 'lost') {
      this.forget();
      return;
    }
    if (tenth >= 10) {
      this.#end();
      return;
    }
    this.#bmc.world.after(this.#options.durationMs / 10, () => this.#step(nextTenth(tenth, fault)));
  }

  #end(): void {
    const failure = this.#options.onDone();
    this.isOver = true;
    this.state = failure === undefined ? 'Completed' : 'Exception';
    const text = failure ?? 'The task completed successfully.';
    const key = failure === undefined ? 'TaskEvent.1.0.TaskCompletedOK' : 'TaskEvent.1.0.TaskAborted';
    this.messages = [{ MessageId: key, Message: text, Severity: failure === undefined ? 'OK' : 'Critical' }];
    const severity = failure === undefined ? 'OK' : 'Critical';
    this.#bmc.events.publish({ messageId: key, message: text, severity, args: [this.path], origin: this.path });
  }
}

/** `CompletedTaskOverWritePolicy` is Oldest: what has ended makes room for what comes. */
function forgetOldest({ works }: VirtualBmc): void {
  const over = [...new Set(works.values())].filter(({ isOver }) => isOver);
  for (const work of over.slice(0, Math.max(0, over.length - mostCompleted))) work.forget();
}

/** A task that is stuck asks again every so often, so that it goes on once the fault is healed. */
function nextTenth(tenth: number, fault: 'stuck' | 'wrongState' | 'jumpBack' | undefined): number {
  if (fault === 'stuck') return tenth;
  return fault === 'jumpBack' && tenth >= 6 ? 2 : tenth + 1;
}

/** Writes what moves into the document of a task. */
export function showWork(work: Work, doc: JsonObject): void {
  doc.TaskState = work.state;
  doc.TaskStatus = work.status;
  doc.PercentComplete = work.percent;
  doc.Messages = work.messages;
}

export const taskLink = (work: Work): JsonObject => link(work.path);

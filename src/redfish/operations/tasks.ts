/**
 * Tasks in every form they come in: a Task, its monitor, a job of Dell's or Lenovo's, or just a message that all is well
 * (DSP0266 10). One look at a time; waiting is the caller's.
 */
import { TransientError } from '../../errors/classes.js';
import type { TaskInfo, Tasks } from '../../ports/bmc.js';
import { messagesOf } from '../messages.js';
import type { Resources } from '../resources.js';
import { Task, TaskService } from '../schema/task.js';
import type { Service } from '../service.js';
import { isObject, type JsonObject } from '../transport/json.js';
import { comparable, locationPath } from '../transport/link.js';
import { type Answer, isSuccess, type Request } from '../transport/transport.js';
import { present } from './present.js';
import type { Reach } from './reach.js';

/** Links of the service stay. */
const serviceMs = 3_600_000;
const mostMessages = 20;

/** Tasks of a BMC. */
export function tasksOf({ resources }: Reach): Tasks {
  return { task: (uri) => readTask(resources.service, uri), tasks: () => listTasks(resources) };
}

async function listTasks(resources: Resources): Promise<TaskInfo[]> {
  const { root } = await resources.service.known();
  if (root.Tasks === undefined) return [];
  const { json } = await resources.get(resources.service.path(root.Tasks), serviceMs);
  const members = await resources.members(TaskService.parse(json).Tasks, { tolerant: true });
  return members.map((member) => toInfo(String(member['@odata.id']), member));
}

async function readTask(service: Service, uri: string): Promise<TaskInfo> {
  await service.known();
  const request: Request = { method: 'GET', path: service.path(uri), kind: 'read' };
  const answer = await service.ask(request);
  if (answer.status === 404 || answer.status === 410)
    return { uri, progress: 'gone', hasWarnings: false, messages: [] };
  if (!isSuccess(answer.status)) throw service.failed(answer, request);
  if (answer.json !== undefined && !isObject(answer.json)) throw noTask(service, uri);
  return followed(service, taskIn(service, answer, uri));
}

/**
 * The task an answer speaks of: to the request that started it, or to a look at it. A Task that names itself is followed
 * rather than its monitor, because XCC forgets a finished task once its monitor was read.
 */
export function taskIn(service: Service, answer: Answer, asked?: string): TaskInfo {
  const { json, status } = answer;
  const task = isObject(json) ? taskOf(json) : undefined;
  const uri = uriOf(service, answer, task) ?? asked ?? '';
  if (task !== undefined) return toInfo(uri, task);
  const messages = textsOf(isObject(json) ? json : {});
  // 202 is under way; whatever else succeeds is over, and its body the result, which may be an error after all.
  const end = isObject(json) && isDenial(json) ? 'failed' : 'completed';
  return { uri, progress: status === 202 ? 'running' : end, hasWarnings: false, messages };
}

const isDenial = (json: JsonObject): boolean =>
  isObject(json.error) && !messagesOf(json).every(({ key, severity }) => key === 'Success' || severity === 'OK');

const noTask = (service: Service, uri: string): TransientError =>
  new TransientError('BMC_BAD_RESPONSE', `reading ${uri}`, {
    why: 'what it shows is no task',
    context: { bmc: service.options.access.id, uri },
  });

/**
 * The task of work that goes on behind the answer, whatever its status: an answer that names none tells nothing about how
 * the work ends, and must not pass for its success.
 */
export function workIn(service: Service, answer: Answer): TaskInfo {
  const info = taskIn(service, answer);
  if (info.uri === '') return { ...info, progress: 'gone' };
  return info.state === undefined && info.progress === 'completed' ? { ...info, progress: 'running' } : info;
}

const isTask = (json: JsonObject): boolean => {
  const { TaskState, JobState, '@odata.type': type } = Task.parse(json);
  return TaskState !== undefined || JobState !== undefined || /^#(Task|Job|DellJob)\./.test(type ?? '');
};

/** Some wrap the task in a member of its name. */
function taskOf(json: JsonObject): JsonObject | undefined {
  if (isTask(json)) return json;
  return isObject(json.Task) && (isTask(json.Task) || json.Task['@odata.id'] !== undefined) ? json.Task : undefined;
}

/** The task itself first; then `Location`, then what HPE writes into the body, then any name the body gives itself. */
function uriOf(service: Service, { headers, json }: Answer, task: JsonObject | undefined): string | undefined {
  const { origin } = service.options.transport;
  const named = task?.['@odata.id'];
  if (named !== undefined) return service.path(named);
  if (headers.location !== undefined) return locationPath(headers.location, origin);
  const other = isObject(json) ? (json.TaskMonitor ?? json['@odata.id']) : undefined;
  return other === undefined ? undefined : service.path(other);
}

/** Lenovo ends the Task when it hands the work to a Job, and names that in a message. */
async function followed(service: Service, task: TaskInfo & { readonly job?: string }): Promise<TaskInfo> {
  const { job, ...info } = task;
  if (job === undefined || comparable(job) === comparable(info.uri)) return info;
  const path = service.path(job);
  const answer = await service.ask({ method: 'GET', path, kind: 'read' });
  if (!isSuccess(answer.status) || !isObject(answer.json)) return info;
  const { job: _, ...next } = toInfo(path, answer.json);
  return next;
}

function toInfo(uri: string, json: JsonObject): TaskInfo & { readonly job?: string } {
  const task = Task.parse(json);
  const state = task.TaskState ?? task.JobState;
  const status = task.TaskStatus ?? task.JobStatus;
  const progress = progressOf(json, state, status);
  const texts = [...textsOf(json), ...(task.Message === undefined ? [] : [task.Message])].slice(-mostMessages);
  return {
    uri,
    progress,
    ...present({ state, percent: progress === 'completed' ? 100 : task.PercentComplete, job: jobOf(task) }),
    hasWarnings: progress === 'completed' && (status === 'Warning' || state === 'CompletedWithErrors'),
    messages: texts,
  };
}

const progresses: Readonly<Record<string, TaskInfo['progress']>> = {
  Completed: 'completed',
  CompletedWithErrors: 'completed',
  Exception: 'failed',
  Failed: 'failed',
  Killed: 'cancelled',
  Cancelled: 'cancelled',
  UserIntervention: 'waiting',
  Suspended: 'waiting',
  Pending: 'waiting',
  Scheduled: 'waiting',
  RebootPending: 'waiting',
};

/** Anything unknown goes on. A completed task of critical status failed; an iLO task without state says so by message. */
function progressOf(json: JsonObject, state: string | undefined, status: string | undefined): TaskInfo['progress'] {
  const progress = progresses[state ?? ''] ?? 'running';
  if (progress === 'completed' && status === 'Critical') return 'failed';
  const isFine = state === undefined && messagesOf(json).some(({ key }) => key === 'Success');
  return isFine ? 'completed' : progress;
}

function textsOf(json: JsonObject): string[] {
  const { Messages } = Task.parse(json);
  const said = messagesOf({
    ...json,
    '@Message.ExtendedInfo': [...Messages, ...listOf(json['@Message.ExtendedInfo'])],
  });
  return said.map(({ text, key }) => text ?? key).filter((text) => text !== '');
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function jobOf({ Messages }: Task): string | undefined {
  const handover = Messages.filter(isObject).find(({ MessageId }) =>
    /OperationTransitionedToJob/.test(String(MessageId)),
  );
  const [job] = listOf(handover?.MessageArgs);
  return typeof job === 'string' && job.startsWith('/') ? job : undefined;
}

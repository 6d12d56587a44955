/** UpdateService: three ways in for an image, and the answers by which vendors name the task (DSP0268 UpdateService). */
import { formOf, type Image, imageOf } from '../firmware/image.js';
import { showWork, type Work } from '../firmware/work.js';
import { type Answer, type BmcRequest, noContent, ok, problem } from '../http/answer.js';
import { messageBody } from '../http/messages.js';
import { isObject, type Json, type JsonObject, stringAt } from '../json.js';
import { root } from '../tree/builder.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import type { Behaviour, Write } from './behaviour.js';
import { type Check, isBoolean, wrongType } from './patching.js';

const isList: Check = (value, property) => (Array.isArray(value) ? undefined : wrongType(value, property));

export const updateService: Behaviour = {
  writable: { HttpPushUriTargets: isList, HttpPushUriTargetsBusy: isBoolean },
  actions: { 'UpdateService.SimpleUpdate': simpleUpdate, 'UpdateService.StartUpdate': startUpdate },
};

const strings = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((item: Json) => typeof item === 'string') : [];

function simpleUpdate({ bmc, body, request }: Write): Answer {
  const { quirks } = bmc.profile;
  if (quirks.reset.refusesIfMatch && request.headers['if-match'] !== undefined) {
    return problem(quirks, 412, 'PreconditionFailed');
  }
  const { ImageURI: url, TransferProtocol: protocol } = body;
  if (typeof url !== 'string') {
    return problem(quirks, 400, 'ActionParameterMissing', ['UpdateService.SimpleUpdate', 'ImageURI']);
  }
  const protocols = quirks.update?.protocols ?? [];
  if (typeof protocol === 'string' && !protocols.includes(protocol)) {
    return problem(quirks, 400, 'ActionParameterValueNotInList', [protocol, 'TransferProtocol', 'SimpleUpdate']);
  }
  return install(bmc, imageOf(url.split('/').at(-1) ?? url, Buffer.alloc(0), strings(body.Targets)), body);
}

/** Whether images are uploaded at this path. */
export function isPushUri(bmc: VirtualBmc, path: string): boolean {
  const { update } = bmc.profile.quirks;
  return update !== undefined && (path === update.multipart || path === update.push);
}

/** An upload to one of the profile's push URIs. */
export function pushed(bmc: VirtualBmc, request: BmcRequest): Answer {
  if (request.path === bmc.profile.quirks.update?.multipart) return pushedForm(bmc, request);
  const service = bmc.read(`${root}/UpdateService`) ?? {};
  return install(bmc, imageOf('', request.body, strings(service.HttpPushUriTargets)), {});
}

function pushedForm(bmc: VirtualBmc, { headers, body }: BmcRequest): Answer {
  const { quirks } = bmc.profile;
  if (quirks.update?.uploadNeedsTag && headers['if-match'] === undefined)
    return problem(quirks, 412, 'PreconditionFailed');
  const form = formOf(headers['content-type'] ?? '', body);
  if (!form) return problem(quirks, 400, 'UnrecognizedRequestBody');
  const { name, content } = form.file;
  return install(bmc, imageOf(name, content, strings(form.parameters.Targets)), form.parameters);
}

function install(bmc: VirtualBmc, image: Image, parameters: JsonObject): Answer {
  const { quirks } = bmc.profile;
  const { '@Redfish.OperationApplyTime': time } = parameters;
  const times = quirks.update?.applyTimes ?? [];
  if (time !== undefined && !times.includes(time as never)) {
    return problem(quirks, 400, 'PropertyValueNotInList', [String(time), '@Redfish.OperationApplyTime']);
  }
  if (bmc.updater.isBusy) return problem(quirks, 400, 'ResourceInUse');
  return started(bmc, bmc.updater.take(image, time === undefined ? times[0] : (time as never)));
}

function startUpdate({ bmc }: Write): Answer {
  const work = bmc.updater.start();
  return work ? started(bmc, work) : problem(bmc.profile.quirks, 400, 'NoOperation');
}

/** 202 as the vendor writes it. */
function started(bmc: VirtualBmc, work: Work): Answer {
  const { quirks } = bmc.profile;
  const form = quirks.update?.taskForm;
  if (form === 'location') return { status: 202, headers: { Location: work.path } };
  if (form === 'monitorInBody') {
    return { status: 202, body: { TaskMonitor: work.monitor, ...extended(bmc, 'Success') } };
  }
  const body = bmc.show(work.path) ?? {};
  if (form === 'body') return { status: 202, body };
  return { status: 202, headers: { Location: work.monitor, 'Retry-After': '1' }, body };
}

const extended = (bmc: VirtualBmc, key: string): JsonObject => ({
  error: {
    code: `${bmc.profile.quirks.baseRegistry}.${key}`,
    message: 'See @Message.ExtendedInfo.',
    '@Message.ExtendedInfo': [messageBody(bmc.profile.quirks, { key })],
  },
});

export const task: Behaviour = {
  compute(bmc, path, doc) {
    const work = bmc.works.get(path);
    if (work) showWork(work, doc);
    if (work && bmc.faults.task(bmc) === 'wrongState') doc.TaskState = 'Pondering';
    if (work?.isOver && bmc.profile.quirks.update?.handsOverToJob) handOver(bmc, work, doc);
  },
  remove({ bmc, path }) {
    bmc.works.get(path)?.forget();
    return noContent;
  },
};

/** XCC's task ends by naming the job that does the rest; here the job is over as soon as the task is. */
function handOver(bmc: VirtualBmc, work: Work, doc: JsonObject): void {
  const job = `${root}/JobService/Jobs/${String(doc.Id)}`;
  const isFailed = work.state === 'Exception';
  bmc.own.put(job, {
    '@odata.id': job,
    '@odata.type': '#Job.v1_2_0.Job',
    Id: String(doc.Id),
    Name: 'Firmware Update',
    JobState: isFailed ? 'Exception' : 'Completed',
    JobStatus: isFailed ? 'Critical' : 'OK',
    PercentComplete: 100,
    Messages: work.messages,
  });
  doc.TaskState = 'Completed';
  doc.TaskStatus = 'OK';
  doc.Messages = [
    { MessageId: 'Update.1.0.OperationTransitionedToJob', Message: 'A job goes on.', MessageArgs: [job] },
  ];
}

export const taskMonitor: Behaviour = {
  answer(bmc, path) {
    const work = bmc.works.get(path);
    if (!work) return undefined;
    const { quirks } = bmc.profile;
    const body = bmc.show(work.path) ?? {};
    if (!work.isOver) return { status: 202, headers: { Location: path, 'Retry-After': '1' }, body };
    if (quirks.update?.monitorForgets) work.forget();
    if (work.state === 'Exception') return { status: 400, body: extended(bmc, 'GeneralError') };
    return quirks.errors === 'ilo' ? ok(extended(bmc, 'Success')) : ok(body);
  },
};

/** Collections of members that come and go: what the template has, and what is there besides. */
export const growing: Behaviour = {
  compute(bmc, path, doc) {
    const own = Array.isArray(doc.Members) ? doc.Members : [];
    const known = new Set(own.filter(isObject).map((member) => stringAt(member, '@odata.id')));
    const more = bmc.own.below(path).filter((member) => !known.has(member));
    const left = own.filter(
      (member: Json) => isObject(member) && !bmc.own.isRemoved(stringAt(member, '@odata.id') ?? ''),
    );
    doc.Members = [...left, ...more.map((member) => ({ '@odata.id': member }))];
    doc['Members@odata.count'] = doc.Members.length;
  },
};

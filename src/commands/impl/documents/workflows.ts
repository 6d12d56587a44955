/** Documents of workflows: discover, onboard, claim, plan, reconcile, move, doctor, rotation, and errors. */
import { any, boolean, doc, kubeObject, list, number, object, oneOf, record, text } from './schema.js';

const claimed = {
  'server?': object({
    name: text,
    'systemUUID?': text,
    'state?': text,
    'power?': text,
    'manufacturer?': text,
    'model?': text,
    'serialNumber?': text,
    'cores?': number,
    'memory?': text,
    'where?': text,
  }),
  'bootConfiguration?': object({ name: text, 'state?': text }),
};

const finding = object({
  address: text,
  port: number,
  scheme: oneOf('https', 'http'),
  status: oneOf('known', 'new', 'moved', 'conflict', 'auth', 'tls', 'unsupported', 'silent'),
  'why?': text,
  'vendor?': text,
  'model?': text,
  'serial?': text,
  'redfish?': text,
  'manager?': text,
  'firmware?': text,
  'serviceUUID?': text,
  'systems?': list(
    object({ uri: text, 'uuid?': text, 'model?': text, 'serial?': text, 'power?': text, 'memoryGiB?': number }),
  ),
  'power?': text,
  'fingerprint?': text,
  'certificateEnds?': text,
  'trust?': oneOf('ca', 'pinned', 'first-use'),
  'object?': text,
  'was?': text,
  'credential?': text,
  'secret?': text,
  'mac?': text,
  'location?': text,
  'rack?': text,
  'shelf?': text,
});

const restored = {
  created: list(text),
  overwritten: list(text),
  unchanged: list(text),
  newer: list(text),
  withoutValues: list(text),
  paused: list(object({ object: text, why: text })),
  hardwareCalls: number,
} as const;

export const workflows = {
  ValidateReport: doc('What is wrong with manifests.', {
    objects: list(
      object({ source: text, object: text, checked: boolean, faults: list(object({ path: text, message: text })) }),
    ),
  }),
  IgnitionReport: doc('Whether a machine could boot with an ignition file.', {
    source: text,
    format: text,
    valid: boolean,
    reason: text,
    message: text,
    warnings: list(text),
  }),
  Error: doc('Why a command ended, as the last line on stderr.', {
    code: text,
    exit: number,
    what: text,
    'why?': text,
    fix: list(text),
    targets: list(text),
    retryable: boolean,
  }),
  DiscoverReport: doc('What a sweep found.', {
    request: object({
      cidrs: list(text),
      exclude: list(text),
      targets: list(text),
      ports: list(number),
      scheme: oneOf('https', 'http'),
    }),
    complete: boolean,
    cursor: number,
    summary: object({ addresses: number, probed: number, closed: number, findings: record(number) }),
    unanswered: list(object({ target: text, why: text })),
    findings: list(finding),
  }),
  OnboardReport: doc('What became of each BMC that was onboarded.', { results: list(any) }),
  ClaimReport: doc('A claim and the server it has.', { claim: kubeObject, ...claimed }),
  ClaimReportList: doc('Claims that were made together.', {
    items: list(
      object({ name: text, 'claim?': kubeObject, ...claimed, 'isWithdrawn?': boolean, 'code?': text, 'why?': text }),
    ),
    'spread?': record(number),
  }),
  ClaimFunnel: doc('How requirements narrow the fleet, and what keeps the nearest misses out.', {
    steps: list(object({ count: number, label: text })),
    free: list(text),
    misses: list(object({ server: text, shut: list(object({ reason: text, 'because?': text })) })),
  }),
  Plan: doc('What would be written and told to BMCs, in order.', {
    steps: list(
      object({
        to: oneOf('api', 'bmc'),
        'verb?': oneOf('create', 'update', 'delete'),
        'kind?': text,
        'name?': text,
        'subresource?': text,
        'changes?': list(object({ path: text, 'from?': any, 'to?': any })),
        'bmc?': text,
        'action?': text,
        'uri?': text,
        'detail?': text,
      }),
    ),
    unknown: list(object({ kind: text, name: text, 'message?': text })),
    'madeAt?': text,
    'cluster?': text,
    'files?': list(text),
    'manifests?': list(any),
    'restsOn?': list(object({ apiVersion: text, kind: text, name: text, 'resourceVersion?': text })),
    'resources?': list(object({ bmc: text, uri: text, etag: text })),
  }),
  ReconcileReport: doc('What a pass did.', {
    passes: number,
    writes: number,
    bmcCalls: number,
    seconds: number,
    objects: list(
      object({
        kind: text,
        name: text,
        outcome: oneOf('unchanged', 'changed', 'deferred', 'failed', 'oscillating'),
        because: text,
        message: text,
        writes: number,
        bmcCalls: number,
        durationMs: number,
        'due?': text,
        'code?': text,
        'isStalled?': boolean,
        'heldBack?': list(text),
      }),
    ),
  }),
  Diff: doc('How manifests differ from what the cluster has.', {
    objects: list(
      object({
        object: text,
        change: text,
        'fields?': list(object({ 'path?': text, 'from?': any, 'to?': any })),
      }),
    ),
  }),
  MovePlan: doc('What a move would take along, and what stands against it.', {
    objects: any,
    checks: list(any),
    hardwareCalls: number,
  }),
  MoveReport: doc('What a move took along.', {
    id: text,
    phase: text,
    objects: list(object({ kind: text, 'namespace?': text, name: text, isCommon: boolean })),
    deleteSource: boolean,
    journal: text,
    hardwareCalls: number,
  }),
  RunLog: doc('What passes did to objects.', {
    lines: list(object({ run: text, time: text, object: text, outcome: text, reason: text, message: text })),
  }),
  MoveVerification: doc('How many objects are the same in both clusters of a move.', { objects: number }),
  BackupReport: doc('What a snapshot holds, and where it is.', {
    to: text,
    form: oneOf('folder', 'file'),
    takenAt: text,
    cluster: text,
    hasStatus: boolean,
    objects: number,
    counts: record(number),
    secrets: object({ count: number, values: oneOf('leftOut', 'encrypted') }),
    bytes: number,
    sha256: text,
  }),
  RestorePlan: doc('What a restore would do to each object, by kind and name, and what stands against it.', {
    takenAt: text,
    ...restored,
    checks: list(object({ title: text, isOk: boolean, 'why?': text, 'fix?': text })),
  }),
  RestoreReport: doc('What a restore did to each object, by kind and name.', restored),
  DoctorReport: doc('Checks and their verdicts.', {
    checks: list(
      object({
        id: text,
        title: text,
        'area?': text,
        verdict: text,
        'evidence?': text,
        'isRepairable?': boolean,
        'fix?': text,
      }),
    ),
    summary: record(number),
  }),
  RotationReport: doc('What became of each credential.', {
    items: list(
      object({
        bmc: text,
        outcome: text,
        'secret?': text,
        'previous?': text,
        'role?': text,
        'code?': text,
        'why?': text,
        'reached?': text,
      }),
    ),
  }),
} as const;

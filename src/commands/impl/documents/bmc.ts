/** Documents of commands that ask BMCs themselves. */
import { any, boolean, doc, list, number, object, record, text } from './schema.js';

export const bmcDocuments = {
  BmcInfoList: doc('BMCs and their systems.', {
    items: list(object({ name: text, address: text, 'firmwareVersion?': text, 'systems?': list(any) })),
  }),
  BmcInventoryList: doc('Hardware as BMCs tell it.', {
    items: list(object({ bmc: text, 'system?': any, 'processors?': list(any), 'storages?': list(any) })),
  }),
  PingReport: doc('Which BMCs answer.', {
    answers: list(
      object({ name: text, address: text, 'ms?': number, 'redfishVersion?': text, 'vendor?': text, 'tls?': text }),
    ),
  }),
  SensorReport: doc('Readings of sensors.', {
    sensors: list(
      object({ bmc: text, name: text, kind: text, 'unit?': text, 'reading?': number, 'health?': text, 'state?': text }),
    ),
  }),
  LogReport: doc('Entries of a log of a BMC.', {
    bmc: text,
    log: text,
    entries: list(object({ id: text, 'message?': text, 'at?': text, 'severity?': text, 'messageId?': text })),
  }),
  SessionList: doc('Open sessions of a BMC.', {
    bmc: text,
    sessions: list(
      object({ id: text, 'path?': text, 'userName?': text, 'type?': text, 'createdTime?': text, 'isOwn?': boolean }),
    ),
  }),
  AccountList: doc('Accounts of BMCs.', {
    accounts: list(
      object({
        bmc: text,
        id: text,
        'userName?': text,
        'roleId?': text,
        'isEnabled?': boolean,
        'isLocked?': boolean,
        'isOwn?': boolean,
      }),
    ),
  }),
  CredentialTest: doc('Whether credentials log in.', {
    items: list(object({ bmc: text, 'secret?': text, 'userName?': text, 'role?': text })),
  }),
  CertificateList: doc('Certificates of BMCs.', {
    certificates: list(object({ bmc: text, 'uri?': text, 'subject?': text, 'issuer?': text })),
  }),
  RedfishLinks: doc('Links of a resource.', {
    path: text,
    links: list(object({ 'member?': text, 'to?': text })),
  }),
  RedfishTree: doc('Resources below a path.', {
    path: text,
    resources: list(object({ path: text, 'type?': text })),
    requests: number,
    bytesIn: number,
  }),
  RedfishHits: doc('Members that were found.', {
    path: text,
    hits: list(object({ path: text, member: text, 'value?': any })),
  }),
  RedfishHeaders: doc('Status and headers of a resource.', { path: text, status: number, headers: record(any) }),
  TaskList: doc('Tasks of a BMC.', { tasks: list(any) }),
  ConformanceReport: doc('How far a BMC keeps to the standard.', {
    bmc: text,
    passed: number,
    warnings: number,
    failed: number,
    requests: number,
    checks: list(object({ id: text, what: text, verdict: text, 'evidence?': text })),
  }),
} as const;

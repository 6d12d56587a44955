/** Documents of commands that do one thing to a BMC, its server's media, or a sandbox, and say what became of it. */
import { any, boolean, doc, list, number, object, oneOf, record, text } from './schema.js';

const changes = record(any);
const ended = (of: string) => ({ bmc: text, dryRun: boolean, [of]: list(object({ id: text })) });

const sandbox = {
  name: text,
  pid: number,
  startedAt: text,
  apiUrl: text,
  kubeconfig: text,
  bmcs: object({ count: number, first: text, last: text, username: text }),
  ca: text,
  bmcPasswordFile: text,
};

const fault = object({
  id: text,
  'match?': object({ 'bmc?': any, 'method?': text, 'path?': text }),
  'when?': any,
  action: object({ kind: text }),
});

export const acts = {
  AccountChanged: doc('What became of an account.', { bmc: text, userName: text, outcome: text }),
  AccountDeleted: doc('An account that is gone.', { bmc: text, userName: text, dryRun: boolean, 'object?': text }),
  BmcNetwork: doc('How a BMC is on the network.', {
    bmc: text,
    hostName: text,
    ntp: object({ isOn: boolean, servers: list(text) }),
    interfaces: list(
      object({
        id: text,
        'mac?': text,
        ipv4: list(text),
        ipv6: list(text),
        'gateway?': text,
        nameServers: list(text),
        isDhcp: boolean,
      }),
    ),
  }),
  BmcNetworkChange: doc('What was changed of it, as it was sent.', { bmc: text, changes, outcome: text }),
  BmcSettings: doc('Settings of a BMC, and those that wait for a reset.', {
    bmc: text,
    current: changes,
    pending: changes,
  }),
  BmcSettingsChange: doc('Settings that were changed.', { bmc: text, outcome: text, needsReset: boolean, changes }),
  BmcSettingsDiff: doc('Settings that are not as wanted.', { bmc: text, changes, needsReset: boolean }),
  BootOnce: doc('What a server boots next.', { server: text, target: text, reset: boolean, outcome: text }),
  CertificateInstalled: doc('A certificate a BMC shows from now on.', { bmc: text, fingerprint: text, outcome: text }),
  ClockSet: doc('How far the clock of a BMC was off.', { bmc: text, offSeconds: number, outcome: text }),
  Config: doc('The config file as it is.', {}),
  ConsoleUrl: doc('Where a browser shows the console.', { server: text, url: text }),
  Credential: doc('The account of a BMC; the password is <redacted> unless it was asked for on a terminal.', {
    bmc: text,
    secret: text,
    userName: text,
    password: text,
  }),
  CredentialSet: doc('An account that was written down for a BMC.', {
    bmc: text,
    userName: text,
    secret: text,
    outcome: text,
  }),
  Demo: doc('The story of demo, step by step.', {
    ok: boolean,
    steps: list(object({ title: text, command: text, ok: boolean, exit: number, seconds: number })),
  }),
  FactoryReset: doc('A BMC that was set to its defaults.', { bmc: text, keep: text, outcome: text }),
  HostKeyAccepted: doc('Host keys of a BMC that are trusted from now on.', {
    bmc: text,
    host: text,
    port: number,
    fingerprints: list(text),
    file: text,
    outcome: text,
  }),
  InventoryDiff: doc('What came (+), went (-) and changed (~) since a snapshot.', {
    differences: list(object({ server: text, change: text, member: text, before: text, now: text })),
  }),
  LogCleared: doc('A log of a BMC that was cleared.', { bmc: text, log: text, dryRun: boolean }),
  LogList: doc('Logs a BMC keeps.', {
    bmc: text,
    logs: list(object({ id: text, owner: text, canBeCleared: boolean, uri: text })),
  }),
  MediaEjected: doc('Drives that are empty now.', { server: text, slots: list(text), dryRun: boolean }),
  MediaInserted: doc('An image in a drive.', { server: text, image: text, 'slot?': text, outcome: text }),
  ProbeReport: doc('Hardware of the machine that probe runs on.', {}),
  RedfishAnswer: doc('What a BMC answered to a change.', {
    method: text,
    path: text,
    status: number,
    'location?': text,
    'body?': any,
    'task?': any,
  }),
  RedfishRequest: doc('What would be sent to a BMC.', { method: text, path: text, 'body?': any }),
  Replay: doc('BMCs that are answered for from a recording.', {
    bmcs: list(object({ name: text, url: text, exchanges: number })),
    'caFile?': text,
  }),
  Sandbox: doc('A sandbox that runs, and how to join it.', sandbox),
  SandboxFault: doc('A fault that a sandbox has.', { id: text, changed: boolean, rule: fault }),
  SandboxHealed: doc('Faults that a sandbox has no more.', { healed: list(text), changed: boolean }),
  SandboxReset: doc('A sandbox that begins anew.', { name: text, changed: boolean }),
  SandboxStopped: doc('A sandbox that was stopped.', { name: text }),
  SessionsEnded: doc('Sessions of a BMC that were ended.', ended('sessions')),
  SigningRequest: doc('A request for a certificate: as text, in a file, or what it would be for.', {
    bmc: text,
    request: object({ commonName: text }),
    'pem?': text,
    'file?': text,
  }),
  SubscriptionList: doc('Who is told events of a BMC.', {
    bmc: text,
    subscriptions: list(object({ id: text, destination: text, 'context?': text, 'format?': text })),
  }),
  SubscriptionsEnded: doc('Subscriptions of a BMC that were ended.', ended('subscriptions')),
  Task: doc('A task of a BMC, at its end.', {
    uri: text,
    progress: oneOf('running', 'waiting', 'completed', 'failed', 'cancelled', 'gone'),
    'state?': text,
    'percent?': number,
    hasWarnings: boolean,
    messages: list(text),
  }),
} as const;

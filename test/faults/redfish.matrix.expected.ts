/**
 * The answers of the fault matrix: what every operation makes of every fault. Most rows are those of a plain read; an
 * operation lists where it differs. Every cell is present, so that an omission does not compile.
 */
import type { FaultName, OperationName } from './redfish.matrix.js';

/** What a read makes of each fault: class, code, and how often it was sent. */
const read: Record<FaultName, string> = {
  // four tries: nothing was sent
  refused: 'transient BMC_UNREACHABLE ×4',
  // before a byte of HTTP
  tls: 'permanent BMC_TLS ×1',
  // a lost answer to a change leaves its outcome unknown; an override is looked up and sent once more
  hang: 'transient BMC_TIMEOUT ×3',
  // the same half-way through a body
  reset: 'transient BMC_UNREACHABLE ×3',
  400: 'permanent BMC_REFUSED ×1',
  // one new login, one replay, never a third
  401: 'permanent BMC_AUTH_FAILED ×2',
  403: 'permanent BMC_FORBIDDEN ×1',
  // a login without sessions goes on by Basic; a dead Storage link means SimpleStorage
  404: 'permanent BMC_NOT_FOUND ×1',
  405: 'permanent BMC_REFUSED ×1',
  409: 'conflict BMC_CONFLICT ×1',
  // a wait of 10 s each
  '409 in use': 'transient BMC_BUSY ×1',
  412: 'conflict BMC_CONFLICT ×1',
  428: 'conflict BMC_CONFLICT ×1',
  // as often as the patience of 60 s allows
  429: 'transient BMC_BUSY ×5',
  // each time after the 5 s asked for
  '503 Retry-After 5': 'transient BMC_BUSY ×5',
  // longer than our patience: the caller waits, knowing how long
  '503 Retry-After 100': 'transient BMC_BUSY ×1',
  // a login goes on by Basic
  '503 sessions full': 'transient BMC_SESSION_LIMIT ×1',
  // an override is the same when sent twice; a reset is not
  500: 'transient BMC_ERROR ×3',
  // a gateway does not know whether the BMC did it
  504: 'transient BMC_ERROR ×3',
  // the body of a change that succeeded is not needed; an override must still read back
  'not JSON': 'transient BMC_BAD_RESPONSE ×3',
  'wrong shape': 'transient BMC_BAD_RESPONSE ×1',
  // a list that is null is empty; a BMC without any manager is not one
  'null members': 'ok ×1',
  // a success that says it failed has failed
  'error under 200': 'transient BMC_BAD_RESPONSE ×1',
  'empty success': 'transient BMC_BAD_RESPONSE ×1',
  // cut off at the limit
  'huge body': 'permanent BMC_RESPONSE_TOO_LARGE ×1',
  // a hundred pages are read, not one more
  'endless paging': 'ok ×1',
  // the state decides: a reset is looked for in PowerState by the next visit, an override must read back
  'task fails': 'transient BMC_BAD_RESPONSE ×1',
  'task lost in a reboot': 'transient BMC_BAD_RESPONSE ×1',
  'said done, not done': 'transient BMC_BAD_RESPONSE ×1',
};

/**
 * What a request that does something makes of each fault. It is never sent again once its answer is lost; a success says
 * that it was taken, and what became of it is looked for afterwards.
 */
const action: Record<FaultName, string> = {
  ...read,
  500: 'transient BMC_ERROR ×1',
  504: 'transient OUTCOME_UNKNOWN ×1',
  hang: 'transient OUTCOME_UNKNOWN ×1',
  reset: 'transient OUTCOME_UNKNOWN ×1',
  '409 in use': 'transient BMC_BUSY ×6',
  'not JSON': 'ok ×1',
  'wrong shape': 'ok ×1',
  'error under 200': 'permanent BMC_REFUSED ×1',
  'empty success': 'ok ×1',
  'huge body': 'transient OUTCOME_UNKNOWN ×1',
  'task fails': 'ok ×1',
  'task lost in a reboot': 'ok ×1',
  'said done, not done': 'ok ×1',
};

/** A list: all its pages are read, up to a hundred. */
const list: Record<FaultName, string> = {
  ...read,
  'endless paging': 'permanent BMC_RESPONSE_TOO_LARGE ×101',
};

/** What is the same when sent twice: repeated where the answer says it was not done. */
const update: Record<FaultName, string> = {
  ...action,
  500: 'transient BMC_ERROR ×2',
  '409 in use': 'transient BMC_BUSY ×3',
};

/** An override: looked up after a lost answer and sent once more; believed only when it reads back. */
const shown: Record<FaultName, string> = {
  ...update,
  504: 'transient OUTCOME_UNKNOWN ×2',
  hang: 'transient OUTCOME_UNKNOWN ×2',
  reset: 'transient OUTCOME_UNKNOWN ×2',
  'not JSON': 'transient BMC_ERROR ×1',
  'wrong shape': 'transient BMC_ERROR ×1',
  'null members': 'transient BMC_ERROR ×1',
  'empty success': 'transient BMC_ERROR ×1',
  'huge body': 'transient OUTCOME_UNKNOWN ×2',
  'endless paging': 'transient BMC_ERROR ×1',
  'task fails': 'transient BMC_ERROR ×1',
  'task lost in a reboot': 'transient BMC_UNREACHABLE ×1',
  'said done, not done': 'transient BMC_ERROR ×1',
};

/** Values: looked up after a lost answer, and sent once more if they are not there. */
const repeated: Record<FaultName, string> = {
  ...update,
  504: 'transient OUTCOME_UNKNOWN ×2',
  hang: 'transient OUTCOME_UNKNOWN ×2',
  reset: 'transient OUTCOME_UNKNOWN ×2',
  'huge body': 'transient OUTCOME_UNKNOWN ×2',
};

/** Listed again afterwards: what is not there was not made. */
const made: Record<FaultName, string> = {
  ...action,
  412: 'conflict BMC_CONFLICT ×2',
  428: 'conflict BMC_CONFLICT ×2',
  '409 in use': 'transient BMC_BUSY ×1',
  'not JSON': 'permanent BMC_REFUSED ×1',
  'wrong shape': 'permanent BMC_REFUSED ×1',
  'null members': 'permanent BMC_REFUSED ×1',
  'empty success': 'permanent BMC_REFUSED ×1',
  'endless paging': 'permanent BMC_REFUSED ×1',
  'task fails': 'permanent BMC_REFUSED ×1',
  'task lost in a reboot': 'transient BMC_UNREACHABLE ×1',
  'said done, not done': 'permanent BMC_REFUSED ×1',
};

/** Media: believed only when the slot shows it. */
const plugged: Record<FaultName, string> = {
  ...action,
  400: 'permanent BMC_REFUSED ×2',
  'not JSON': 'transient BMC_ERROR ×1',
  'wrong shape': 'transient BMC_ERROR ×1',
  'null members': 'transient BMC_ERROR ×1',
  'empty success': 'transient BMC_ERROR ×1',
  'endless paging': 'transient BMC_ERROR ×1',
  'task fails': 'transient BMC_ERROR ×1',
  'task lost in a reboot': 'transient BMC_UNREACHABLE ×1',
  'said done, not done': 'transient BMC_ERROR ×1',
};

/**
 * A stream never fails for what passes: it is opened again, after longer and longer pauses or what the BMC asked for, and
 * each opening counts here, of the first three. An answer that says nothing at all is a stream that ended.
 */
const stream: Record<FaultName, string> = {
  ...read,
  // what it began to send was no stream
  reset: 'transient BMC_BAD_RESPONSE ×3',
  409: 'transient BMC_CONFLICT ×3',
  '409 in use': 'transient BMC_CONFLICT ×3',
  412: 'transient BMC_CONFLICT ×3',
  428: 'transient BMC_CONFLICT ×3',
  429: 'transient BMC_BUSY ×3',
  '503 Retry-After 5': 'transient BMC_BUSY ×3',
  '503 Retry-After 100': 'transient BMC_BUSY ×3',
  '503 sessions full': 'transient BMC_BUSY ×3',
  'not JSON': 'ok ×3',
  'wrong shape': 'transient BMC_BAD_RESPONSE ×3',
  'null members': 'transient BMC_BAD_RESPONSE ×3',
  'error under 200': 'transient BMC_BAD_RESPONSE ×3',
  'empty success': 'transient BMC_BAD_RESPONSE ×3',
  'huge body': 'transient BMC_BAD_RESPONSE ×3',
  'endless paging': 'transient BMC_BAD_RESPONSE ×3',
  'task fails': 'transient BMC_BAD_RESPONSE ×3',
  'task lost in a reboot': 'transient BMC_UNREACHABLE ×1',
  'said done, not done': 'transient BMC_BAD_RESPONSE ×3',
};

/** A login is tried once: every further one could lock the account. */
const login: Record<FaultName, string> = {
  ...read,
  hang: 'transient BMC_TIMEOUT ×1',
  reset: 'transient BMC_UNREACHABLE ×1',
  400: 'permanent BMC_AUTH_FAILED ×1',
  401: 'permanent BMC_AUTH_FAILED ×1',
  403: 'permanent BMC_AUTH_FAILED ×1',
  404: 'ok ×1',
  405: 'ok ×1',
  '503 sessions full': 'ok ×1',
  500: 'transient BMC_ERROR ×1',
  504: 'transient BMC_ERROR ×1',
  'not JSON': 'transient BMC_BAD_RESPONSE ×1',
  'null members': 'transient BMC_BAD_RESPONSE ×1',
  'endless paging': 'transient BMC_BAD_RESPONSE ×1',
};

export const expected: Record<OperationName, Record<FaultName, string>> = {
  // a refused credential is never tried again; a login without sessions goes on by Basic
  authenticate: login,
  // a BMC without any manager is not one
  manager: {
    ...list,
    'null members': 'permanent BMC_NOT_FOUND ×1',
  },
  systems: list,
  system: read,
  processors: list,
  // a dead link means SimpleStorage
  storages: {
    ...list,
    404: 'ok ×1',
  },
  memory: list,
  networkInterfaces: list,
  networkAdapters: list,
  pcieDevices: list,
  trust: read,
  // a chassis that cannot be read is left out, with a warning
  chassis: {
    ...read,
    400: 'ok ×1',
    404: 'ok ×1',
    405: 'ok ×1',
    500: 'ok ×3',
    504: 'ok ×3',
    'not JSON': 'ok ×3',
    'wrong shape': 'ok ×1',
    'error under 200': 'ok ×1',
    'empty success': 'ok ×1',
    'huge body': 'ok ×1',
    'task fails': 'ok ×1',
    'task lost in a reboot': 'ok ×1',
    'said done, not done': 'ok ×1',
  },
  setPower: action,
  reset: action,
  restart: action,
  setBootOnce: shown,
  setBootOverride: shown,
  clearBootOverride: shown,
  bootOptions: list,
  // a system without an order has none to tell
  bootOrder: {
    ...read,
    'null members': 'permanent BMC_UNSUPPORTED ×1',
    'endless paging': 'permanent BMC_UNSUPPORTED ×1',
  },
  setBootOrder: update,
  setIndicator: update,
  resetManager: action,
  accounts: list,
  passwordRules: read,
  createAccount: made,
  setAccountPassword: update,
  setAccountRole: update,
  // one login, never a second; where there are no sessions, one read by Basic
  admits: { ...login, 400: 'ok ×1', 401: 'ok ×1', 403: 'ok ×1' },
  changeOwnPassword: update,
  // what is gone is deleted
  deleteAccount: {
    ...update,
    404: 'ok ×1',
    405: 'ok ×1',
  },
  subscriptions: list,
  // a link in the answer is believed
  subscribe: {
    ...made,
    'null members': 'ok ×1',
    'endless paging': 'ok ×1',
  },
  unsubscribe: {
    ...update,
    404: 'ok ×1',
  },
  events: stream,
  biosAttributes: read,
  // no registry is an empty one
  biosRegistry: {
    ...list,
    404: 'ok ×1',
  },
  checkBiosAttributes: read,
  setBiosAttributes: repeated,
  resetBios: action,
  changeBiosPassword: action,
  bmcAttributes: {
    ...list,
    'null members': 'permanent BMC_NOT_FOUND ×1',
  },
  checkBmcAttributes: {
    ...list,
    'null members': 'permanent BMC_NOT_FOUND ×1',
  },
  setBmcAttributes: repeated,
  firmwareInventory: list,
  pendingFirmware: list,
  firmwareTargets: list,
  updateWays: read,
  updateFirmware: action,
  // an image is long; it is not sent again unasked
  'updateFirmware (upload)': {
    ...action,
    '409 in use': 'transient BMC_BUSY ×1',
  },
  startUpdate: action,
  // a read; a task that is not there is gone, not an error
  task: {
    ...read,
    404: 'ok ×1',
    'error under 200': 'ok ×1',
    'empty success': 'ok ×1',
    'task fails': 'ok ×1',
    'task lost in a reboot': 'ok ×1',
    'said done, not done': 'ok ×1',
  },
  tasks: list,
  // no slots are none to use
  mediaSlots: {
    ...list,
    'null members': 'permanent BMC_UNSUPPORTED ×1',
  },
  insertMedia: {
    ...plugged,
    400: 'permanent BMC_REFUSED ×1',
    500: 'transient BMC_ERROR ×3',
  },
  ejectMedia: plugged,
  health: read,
  sensors: list,
  logs: list,
  logEntries: list,
  clearLog: action,
  consoles: read,
  drives: list,
  eraseDrive: action,
  volumes: list,
  createVolume: {
    ...action,
    '409 in use': 'transient BMC_BUSY ×1',
  },
  deleteVolume: {
    ...update,
    404: 'ok ×1',
  },
  initializeVolume: action,
  resetStorage: action,
  systemErasure: read,
  eraseSystem: action,
  resetManagerToDefaults: action,
  certificates: list,
  // an answer without a request is none
  generateSigningRequest: {
    ...action,
    'not JSON': 'permanent BMC_UNSUPPORTED ×1',
    'wrong shape': 'permanent BMC_UNSUPPORTED ×1',
    'null members': 'permanent BMC_UNSUPPORTED ×1',
    'empty success': 'permanent BMC_UNSUPPORTED ×1',
    'endless paging': 'permanent BMC_UNSUPPORTED ×1',
    'task fails': 'permanent BMC_UNSUPPORTED ×1',
    'task lost in a reboot': 'permanent BMC_UNSUPPORTED ×1',
    'said done, not done': 'permanent BMC_UNSUPPORTED ×1',
  },
  replaceCertificate: action,
  // any JSON is an answer
  'raw (read)': {
    ...read,
    'wrong shape': 'ok ×1',
    'error under 200': 'ok ×1',
    'empty success': 'ok ×1',
    'task fails': 'ok ×1',
    'task lost in a reboot': 'ok ×1',
    'said done, not done': 'ok ×1',
  },
  'raw (change)': update,
};

/** Media, facts, disks and certificates of the fake BMC. */
import { PermanentError } from '../../src/errors/classes.js';
import type {
  Certificates,
  Consoles,
  DiskChanges,
  Health,
  Logs,
  MediaSlot,
  TaskInfo,
  VirtualMedia,
} from '../../src/ports/bmc.js';
import type { Asked, FakeMachine } from './fake-bmc.js';

export function mediaOf(target: FakeMachine, asked: Asked): VirtualMedia {
  const put = (uri: string, change: Partial<MediaSlot>): void => {
    target.media = target.media.map((slot) => (slot.uri === uri ? { ...slot, ...change } : slot));
  };
  return {
    mediaSlots: async () => {
      asked('mediaSlots');
      return target.media;
    },
    insertMedia: async (_uri, kind, { url }) => {
      asked('insertMedia', `insertMedia ${kind}`);
      const wanted = kind === 'CD' ? 'CD' : 'USBStick';
      const slot = target.media.find(({ types }) => types.includes(wanted));
      if (!slot) throw new PermanentError('BMC_UNSUPPORTED', 'inserting virtual media');
      put(slot.uri, { isInserted: true, image: url });
      return { ...slot, isInserted: true, image: url };
    },
    ejectMedia: async (uri) => {
      asked('ejectMedia', `ejectMedia ${uri}`);
      target.media = target.media.map(({ image, ...slot }) =>
        slot.uri === uri ? { ...slot, isInserted: false } : { ...slot, ...(image === undefined ? {} : { image }) },
      );
    },
  };
}

export function factsOf(target: FakeMachine, asked: Asked): Health & Logs & Consoles {
  return {
    health: async () => {
      asked('health');
      return target.health;
    },
    sensors: async () => {
      asked('sensors');
      return target.sensors;
    },
    logs: async () => {
      asked('logs');
      return target.logs.map(({ entries: _, ...log }) => log);
    },
    logEntries: async (uri, most = 100) => {
      asked('logEntries', `logEntries ${uri}`);
      return target.logs.find((log) => log.uri === uri)?.entries.slice(0, most) ?? [];
    },
    clearLog: async (uri) => {
      asked('clearLog', `clearLog ${uri}`);
      for (const log of target.logs) if (log.uri === uri) log.entries = [];
    },
    consoles: async () => {
      asked('consoles');
      return target.consoles;
    },
  };
}

/** Work on disks is over at once. */
const done = (uri: string): TaskInfo => ({
  uri,
  progress: 'completed',
  percent: 100,
  hasWarnings: false,
  messages: [],
});

export function disksOf(target: FakeMachine, asked: Asked): DiskChanges {
  return {
    drives: async () => {
      asked('drives');
      return target.drives;
    },
    eraseDrive: async (uri, method) => {
      asked('eraseDrive', ['eraseDrive', uri, method].filter(Boolean).join(' '));
      return done(uri);
    },
    volumes: async () => {
      asked('volumes');
      return target.volumes;
    },
    createVolume: async (_uri, { name = 'Volume', raidType, drives }) => {
      asked('createVolume', `createVolume ${raidType}`);
      const uri = `/redfish/v1/Systems/1/Storage/1/Volumes/${target.volumes.length + 1}`;
      target.volumes.push({ uri, name, raidType, drives });
      return done(uri);
    },
    deleteVolume: async (uri) => {
      asked('deleteVolume', `deleteVolume ${uri}`);
      target.volumes = target.volumes.filter((volume) => volume.uri !== uri);
      return done(uri);
    },
  };
}

export function certificatesOf(target: FakeMachine, asked: Asked): Certificates {
  return {
    certificates: async () => {
      asked('certificates');
      return target.certificates;
    },
    generateSigningRequest: async ({ commonName }) => {
      asked('generateSigningRequest', `generateSigningRequest ${commonName}`);
      return '-----BEGIN CERTIFICATE REQUEST-----\n-----END CERTIFICATE REQUEST-----\n';
    },
    replaceCertificate: async (uri) => {
      asked('replaceCertificate', `replaceCertificate ${uri}`);
      return done(uri);
    },
  };
}

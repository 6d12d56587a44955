/** The small ports a runner needs beside cluster and BMCs: random ids, and a registry where none is served. */
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { newSshKey } from '../lib/ssh-key.js';
import type { Probes } from '../ports/probes.js';
import type { IdSource } from '../reconcile/index.js';

/** Tokens from the CSPRNG. */
export const cryptoIds: IdSource = {
  token: () => randomBytes(32).toString('base64url'),
  hash: (text) => createHash('sha256').update(text).digest('hex'),
  below: (limit) => randomInt(limit),
  sshKey: newSshKey,
};

/** A process that serves no registry: machines in need of discovery wait, and say so. */
export const deafProbes: Probes = {
  baseUrl: () => undefined,
  report: async () => undefined,
  expect: () => undefined,
  forget: () => undefined,
  onReport: () => () => undefined,
};

/** Intents on a Server: what was about to be asked of the machine, written down before it was sent. */
import { annotations, operations, ownAnnotations, type Server } from '../../api/metal/v1alpha1/index.js';

import type { ResetType } from '../../ports/bmc.js';

export interface PowerIntent {
  readonly action: 'On' | 'Off' | 'ForceOff';
  /** RFC 3339. */
  readonly at: string;
  /** Process that wrote it. */
  readonly by: string;
  /** Boot configuration (uid/generation) the machine is being booted with. */
  readonly boot?: string;
}

/** The intent on record, or undefined when there is none (or it is unreadable: then evidence alone counts). */
export const intentOf = (server: Server): PowerIntent | undefined => readJson(server, ownAnnotations.powerIntent);

/** The JSON of an annotation, or undefined when it is absent or unreadable. */
export function readJson<T>(server: Server, key: string): T | undefined {
  const text = server.metadata.annotations?.[key];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

/** Merge patch that records an intent, or takes it away. */
export const intentPatch = (intent: PowerIntent | undefined): Record<string, unknown> => ({
  metadata: { annotations: { [ownAnnotations.powerIntent]: intent === undefined ? null : JSON.stringify(intent) } },
});

/** Redfish reset types of the operations a Server takes (upstream's mapping, without the BMC's own restart). */
export const resetTypes = {
  [operations.gracefulRestartServer]: 'GracefulRestart',
  [operations.hardRestartServer]: 'ForceRestart',
  [operations.powerCycleServer]: 'PowerCycle',
  [operations.forceOffServer]: 'ForceOff',
  [operations.forceOnServer]: 'ForceOn',
} as const satisfies Record<string, ResetType>;

export type ResetOperation = keyof typeof resetTypes;

/** Whether an operation is one of the resets. */
export const isReset = (operation: string | undefined): operation is ResetOperation =>
  operation !== undefined && Object.hasOwn(resetTypes, operation);

export interface ResetIntent {
  readonly operation: ResetOperation;
  /** RFC 3339. */
  readonly at: string;
  /** Process that wrote it. */
  readonly by: string;
  /** Power and boot progress before it was sent: what has changed since is evidence. */
  readonly power?: string;
  readonly progress?: string;
  /** The machine answered that it knows no such reset: only to be told. */
  readonly isRefused?: boolean;
}

/** The reset on record whose outcome nobody has noted yet. */
export const resetIntentOf = (server: Server): ResetIntent | undefined => {
  const intent = readJson<ResetIntent>(server, ownAnnotations.resetIntent);
  return isReset(intent?.operation) ? intent : undefined;
};

/** Merge patch that takes a request over: from here on the intent stands for it, so that it is sent once at most. */
export const resetIntentPatch = (intent: ResetIntent): Record<string, unknown> => ({
  metadata: {
    annotations: { [ownAnnotations.resetIntent]: JSON.stringify(intent), [annotations.operation]: null },
  },
});

/** Merge patch that ends an intent; with `operation` it gives the request back. */
export const endReset = (operation?: ResetOperation): Record<string, unknown> => ({
  metadata: {
    annotations: {
      [ownAnnotations.resetIntent]: null,
      ...(operation === undefined ? {} : { [annotations.operation]: operation }),
    },
  },
});

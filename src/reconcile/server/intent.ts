/** The power intent on a Server: what was about to be asked of the machine, written down before it was sent. */
import { ownAnnotations, type Server } from '../../api/metal/v1alpha1/index.js';

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
export function intentOf(server: Server): PowerIntent | undefined {
  const text = server.metadata.annotations?.[ownAnnotations.powerIntent];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as PowerIntent;
  } catch {
    return undefined;
  }
}

/** Merge patch that records an intent, or takes it away. */
export const intentPatch = (intent: PowerIntent | undefined): Record<string, unknown> => ({
  metadata: { annotations: { [ownAnnotations.powerIntent]: intent === undefined ? null : JSON.stringify(intent) } },
});

/** Behind the conversation of claim: servers judged once per question, and what is said while claims are made. */
import { Server } from '../../api/metal/v1alpha1/server.js';
import { type Form, formOfFlags } from '../../ui/claim/form.js';
import type { LinearClaim } from '../../ui/claim/linear.js';
import type { ClaimWait } from '../../ui/claim/state.js';
import type { ClaimEvent } from '../../workflows/claim/claim.js';
import { readNicSpeeds } from '../../workflows/claim/nic-speeds.js';
import type { ClaimRequest } from '../../workflows/claim/request.js';
import { requestWith, seen } from './claim-live.js';
import type { ClaimRun } from './claim-request.js';
import { isMany } from './claim-selection.js';

/** The request with what the form says, or the field that does not parse. */
export async function judgedBy(
  { ports, flags, signal }: ClaimRun,
  request: ClaimRequest,
  form: Form,
  tolerations: readonly string[],
) {
  // The reports of a large fleet are large: read only where a speed is asked for.
  const speeds = form.nicSpeed === '' ? undefined : await readNicSpeeds(ports.cluster, flags.managerNamespace, signal);
  return { ...requestWith(request, form, tolerations, flags, speeds), speeds };
}

/** What the conversation begins with. */
export async function linearOf(run: ClaimRun, request: ClaimRequest, claim: string): Promise<LinearClaim> {
  const { flags, ports } = run;
  const listed = async (asked: ClaimRequest) => seen(asked, (await ports.cluster.list(Server)).items);
  return {
    ...(await listed(request)),
    ...{ claim, wanted: flags.count, isMany: isMany(run), isAtomic: flags.atomic },
    ...{ image: flags.image ?? '', ignition: flags.ignition ?? '', power: request.power },
    wait: flags.wait as ClaimWait,
    tolerations: [],
    spread: flags.spread ?? '',
    form: formOfFlags(flags),
    onForm: async (form, tolerations) => {
      const read = await judgedBy(run, request, form, tolerations);
      return 'field' in read ? read : listed(read.request);
    },
  };
}

const stepTexts = { bound: 'bound to', 'boot config': 'boot configuration', power: 'power' } as const;

/** `Claim db/db-07 bound to a after 2 seconds.` No glyphs: it is read aloud. */
export function spokenText({ namespace, name }: ClaimRequest, event: ClaimEvent, seconds: number): string | undefined {
  const claim = `Claim ${namespace}/${name}`;
  if (event.type === 'created') return `${claim} written.`;
  if (event.type === 'unchanged') return `${claim} is there already.`;
  if (event.type !== 'step') return undefined;
  const { step, detail } = event.step;
  const said = step === 'bound' ? detail : detail.toLowerCase();
  return `${claim} ${stepTexts[step]} ${said} after ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`;
}

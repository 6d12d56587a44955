/** What was chosen in the claim view, or in its conversation: as requests, as a run, and as the command that would do the same. */
import { shellWord } from '../../lib/shell-word.js';
import { type Form, type FormField, formFields } from '../../ui/claim/form.js';
import type { ClaimChoice } from '../../ui/claim/state.js';
import { requestsOf } from '../../workflows/claim/many.js';
import type { ClaimRequest } from '../../workflows/claim/request.js';
import { type ClaimRun, ignitionOf } from './claim-request.js';
import { isMany } from './claim-selection.js';

/** The same run, staying as long as was chosen and spread as was chosen, whatever its flags say. */
export function asChosen(run: ClaimRun, { wait, spread }: Pick<ClaimChoice, 'wait' | 'spread'>): ClaimRun {
  const { wait: _, spread: __, ...flags } = run.flags;
  const now = { ...flags, ...(wait === undefined ? {} : { wait }), ...(spread === '' ? {} : { spread }) };
  return { ...run, flags: now } as ClaimRun;
}

/** A request per claim; ignition that was named in the view is read now. */
export async function chosenRequests(
  run: ClaimRun,
  request: ClaimRequest,
  { servers, image, power, ignition }: ClaimChoice,
): Promise<readonly ClaimRequest[]> {
  const { ignition: before, ...without } = { ...request, image, power };
  const isGiven = ignition === (run.flags.ignition ?? '');
  const now = isGiven ? before : ignition === '' ? undefined : await ignitionOf(ignition);
  const chosen = now === undefined ? without : { ...without, ignition: now };
  if (isMany(run)) return requestsOf(chosen, servers.length, servers);
  return servers.map((server) => ({ ...chosen, server }));
}

/** The command that would do the same. */
export function commandOf(
  { flags, program }: ClaimRun,
  { name, namespace }: ClaimRequest,
  { servers, image, power, ignition, tolerations, wait, spread }: ClaimChoice,
  form: Form,
): string {
  const named = { '--image': image, '--ignition': ignition, '--user-data': flags.userData ?? '' };
  const wishes = formFields.map((field) => [flagOf(field), form[field]] as const);
  const fixed = { '--cpu-model': flags.cpuModel ?? '', '--arch': flags.arch ?? '' };
  const given = [...Object.entries(named), ...wishes, ...Object.entries(fixed)].filter(([, value]) => value !== '');
  return [
    `${program} claim ${name} -n ${namespace}`,
    ...(flags.count > 1 ? [`--count ${flags.count}`] : []),
    ...(flags.atomic ? ['--atomic'] : []),
    ...(spread === '' ? [] : [`--spread ${spread}`]),
    ...servers.map((server) => `--server ${shellWord(server)}`),
    ...given.map(([flag, value]) => `${flag} ${shellWord(value)}`),
    ...[...flags.tolerate, ...tolerations].map((toleration) => `--tolerate ${shellWord(toleration)}`),
    ...(power === 'On' ? [] : ['--power off']),
    ...(wait === undefined ? [] : [wait === 'bound' ? '--wait=bound' : '--wait']),
  ].join(' ');
}

const flagOf = (field: FormField): string =>
  field === 'selector' ? '-l' : field === 'nicSpeed' ? '--nic-speed' : `--${field}`;

/** Body of `install rbac`. */
import type { Subject } from '../../api/rbac.js';
import { UserError } from '../../errors/classes.js';
import { applyAll } from '../../workflows/install/apply.js';
import { modes } from '../../workflows/install/modes.js';
import { roleManifests } from '../../workflows/install/roles.js';
import type { installRbacCommand } from '../install.js';
import { changeOf, isPrinted, namespaceManifest, printManifests } from './kit/manifests.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof installRbacCommand>): Promise<void> {
  const { role, print, managerNamespace, userDataNamespaces } = run.flags;
  const mode = modes.find(({ name }) => name === role);
  if (mode === undefined) throw new Error(`${role} is offered as a role and is none`);
  const subjects = run.flags.subject.map(subjectOf);
  const isOffline = isPrinted(run, print);
  // Only a role bound in a namespace asks for one: printing must work without a kubeconfig.
  const needsNamespace = mode.rights.some(({ within }) => within === 'bound');
  const namespace = run.globals.namespace ?? (needsNamespace && !isOffline ? await run.namespace() : 'default');
  const roles = roleManifests(mode, { managerNamespace, namespace, subjects, userDataNamespaces });
  const manifests = role === 'daemon' ? [namespaceManifest(managerNamespace), ...roles] : roles;
  if (isOffline) return printManifests(run, manifests);
  const isDry = run.globals.dryRun === 'server';
  const applied = await applyAll(await run.open('cluster'), manifests, { isDry, signal: run.signal });
  await run.out.changes(applied.map((each) => changeOf(each, isDry)));
  if (role !== 'daemon' && subjects.length === 0) run.talk.hint('Nobody holds it yet: --subject group:NAME gives it.');
}

const kinds = { user: 'User', group: 'Group', serviceaccount: 'ServiceAccount' } as const;

/** `user:NAME`, `group:NAME`, `serviceaccount:NS/NAME`. @throws UserError USAGE */
export function subjectOf(word: string): Subject {
  const at = word.indexOf(':');
  const kind = kinds[word.slice(0, at).toLowerCase() as keyof typeof kinds];
  const rest = word.slice(at + 1);
  if (kind === 'ServiceAccount') {
    const [namespace = '', name = '', more] = rest.split('/');
    if (namespace !== '' && name !== '' && more === undefined) return { kind, name, namespace };
  } else if (kind !== undefined && rest !== '') return { kind, name: rest };
  throw new UserError('USAGE', `--subject ${word} is nobody`, {
    hint: ['--subject user:jane', '--subject group:team-a', '--subject serviceaccount:ci/runner'],
  });
}

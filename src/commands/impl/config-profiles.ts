/** Body of `config profiles`. */
import type { configProfilesCommand } from '../config.js';
import { configPath } from './config-path.js';
import { openConfig } from './kit/config/write.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof configProfilesCommand>): Promise<void> {
  const { value } = openConfig(configPath(run));
  const named = Object.entries(
    (value.profiles ?? {}) as Record<string, { context?: string; namespace?: string } | null>,
  );
  const profiles = named.map(([name, profile]) => ({
    name,
    isCurrent: name === value.currentProfile,
    context: profile?.context ?? '',
    namespace: profile?.namespace ?? '',
  }));
  if (profiles.length === 0) run.talk.note('No profiles found.');
  const rows = profiles.map(({ isCurrent, name, context, namespace }) => [
    isCurrent ? '*' : '',
    name,
    context,
    namespace,
  ]);
  await run.out.document(
    { kind: 'Profiles', profiles },
    () =>
      rows.length === 0
        ? ''
        : { columns: ['CURRENT', 'NAME', 'CONTEXT', 'NAMESPACE'].map((header) => ({ header })), rows },
    profiles.map(({ name }) => name),
  );
}

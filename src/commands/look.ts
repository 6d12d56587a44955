/** `metalctl events`, `history`, `tree` and `api-resources`: what happened, what belongs together, what there is. */
import { defineCommand } from './define.js';
import { duration, list, rest, some, text, toggle } from './flags.js';

const targets = { complete: 'kinds' } as const;

export const eventsCommand = defineCommand({
  name: 'events',
  summary: 'List what the reconcilers and others told about objects, oldest first.',
  group: 'Look',
  stability: 'stable',
  args: { targets: rest('KIND/NAME', 'Only about these; without any, all of the kinds metalctl serves.', targets) },
  flags: {
    selector: text('SEL', 'Only about servers with these labels.', { short: 'l' }),
    types: list('TYPE', 'Only these: Normal, Warning.'),
    since: duration('Only what was seen in this time.'),
    watch: toggle('Go on and show what comes.', { short: 'w' }),
    bmc: toggle('What the BMCs of these servers wrote into their event logs, beside it.'),
  },
  examples: [
    ['metalctl events server/node-07', 'What was told about a server.'],
    ['metalctl events server/node-07 --since 1h --bmc', 'And what its BMC says of the same hour.'],
    ['metalctl events --types Warning --since 1h', 'What went wrong in the last hour.'],
    ['metalctl events -w -o jsonl', 'A stream for a collector.'],
  ],
  needs: ['cluster', 'clock'],
  exits: ['NOT_FOUND', 'UNSUPPORTED', 'PARTIAL', 'FORBIDDEN', 'BMC_AUTH', 'BMC_UNREACHABLE'],
  related: ['history', 'describe', 'why', 'bmc logs'],
  run: () => import('./impl/events.js'),
});

export const historyCommand = defineCommand({
  name: 'history',
  summary: 'Tell what happened to an object: its events, its transitions, and who last set which of its fields.',
  details:
    'It reaches as far back as the API server keeps events (an hour by default) and as the object itself tells: the time of each condition, and the last write of each field manager. What nobody recorded is not made up.',
  group: 'Look',
  stability: 'stable',
  args: { targets: some('KIND NAME', 'Kind and names, or kind/name.', targets) },
  flags: {
    since: duration('Only what happened in this time.'),
    source: list(
      'LIST',
      'k8s: objects and events; bmc: the BMCs’ own logs; metalctl: the journal of passes of this machine.',
      {
        fallback: 'k8s',
      },
    ),
  },
  examples: [
    ['metalctl history server/node-07', 'Events, conditions and writers in one line of time.'],
    ['metalctl history server/node-07 --since 1d', 'The last day.'],
    [
      'metalctl history server/node-07 --source k8s,bmc,metalctl',
      'And what its BMC and the passes of this machine wrote down.',
    ],
    ['metalctl history bmc/node-07-bmc -o json', 'As a document.'],
  ],
  needs: ['cluster', 'clock'],
  exits: ['NOT_FOUND', 'UNSUPPORTED', 'PARTIAL', 'FORBIDDEN', 'BMC_AUTH', 'BMC_UNREACHABLE'],
  related: ['events', 'describe', 'logs'],
  run: () => import('./impl/history.js'),
});

export const treeCommand = defineCommand({
  name: 'tree',
  summary: 'Show what belongs to an object: secret, BMC, server, claim, boot configuration.',
  group: 'Look',
  stability: 'stable',
  args: { targets: some('KIND/NAME', 'A server, claim, BMC or BMCSecret.', targets) },
  flags: {},
  examples: [
    ['metalctl tree server/node-07', 'From the secret of its BMC down to the claim that holds it.'],
    ['metalctl tree scl/db-07 -n db -o mermaid', 'A graph for a page.'],
    ['metalctl tree bmc/node-07-bmc -o dot | dot -Tsvg', 'A picture.'],
  ],
  needs: ['cluster', 'clock'],
  exits: ['NOT_FOUND', 'UNSUPPORTED'],
  related: ['describe', 'get'],
  formats: ['mermaid', 'dot'],
  run: () => import('./impl/tree.js'),
});

export const apiResourcesCommand = defineCommand({
  name: 'api-resources',
  summary: 'List the kinds metalctl knows, and whether the cluster serves them.',
  group: 'Setup',
  stability: 'stable',
  args: {},
  flags: {
    verbs: toggle('A column with what you may do to each, as the API server sees it.'),
    missing: toggle('Only what is not installed, and what installs it.'),
  },
  examples: [
    ['metalctl api-resources', 'Name, short name, group, kind, installed or not.'],
    ['metalctl api-resources --missing', 'Exit 10 when something is missing.'],
    ['metalctl api-resources --verbs -o wide', 'What you may do.'],
  ],
  needs: ['cluster'],
  exits: ['CHANGES'],
  related: ['explain', 'install crds'],
  run: () => import('./impl/api-resources.js'),
});

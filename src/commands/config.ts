/** `metalctl config`: the file that presets flags, with its profiles. */
import { defineCommand } from './define.js';
import { one, optional, toggle } from './flags.js';

const common = { group: 'Setup', stability: 'stable', needs: [], related: ['explain'] } as const;
const key = one('KEY', 'Dotted: output, safety.maxBlastRadius, profiles.fra.context.');

export const configViewCommand = defineCommand({
  ...common,
  name: 'config view',
  summary: 'Show the config file, or every setting with where it came from.',
  args: {},
  flags: { resolved: toggle('Each global flag, its value, and whether environment, profile or file set it.') },
  examples: [
    ['metalctl config view', 'The file as it is.'],
    ['metalctl config view --resolved', 'What commands will work with, and why.'],
    ['metalctl config view --resolved -o json', 'The same as a document.'],
  ],
  exits: ['NOT_FOUND'],
  run: () => import('./impl/config-view.js'),
});

export const configGetCommand = defineCommand({
  ...common,
  name: 'config get',
  summary: 'Print one value of the config file.',
  args: { key },
  flags: {},
  examples: [
    ['metalctl config get output', 'One value.'],
    ['metalctl config get profiles.fra', 'A whole part, as YAML.'],
    ['metalctl config get aliases -o json', 'The same as JSON.'],
  ],
  exits: ['NOT_FOUND'],
  run: () => import('./impl/config-get.js'),
});

export const configSetCommand = defineCommand({
  ...common,
  name: 'config set',
  summary: 'Set one value of the config file; comments stay.',
  args: { key, value: one('VALUE', 'Read as YAML: 32, true, text, [a, b].') },
  flags: {},
  examples: [
    ['metalctl config set color never', 'For every command from now on.'],
    ['metalctl config set profiles.lab.context kind-metal', 'In a profile.'],
    [
      "metalctl config set aliases.free 'get servers --field state=Available,power=Off'",
      '"metalctl free" from now on.',
    ],
  ],
  exits: [],
  run: () => import('./impl/config-set.js'),
});

export const configUnsetCommand = defineCommand({
  ...common,
  name: 'config unset',
  summary: 'Take one value out of the config file.',
  args: { key },
  flags: {},
  examples: [
    ['metalctl config unset color', 'Back to what is built in.'],
    ['metalctl config unset profiles.lab', 'A whole profile.'],
    ['metalctl config unset currentProfile', 'No profile.'],
  ],
  exits: [],
  run: () => import('./impl/config-unset.js'),
});

export const configEditCommand = defineCommand({
  ...common,
  name: 'config edit',
  summary: 'Open the config file in your editor; it is kept only when it is right.',
  args: {},
  flags: {},
  examples: [
    ['metalctl config edit', 'With $VISUAL, $EDITOR or vi.'],
    ['EDITOR=nano metalctl config edit', 'With another one.'],
    ['metalctl config validate', 'Afterwards, or without editing.'],
  ],
  exits: ['NEEDS_INPUT'],
  run: () => import('./impl/config-edit.js'),
});

export const configPathCommand = defineCommand({
  ...common,
  name: 'config path',
  summary: 'Print where the config file is, or would be.',
  args: {},
  flags: {},
  examples: [
    ['metalctl config path', '--config, METALCTL_CONFIG, else the usual place.'],
    ['cat "$(metalctl config path)"', 'In a script.'],
    ['metalctl config path --config ./lab.yaml', 'The one that was named.'],
  ],
  exits: [],
  run: () => import('./impl/config-path.js'),
});

export const configValidateCommand = defineCommand({
  ...common,
  name: 'config validate',
  summary: 'Say whether the config file is right, with line and column of what is not.',
  args: {},
  flags: {},
  examples: [
    ['metalctl config validate', 'The file in use.'],
    ['metalctl config validate --config ./lab.yaml', 'Another one.'],
    ['metalctl config validate -o json', 'The error as a JSON line.'],
  ],
  exits: ['NOT_FOUND'],
  run: () => import('./impl/config-validate.js'),
});

export const configProfilesCommand = defineCommand({
  ...common,
  name: 'config profiles',
  summary: 'List the profiles of the config file.',
  args: {},
  flags: {},
  examples: [
    ['metalctl config profiles', 'Which there are, and which is in use.'],
    ['metalctl config profiles -o name', 'Names only.'],
    ['metalctl config use-profile lab', 'Use another one.'],
  ],
  exits: [],
  run: () => import('./impl/config-profiles.js'),
});

export const configUseProfileCommand = defineCommand({
  ...common,
  name: 'config use-profile',
  summary: 'Use a profile from now on.',
  args: { name: optional('NAME', 'The profile; none takes the present one away.') },
  flags: {},
  examples: [
    ['metalctl config use-profile lab', 'Everything under profiles.lab counts.'],
    ['metalctl config use-profile', 'No profile.'],
    ['metalctl config profiles', 'Which there are.'],
  ],
  exits: ['NOT_FOUND'],
  run: () => import('./impl/config-use-profile.js'),
});

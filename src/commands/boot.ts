/** `metalctl boot`: what servers boot from, next time and always. */
import { defineCommand } from './define.js';
import { choice, list, one, optional, text, toggle } from './flags.js';

const server = one('SERVER', 'Name, serial:…, uuid:…, ip:… or mac:….', { complete: 'servers' });
const common = { group: 'Operate', stability: 'stable', needs: ['cluster'] } as const;
const exits = ['NOT_FOUND', 'UNSUPPORTED', 'CONFLICT', 'NEEDS_INPUT', 'BMC_AUTH', 'BMC_UNREACHABLE'] as const;

/** Words of `boot once`. */
export const bootTargets = ['pxe', 'http', 'disk', 'cd', 'usb', 'bios', 'diags'] as const;

export const bootShowCommand = defineCommand({
  ...common,
  name: 'boot show',
  summary: 'Show what a server boots: override, order, options and configuration.',
  args: { server },
  flags: {},
  examples: [
    ['metalctl boot show node-07', 'As its BMC says now.'],
    ['metalctl boot show node-07 -o json', 'For a script.'],
    ['metalctl boot show serial:8XK2M04', 'By its serial number.'],
  ],
  exits,
  related: ['boot once', 'boot order', 'boot config'],
  run: () => import('./impl/boot-show.js'),
});

export const bootOnceCommand = defineCommand({
  ...common,
  name: 'boot once',
  summary: 'Boot a server from something else, once.',
  args: { server, target: one('TARGET', bootTargets.join(', '), { choices: bootTargets }) },
  flags: {
    mode: choice(['uefi', 'legacy'], 'Firmware mode of that boot; default: UEFI, or what the BMC has.'),
    reset: toggle('Ask for a restart too.'),
  },
  examples: [
    ['metalctl boot once node-07 pxe', 'At its next boot.'],
    ['metalctl boot once node-07 bios --reset', 'Into its setup, now; asks when a claim holds it.'],
    ['metalctl boot once node-07 cd --dry-run', 'What would be set.'],
  ],
  exits,
  dryRun: 'client',
  related: ['boot show', 'boot media', 'console'],
  run: () => import('./impl/boot-once.js'),
});

export const bootOrderCommand = defineCommand({
  ...common,
  name: 'boot order',
  summary: 'Show or set the order a server boots its devices in.',
  details: 'The Server keeps the order; the operator writes it to the BMC, and sees that it stays.',
  args: { server },
  flags: { set: list('NAME,...', 'References (Boot0001) or names of options, in order.') },
  examples: [
    ['metalctl boot order node-07', 'References and what they stand for.'],
    ['metalctl boot order node-07 --set Boot0003,Boot0001', 'Asks when a claim holds it.'],
    ['metalctl boot order node-07 --set "PXE Device 1" --dry-run', 'By name; those not named follow as they were.'],
  ],
  exits,
  dryRun: 'client',
  related: ['boot show'],
  run: () => import('./impl/boot-order.js'),
});

export const bootMediaCommand = defineCommand({
  ...common,
  name: 'boot media',
  summary: 'Show, fill or empty the virtual drives of a server.',
  details: 'The BMC fetches an image itself. What is in the only drive is ejected before another is inserted.',
  args: {
    server,
    action: one('insert|eject|list', 'What to do.', { choices: ['insert', 'eject', 'list'] }),
    what: optional('URL|SLOT', 'Image to insert; or the one drive to empty.'),
  },
  flags: { type: choice(['cd', 'usb'], 'Kind of drive an image is inserted into.', { fallback: 'cd' }) },
  examples: [
    ['metalctl boot media node-07 list', 'Drives, and what is in them.'],
    ['metalctl boot media node-07 insert http://img/rescue.iso', 'Then: metalctl boot once node-07 cd --reset'],
    ['metalctl boot media node-07 eject', 'Empties all of them.'],
  ],
  exits,
  dryRun: 'client',
  related: ['boot once', 'boot show'],
  run: () => import('./impl/boot-media.js'),
});

export const bootConfigCommand = defineCommand({
  ...common,
  name: 'boot config',
  summary: 'Show the boot configuration behind a server, or give its claim another image or ignition.',
  args: { server },
  flags: {
    image: text('IMG', 'Image of the claim from now on; it boots with the next restart.'),
    ignition: text('FILE', 'Ignition of the claim from now on: a file, or secret/NAME.', { complete: 'files' }),
  },
  examples: [
    ['metalctl boot config node-07', 'Image, ignition and whether it can be booted.'],
    ['metalctl boot config node-07 --image ghcr.io/acme/os:2026.4', 'Asks: the claim is changed.'],
    ['metalctl boot config node-07 --ignition db.ign', 'Another configuration, from a file.'],
    ['metalctl boot config node-07 -o json', 'For a script.'],
  ],
  exits,
  dryRun: 'client',
  related: ['boot show', 'claim'],
  run: () => import('./impl/boot-config.js'),
});

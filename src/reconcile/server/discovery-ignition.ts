/**
 * What a machine boots with to tell about itself: our own config, or a template of the operator's. Ours is a value and
 * never text that is filled in, so that no value changes its structure (S-TPL-1).
 * Source  upstream's inband §7.3: the same units and user, as Ignition instead of Butane.
 */

import type { Ignition } from '../../api/ignition.js';
import { parse, run, textOf } from '../../lib/go-template/index.js';

/** Names are those a template uses. */
export interface ProbeBoot {
  /** Container image of the probe. */
  readonly Image: string;
  /** Flags of upstream's metalprobe. */
  readonly Flags: string;
  /** A line for authorized_keys, with its end. */
  readonly SSHPublicKey: string;
  readonly PasswordHash: string;
}

/** Images are pulled to memory: a machine that is only looked at keeps its disks as they are. */
const cacheMount = lines(
  '[Unit]',
  'Description=Memory for the images of containerd',
  'DefaultDependencies=no',
  'Before=containerd.service',
  '[Mount]',
  'What=tmpfs',
  'Where=/var/lib/containerd',
  'Type=tmpfs',
  'Options=mode=0700,size=4g',
  '[Install]',
  'WantedBy=multi-user.target',
);
const afterMount = lines('[Unit]', 'After=var-lib-containerd.mount', 'Requires=var-lib-containerd.mount');

/** Ignition 3.2: one unit that pulls and runs the probe, and a user for whoever must look why it does not report. */
export const probeIgnition = (boot: ProbeBoot): Ignition => ({
  ignition: { version: '3.2.0' },
  passwd: {
    users: [
      {
        name: 'metal',
        passwordHash: boot.PasswordHash,
        sshAuthorizedKeys: [boot.SSHPublicKey.trim()],
        groups: ['wheel'],
      },
    ],
  },
  systemd: {
    units: [
      { name: 'var-lib-containerd.mount', enabled: true, contents: cacheMount },
      {
        name: 'containerd.service',
        enabled: true,
        dropins: [{ name: '10-wait-mount.conf', contents: afterMount }],
      },
      { name: 'metalprobe.service', enabled: true, contents: probeUnit(boot) },
    ],
  },
});

/** `/run/udev` is handed in: without it a probe in a container knows no serial numbers of disks. */
const probeUnit = ({ Image, Flags }: ProbeBoot): string =>
  lines(
    '[Unit]',
    'Description=Report this machine to metalctl',
    'After=containerd.service network-online.target',
    'Requires=containerd.service',
    'Wants=network-online.target',
    '[Service]',
    'Restart=on-failure',
    'RestartSec=20',
    'TimeoutSec=600',
    `ExecStartPre=/usr/bin/ctr images pull --skip-metadata ${Image}`,
    'ExecStartPre=-/usr/bin/ctr tasks delete --force metalprobe',
    'ExecStartPre=-/usr/bin/ctr containers delete metalprobe',
    `ExecStart=/usr/bin/ctr run --rm --net-host --privileged --mount type=bind,src=/run/udev,dst=/run/udev,options=rbind:ro ${Image} metalprobe ./launch.sh ${Flags}`,
    '[Install]',
    'WantedBy=multi-user.target',
  );

/** A template with its values in place, trimmed. @throws TemplateError for a field it asks for and there is none */
export const renderIgnition = (template: string, boot: ProbeBoot): string =>
  run(parse(template), { ...boot }, textOf).trim();

/** Values of the right form, to see whether a template works before a machine needs it. */
export const sampleBoot: ProbeBoot = {
  Image: 'registry.example/probe:1',
  Flags: '--registry-url=http://127.0.0.1:10000/t/sample --server-uuid=00000000-0000-0000-0000-000000000000',
  SSHPublicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n',
  PasswordHash: '$6$sample$sample',
};

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}

/** The demo's story: what is typed, why, and how each command must end. */
import { Exit, type ExitCode } from '../../errors/exit.js';

/** Where the story plays. */
export interface Place {
  readonly data: string;
  readonly kubeconfig: string;
  readonly ca: string;
  readonly passwordFile: string;
  readonly cidr: string;
  readonly bmcPort: string;
  readonly ignitionFile: string;
}

export interface Chapter {
  readonly title: string;
  readonly args: readonly string[];
  /** Default: OK. */
  readonly exit?: ExitCode;
  /** What is printed, where it is shorter than what runs. */
  readonly shown?: readonly string[];
  /** Its first line of output is kept under this name: `$server` in later words stands for it, as in a shell. */
  readonly keepsAs?: string;
}

/** What the claimed machine is to become. */
export const ignition = {
  ignition: { version: '3.4.0' },
  storage: { files: [{ path: '/etc/motd', contents: { source: 'data:,claimed%20with%20metalctl' } }] },
};

const image = 'ghcr.io/metalctl/demo-os:1.0';

export function story(place: Place): Chapter[] {
  const credentials = ['--bmc-username', 'admin', '--bmc-password-file', place.passwordFile];
  return [
    { title: 'The cluster learns what a Server, a BMC and a ServerClaim are', args: ['install', 'crds'] },
    {
      title: 'Sweep the address range: nothing gets the password whose certificate is not trusted',
      args: ['discover', '--cidr', place.cidr, '--ports', place.bmcPort, ...credentials],
    },
    {
      title: 'Make BMC objects of what is new',
      args: ['onboard', '--from', 'last', '--status', 'new', ...credentials],
    },
    {
      title: 'One pass of the operator: network-boot each machine once, hear its probe, switch it off again',
      args: ['reconcile', '--once', '--settle', '--hold-for-probe', '50s', '--registry-address', '127.0.0.1:0'],
    },
    { title: 'Every machine is Available, off, and known', args: ['get', 'servers'] },
    {
      title: 'Reserve one, with an image and an ignition file, and wait until it is on',
      args: [
        'claim',
        'db-07',
        '--vendor',
        'Dell',
        '--image',
        image,
        '--ignition',
        place.ignitionFile,
        '--wait',
        '--timeout',
        '40s',
      ],
    },
    { title: 'It is Reserved and on; the others are not touched', args: ['get', 'servers'] },
    {
      title: 'A claim that cannot be met says why (exit 11)',
      args: ['claim', 'db-08', '--vendor', 'Dell', '--memory', '64Ti', '--image', image, '--no-interactive'],
      exit: Exit.NO_CAPACITY,
    },
    {
      title: 'Give it back: the machine is off before anybody else can have it',
      args: ['release', 'db-07', '--yes', '--wait', '--timeout', '40s'],
    },
    { title: 'Available and off again', args: ['get', 'servers'] },
    {
      title: 'What -o name prints goes in wherever a server is named',
      args: ['get', 'servers', '--field', 'state=Available', '--limit', '1', '-o', 'name'],
      keepsAs: 'server',
    },
    { title: 'Keep new claims off that one', args: ['cordon', '$server', '--reason', 'new fans on Tuesday'] },
    { title: 'Ask why nobody gets it (exit 10)', args: ['why', '$server'], exit: Exit.CHANGES },
    { title: 'Do what the answer says', args: ['uncordon', '$server'] },
  ];
}

/** Every member of a Butane document, and what becomes of it. */
import type { Shape } from './translate.js';

const values = (...names: readonly string[]): Record<string, Shape> =>
  Object.fromEntries(names.map((name) => [name, 'value' as const]));
const list = (entry: Shape): Shape => ({ list: entry });
const of = (members: Record<string, Shape>): Shape => ({ members });
const files: Shape = { refused: 'names files, and there are none beside a Secret' };

const owner = of(values('id', 'name'));
const node = { ...values('path', 'overwrite'), user: owner, group: owner };

const partition = of(
  values(
    'label',
    'number',
    'size_mib',
    'start_mib',
    'type_guid',
    'guid',
    'wipe_partition_entry',
    'should_exist',
    'resize',
  ),
);

const clevis = of({
  ...values('tpm2', 'threshold'),
  custom: of(values('pin', 'config', 'needs_network')),
  tang: list(of(values('url', 'thumbprint', 'advertisement'))),
});

const storage = of({
  disks: list(of({ ...values('device', 'wipe_table'), partitions: list(partition) })),
  raid: list(of(values('name', 'level', 'devices', 'spares', 'options'))),
  luks: list(
    of({
      ...values('name', 'label', 'uuid', 'device', 'options', 'wipe_volume', 'discard', 'open_options'),
      key_file: 'resource',
      clevis,
      cex: of(values('enabled')),
    }),
  ),
  filesystems: list(
    of({
      ...values('path', 'device', 'format', 'options', 'mount_options', 'wipe_filesystem', 'label', 'uuid'),
      with_mount_unit: 'elsewhere',
    }),
  ),
  files: list(of({ ...node, ...values('mode'), contents: 'resource', append: list('resource') })),
  directories: list(of({ ...node, ...values('mode') })),
  links: list(of({ ...node, ...values('target', 'hard') })),
  trees: files,
});

const passwd = of({
  users: list(
    of({
      ...values('name', 'password_hash', 'ssh_authorized_keys', 'uid', 'gecos', 'home_dir', 'no_create_home'),
      ...values('primary_group', 'groups', 'no_user_group', 'no_log_init', 'shell', 'should_exist', 'system'),
      ssh_authorized_keys_local: files,
    }),
  ),
  groups: list(of(values('name', 'gid', 'password_hash', 'should_exist', 'system'))),
});

const unit = of({
  ...values('name', 'enabled', 'mask', 'contents'),
  contents_local: files,
  dropins: list(of({ ...values('name', 'contents'), contents_local: files })),
});

const ignition = of({
  config: of({ merge: list('resource'), replace: 'resource' }),
  proxy: of(values('http_proxy', 'https_proxy', 'no_proxy')),
  security: of({ tls: of({ certificate_authorities: list('resource') }) }),
  timeouts: of(values('http_response_headers', 'http_total')),
});

export const butaneShape: Shape = of({
  ignition,
  storage,
  passwd,
  systemd: of({ units: list(unit) }),
  kernel_arguments: of(values('should_exist', 'should_not_exist')),
});

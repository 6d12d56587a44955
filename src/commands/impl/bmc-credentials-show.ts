/** Body of `bmc credentials show`. */
import { UserError } from '../../errors/classes.js';
import { neutralise } from '../../lib/sanitize.js';
import { readBmcSecret } from '../../workflows/bmc-secret.js';
import type { bmcCredentialsShowCommand } from '../bmc-access.js';
import { credentialTargets } from './bmc-credentials.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof bmcCredentialsShowCommand>): Promise<void> {
  const [bmc] = await credentialTargets(run, { names: [run.args.target] });
  const { reveal } = run.flags;
  if (reveal && (process.stdout.isTTY !== true || run.out.format.kind !== 'table')) {
    throw new UserError('NEEDS_INPUT', 'a password is revealed on a terminal only', {
      why: 'stdout is a pipe or a file, or another output form was asked for',
      hint: 'programs read the BMCSecret itself, by their own rights',
    });
  }
  const secret = bmc?.spec?.bmcSecretRef.name ?? '';
  const { username, password } = await readBmcSecret(run.ports.cluster, secret);
  const name = bmc?.metadata.name ?? '';
  const shown = { bmc: name, secret, userName: username, password: '<redacted>' };
  await run.out.document({ kind: 'Credential', ...shown }, () => ({
    columns: [{ header: 'BMC' }, { header: 'SECRET' }, { header: 'USER' }, { header: 'PASSWORD' }],
    rows: [[name, secret, username, reveal ? neutralise(password.reveal()) : '<redacted>']],
  }));
}

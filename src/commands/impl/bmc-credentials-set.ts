/** Body of `bmc credentials set`. */
import { UserError } from '../../errors/classes.js';
import { readBmcSecret } from '../../workflows/bmc-secret.js';
import { adoptCredential } from '../../workflows/credentials/adopt.js';
import type { bmcCredentialsSetCommand } from '../bmc-access.js';
import { credentialTargets, rotatePorts } from './bmc-credentials.js';
import { flagCredential } from './discover-credentials.js';
import { doorOfBmc } from './kit/machine.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof bmcCredentialsSetCommand>): Promise<void> {
  const { username, passwordFile, passwordStdin, keepOld } = run.flags;
  if ((passwordFile === undefined) === !passwordStdin) {
    throw new UserError('USAGE', 'a password has one place', {
      hint: ['--password-stdin < FILE', '--password-file FILE'],
    });
  }
  const [bmc] = await credentialTargets(run, { names: [run.args.target] });
  if (bmc === undefined) throw new UserError('NOT_FOUND', `no BMC is called ${run.args.target}`);
  const { name } = bmc.metadata;
  const previous = bmc.spec?.bmcSecretRef.name ?? '';
  const user = username ?? (await readBmcSecret(run.ports.cluster, previous)).username;
  const given = {
    bmcUsername: user,
    bmcPasswordFile: passwordFile,
    bmcPasswordStdin: passwordStdin,
    credentials: undefined,
    bmcSecret: undefined,
  };
  const credential = await flagCredential(given, run.talk);
  if (credential === undefined) throw new UserError('USAGE', 'no password was given');
  if (run.globals.dryRun !== 'none') return tell(run, name, user, previous, 'would be set');
  const plan = [
    `bmc/${name} is entered as ${user} with a new BMCSecret, once its login is proven; the BMC is not changed`,
  ];
  await run.confirm({ level: 2, what: `setting the credential of bmc/${name}`, plan });
  const door = await doorOfBmc(run, bmc);
  const { secret } = await adoptCredential(await rotatePorts(run), {
    bmc,
    door,
    credential,
    keepOld,
    signal: run.signal,
  });
  await tell(run, name, user, secret, 'set');
}

const tell = (
  run: Run<typeof bmcCredentialsSetCommand>,
  bmc: string,
  userName: string,
  secret: string,
  outcome: string,
): Promise<void> =>
  run.out.document(
    { kind: 'CredentialSet', bmc, userName, secret, outcome },
    () => `credential of bmc/${bmc} ${outcome}: ${userName}, bmcsecret/${secret}\n`,
  );

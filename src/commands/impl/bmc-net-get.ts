/** Body of `bmc net get`. */
import type { bmcNetGetCommand } from '../bmc-config.js';
import { type Nic, readNetwork } from './bmc-net.js';
import { bmcPlace } from './kit/bmc-places.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof bmcNetGetCommand>): Promise<void> {
  const { bmc, name } = await bmcPlace(run, run.args.target);
  const network = await readNetwork(bmc, run.signal);
  const { hostName = '', ntp, interfaces } = network;
  await run.out.document({ kind: 'BmcNetwork', bmc: name, ...network }, () => ({
    columns: [{ header: 'WHAT' }, { header: 'VALUE' }],
    rows: [
      ['host name', hostName],
      ['time servers', `${ntp.isOn ? 'on' : 'off'} ${ntp.servers.join(', ')}`.trim()],
      ...interfaces.flatMap(rowsOf),
    ],
  }));
}

const rowsOf = ({ id, mac = '', ipv4, ipv6, gateway = '', nameServers, isDhcp }: Nic): string[][] => [
  [`${id} MAC`, mac],
  [`${id} addresses`, [...ipv4, ...ipv6].join(', ')],
  [`${id} given by`, isDhcp ? 'DHCP' : 'hand'],
  [`${id} gateway`, gateway],
  [`${id} name servers`, nameServers.join(', ')],
];

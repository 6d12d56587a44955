/** Who is recognised as whom from the service root alone. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ServiceRoot } from '../../../src/redfish/schema/service-root.js';
import { vendorOf, vendors } from '../../../src/redfish/vendors/index.js';

describe('vendor detection', () => {
  const table: [string, object, string][] = [
    ['Vendor', { Vendor: 'Dell' }, 'dell'],
    ['Oem key of Dell', { Oem: { Dell: {} } }, 'dell'],
    ['Product of iDRAC', { Product: 'Integrated Dell Remote Access Controller' }, 'dell'],
    ['Oem key of HPE', { Oem: { Hpe: { Manager: [{ ManagerType: 'iLO 6' }] } } }, 'hpe'],
    ['manager type iLO 5', { Vendor: 'HPE', Oem: { Hpe: { Manager: [{ ManagerType: 'iLO 5' }] } } }, 'hpe-ilo5'],
    ['Lenovo', { Vendor: 'Lenovo', Product: 'ThinkSystem' }, 'lenovo'],
    ['AMI below Lenovo', { Vendor: 'Lenovo', Oem: { Ami: {} } }, 'ami'],
    ['AMI below ASRock', { Vendor: 'ASRockRack', Oem: { Ami: {} } }, 'ami'],
    ['AMI below Quanta', { Vendor: 'Quanta', Oem: { Ami: {} } }, 'ami'],
    ['AMI below H3C', { Vendor: 'H3C', Oem: { Public: {}, Ami: {} } }, 'ami'],
    ['OpenBMC below Kaytus', { Vendor: 'Kaytus', Oem: { OpenBMC: {} } }, 'openbmc'],
    ['Supermicro', { Vendor: 'Supermicro' }, 'supermicro'],
    ['X10, which says nothing', { UUID: '00000000-0000-0000-0000-AC1F6B18A241', Oem: {} }, 'supermicro-x10'],
    ['NVIDIA', { Vendor: 'NVIDIA', Product: 'P3809' }, 'nvidia'],
    ['Cisco', { Vendor: 'Cisco Systems Inc.' }, 'cisco'],
    ['Oem key of Fujitsu', { Oem: { ts_fujitsu: {} } }, 'fujitsu'],
    ['Huawei', { Oem: { Huawei: {} } }, 'huawei'],
    ['xFusion', { Vendor: 'xFusion' }, 'huawei'],
    ['OpenBMC', { Vendor: 'OpenBMC' }, 'openbmc'],
    ['nobody', { Vendor: null, Product: null, Oem: null }, 'generic'],
    ['a stranger', { Vendor: 'Contoso', Oem: { Contoso: {} } }, 'generic'],
    ['nonsense', { Vendor: 5, Product: ['x'], Oem: 'y' }, 'generic'],
  ];
  for (const [name, root, id] of table) {
    it(`${name}: ${id}`, () => assert.equal(vendorOf(ServiceRoot.parse(root)).id, id));
  }

  it('has records with one id each, and at least one socket', () => {
    assert.equal(new Set(vendors.map((vendor) => vendor.id)).size, vendors.length);
    assert.ok(vendors.every(({ sockets }) => sockets >= 1));
  });
});

/** BIOS and BMC settings of the fake BMC. */
import { PermanentError } from '../../src/errors/classes.js';
import type { AttributeCheck, AttributeValues, Bios, BmcSettings } from '../../src/ports/bmc.js';
import type { Asked, FakeAttributes, FakeMachine } from './fake-bmc.js';

/** Names without a rule do not exist, once there are rules; Enumerations take their listed names. */
function checkFake({ current, pending, rules }: FakeAttributes, wanted: AttributeValues): AttributeCheck {
  const differing = Object.entries(wanted).filter(([name, value]) => ({ ...current, ...pending })[name] !== value);
  const ruleOf = (name: string) => rules.find((rule) => rule.name === name);
  const problems = Object.entries(wanted).flatMap(([name, value]) => {
    const rule = ruleOf(name);
    if (rule === undefined) return rules.length === 0 ? [] : [{ name, why: 'the BMC knows no such attribute' }];
    const isListed = rule.values === undefined || rule.values.some((known) => known.name === value);
    return isListed ? [] : [{ name, why: 'it is not in the list' }];
  });
  const needsReset = differing.some(([name]) => ruleOf(name)?.needsReset ?? true);
  return { changes: Object.fromEntries(differing), problems, warnings: [], needsReset };
}

function setFake(attributes: FakeAttributes, wanted: AttributeValues) {
  const { changes, problems, needsReset } = checkFake(attributes, wanted);
  const why = problems.map((problem) => `${problem.name}: ${problem.why}`).join('; ');
  if (problems.length > 0) throw new PermanentError('ATTRIBUTE_INVALID', 'setting attributes', { why });
  Object.assign(needsReset ? attributes.pending : attributes.current, changes);
  return { changes, needsReset };
}

export function biosOf(target: FakeMachine, asked: Asked): Bios {
  return {
    biosAttributes: async () => {
      asked('biosAttributes');
      return { current: { ...target.bios.current }, pending: { ...target.bios.pending } };
    },
    biosRegistry: async () => {
      asked('biosRegistry');
      return target.bios.rules;
    },
    checkBiosAttributes: async (_uri, wanted) => {
      asked('checkBiosAttributes');
      return checkFake(target.bios, wanted);
    },
    setBiosAttributes: async (_uri, wanted) => {
      asked('setBiosAttributes', `setBiosAttributes ${Object.keys(wanted).join(',')}`);
      return setFake(target.bios, wanted);
    },
    changeBiosPassword: async (_uri, { name }) => asked('changeBiosPassword', `changeBiosPassword ${name}`),
    resetBios: async () => asked('resetBios'),
  };
}

export function bmcSettingsOf(target: FakeMachine, asked: Asked): BmcSettings {
  const only = (all: AttributeValues, names: readonly string[]) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
  return {
    bmcAttributes: async (names) => {
      asked('bmcAttributes');
      const { current, pending } = target.bmcSettings;
      return names === 'all' ? { current, pending } : { current: only(current, names), pending: only(pending, names) };
    },
    checkBmcAttributes: async (wanted) => {
      asked('checkBmcAttributes');
      return checkFake(target.bmcSettings, wanted);
    },
    setBmcAttributes: async (wanted) => {
      asked('setBmcAttributes', `setBmcAttributes ${Object.keys(wanted).join(',')}`);
      return setFake(target.bmcSettings, wanted);
    },
  };
}

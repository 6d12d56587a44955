/** What DMTF's programs hold against an emulated vendor, and the vendor does: each with the reason it stays. */

export type Judge = 'protocol validator' | 'service validator' | 'use cases';

interface Truth {
  readonly judge: Judge;
  /** Profiles, or the beginning of their names. */
  readonly of: readonly string[];
  readonly says: RegExp;
  readonly because: string;
}

const truths: readonly Truth[] = [
  {
    judge: 'service validator',
    of: ['generic'],
    says: /Managers\/BMC\S* \/Attribute(s|Registry) /,
    because: "settings of the BMC stand at the Manager, as in metal-operator's own mock; no schema has them",
  },
  {
    judge: 'service validator',
    of: ['dell-'],
    says: /ManagerAttributeRegistry\S* \/RegistryEntries\/Attributes\/\d+\/(Readonly|AttributeName) /,
    because: 'iDRAC writes Readonly, and names attributes with dots',
  },
  {
    judge: 'service validator',
    of: ['dell-', 'cisco-'],
    says: /\/(ReadingCelsius|Reading|PowerConsumedWatts) \(.*found 'str'/,
    because: 'numbers of sensors are text',
  },
  {
    judge: 'service validator',
    of: ['hpe-'],
    says: /AccountTypes' is mandatory/,
    because: 'iLO shows no AccountTypes',
  },
  {
    judge: 'service validator',
    of: ['hpe-'],
    says: /\/bios\/? \/@odata\.id .*Undefined URI/,
    because: 'iLO spells bios in small letters',
  },
  {
    judge: 'service validator',
    of: ['lenovo-'],
    says: /ConnectTypesSupported\/\d+ \(SSHLenovo\)/,
    because: 'XCC has a console protocol of its own',
  },
];

/** Why a failure stays, if it does. */
export const reasonOf = (judge: Judge, profile: string, failure: string): string | undefined =>
  truths.find(
    (truth) => truth.judge === judge && truth.of.some((name) => profile.startsWith(name)) && truth.says.test(failure),
  )?.because;

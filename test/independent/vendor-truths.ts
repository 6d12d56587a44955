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
    judge: 'protocol validator',
    of: ['dell-', 'hpe-'],
    says: /REQ_QUERY_UNSUPPORTED_DOLLAR_PARAMS/,
    because: 'a query it does not know is answered with 400 (iDRAC, iLO 6 and 7), or not looked at (iLO 5)',
  },
  {
    judge: 'protocol validator',
    of: ['dell-idrac10'],
    says: /PROTO_HTTP_SUPPORTED_METHODS PATCH|REQ_PATCH_ARRAY_\S+ PATCH 412/,
    because: 'the tag of a GET is stale at the first PATCH; the second try works',
  },
  {
    judge: 'protocol validator',
    of: ['hpe-ilo5', 'smc-x10'],
    says: /SEC_DEFAULT_CERT_REPLACE/,
    because: 'its ServiceRoot is older than CertificateService',
  },
  {
    judge: 'protocol validator',
    of: ['smc-x10', 'cisco-cimc'],
    says: /PROTO_ETAG_ON_GET_ACCOUNT|RESP_HEADERS_ETAG/,
    because: 'it has no ETags',
  },
  {
    judge: 'protocol validator',
    of: ['openbmc', 'nvidia-'],
    says: /PROTO_ETAG_IF_MATCH_ENFORCED|PROTO_ETAG_LOST_UPDATE|SEC_ACCOUNTS_SUPPORT_ETAGS/,
    because: 'If-Match is not looked at',
  },
  {
    judge: 'use cases',
    of: ['dell-'],
    says: /Failed to reset system .*HTTP 409/,
    because: 'a machine that is off is not restarted',
  },
  {
    judge: 'use cases',
    of: ['dell-idrac10'],
    says: /Failed to (set|delete) user .*HTTP 412/,
    because: 'the tag of a GET is stale at the first PATCH; the second try works',
  },
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

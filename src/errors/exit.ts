/** The exit codes of metalctl: the one enum made from the one table (see `metalctl explain exit-codes`). */
export const Exit = {
  OK: 0,
  ERROR: 1,
  USAGE: 2,
  WAITING: 3,
  FAILED_STATE: 4,
  CHANGES: 10,
  NO_CAPACITY: 11,
  NEEDS_INPUT: 12,
  NOT_FOUND: 13,
  UNSUPPORTED: 14,
  CHECKS_FAILED: 15,
  CONFLICT: 16,
  PARTIAL: 17,
  FORBIDDEN: 18,
  BMC_AUTH: 19,
  BMC_UNREACHABLE: 20,
  SIGINT: 130,
  EPIPE: 141,
  SIGTERM: 143,
} as const;

export type ExitName = keyof typeof Exit;
export type ExitCode = (typeof Exit)[ExitName];

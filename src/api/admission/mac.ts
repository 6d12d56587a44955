/** MAC addresses compared by what they are, not by how they are written. */

/**
 * Twelve lower-case hex digits, whatever separates them; text that is no MAC is compared as lower-case text.
 * Undefined for an absent or empty address.
 */
export function normalisedMac(text: string | undefined): string | undefined {
  const trimmed = text?.trim().toLowerCase() ?? '';
  if (trimmed === '') return undefined;
  const digits = trimmed.replace(/[:.-]/g, '');
  return /^[0-9a-f]{12}$/.test(digits) ? digits : trimmed;
}

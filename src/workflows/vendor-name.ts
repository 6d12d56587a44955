/** Manufacturers as people call them. */

/** `Dell Inc.` → `Dell`; nothing for nothing. */
export const vendorName = (manufacturer: string | undefined): string => (manufacturer ?? '').replace(/,? Inc\.?$/, '');

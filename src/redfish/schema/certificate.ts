/** Certificate v1_10_0, CertificateService v1_1_1 and ManagerNetworkProtocol v1_11_0 (DSP8010 2025.2). */
import { z } from 'zod';
import { link, nested, text, uri } from './lenient.js';

const action = nested({ target: uri });

export const Certificate = z.looseObject({ ValidNotBefore: text, ValidNotAfter: text, Fingerprint: text });

export const CertificateService = z.looseObject({
  Actions: nested({
    '#CertificateService.GenerateCSR': action,
    '#CertificateService.ReplaceCertificate': action,
  }),
});

export const NetworkProtocol = z.looseObject({ HTTPS: nested({ Certificates: link }) });

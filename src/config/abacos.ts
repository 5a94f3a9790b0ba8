/** Schema and defaults of `abacos.yml`, and where the key of the web service is taken from. */
import * as v from 'valibot';

import { readCaFile } from './ca.ts';
import type { Source } from './config-file.ts';
import { ABACOS_KEYS } from './foreign-keys.ts';
import type { Report } from './report.ts';
import { findSecret, type FoundSecret } from './secret-search.ts';
import type { Secret } from './secret.ts';
import { misfitOfGuid, path, seconds, secretGuid, text, url } from './values.ts';

const GUID = 'the GUID that Abacos knows the shop by, 36 characters in the form 8-4-4-4-12';

const SCHEMA = v.object({
  wsdl_order_api: url('the URL of the web service, such as http://abacos.example.com/AbacosWSPedidos.asmx?wsdl'),
  // Abacos answers a key of another length with an error that repeats the key, so it is never asked with one.
  key: v.optional(secretGuid(GUID)),
  key_file: v.optional(path('a file that holds the key')),
  timeout: v.optional(seconds({ min: 1, max: 3600 }), '60'),
  ca: v.optional(path('a file of CA certificates in PEM form')),
  user_agent: v.optional(text('the name that order-monit gives itself in HTTP requests')),
});

/** `abacos.yml`: the ERP's web service. */
export interface AbacosConfig {
  /** The URL that is configured. */
  readonly wsdlUrl: string;
  /** Where calls go: the URL without `?wsdl`. */
  readonly endpoint: string;
  readonly key: Secret;
  /** For one call. */
  readonly timeoutMs: number;
  readonly userAgent: string | undefined;
  /** CA certificates in PEM form, in place of those that Node.js trusts. */
  readonly ca: string | undefined;
}

function resolve({ values, report, place }: Source<typeof SCHEMA>): AbacosConfig | undefined {
  const source = {
    inline: { key: 'key', secret: values.key },
    file: { key: 'key_file', path: values.key_file },
    credential: 'abacos_key',
  };
  const ca = readCaFile({ key: 'ca', file: values.ca }, report, place);
  const found = findSecret(place, source, report);
  if (found.kind === 'none') {
    report.error({
      key: 'key',
      problem: 'is missing.',
      remedy: `Write ${GUID}, or name a file that holds it (key_file).`,
    });
  }
  if (found.kind !== 'found') return undefined;
  checkGuid(found, report);
  return {
    wsdlUrl: values.wsdl_order_api.href,
    endpoint: values.wsdl_order_api.href.replace(/\?wsdl$/i, ''),
    key: found.secret,
    timeoutMs: values.timeout,
    userAgent: values.user_agent,
    ca,
  };
}

export const ABACOS_FILE = { name: 'abacos.yml', schema: SCHEMA, foreignKeys: ABACOS_KEYS, resolve };

/** Looks at a key that comes from a file; one in the YAML has been looked at with the other values. */
function checkGuid({ secret, from }: FoundSecret, report: Report): void {
  const misfit = misfitOfGuid(secret.reveal());
  if (misfit === undefined) return;
  const remedy = `Write ${GUID} into it.`;
  if ('key' in from) report.error({ key: from.key, problem: `the key in the file ${misfit}`, remedy });
  else report.error({ problem: `the key in the credential ${from.credentialFile} ${misfit}`, remedy });
}

/**
 * The bill of materials of what is bundled, in the form of CycloneDX 1.5: each npm
 * package with its version, its licence and the digest that the lock file holds it to.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * @param {{name: string, version: string, licence: unknown}[]} packages
 * @returns {object} without a date or a random number, so that the same packages give the same text
 */
export function billOfMaterials(packages) {
  const { name, version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const components = packages.map((one) =>
    component({ ...one, integrity: locked[`node_modules/${one.name}`]?.integrity }),
  );
  const digest = createHash('sha256').update(JSON.stringify(components)).digest('hex');
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    serialNumber: `urn:uuid:${uuidOf(digest)}`,
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': `pkg:deb/debian/${name}@${version}`,
        name,
        version,
        licenses: [{ license: { id: license } }],
        purl: `pkg:deb/debian/${name}@${version}`,
      },
    },
    components,
    dependencies: [
      { ref: `pkg:deb/debian/${name}@${version}`, dependsOn: components.map((one) => one['bom-ref']) },
      ...components.map((one) => ({ ref: one['bom-ref'] })),
    ],
  };
}

function component({ name, version, licence, integrity }) {
  if (integrity === undefined) throw new Error(`package-lock.json has no digest of ${name}`);
  const [, algorithm, digest] = /^sha(512)-(.+)$/.exec(integrity) ?? [];
  if (algorithm === undefined) throw new Error(`package-lock.json has no SHA-512 of ${name}, but ${integrity}`);
  const purl = `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }],
    licenses: [/[ ()]/.test(licence) ? { expression: licence } : { license: { id: licence } }],
    purl,
  };
}

/** In the form of a random UUID (RFC 9562, version 8: its content is our own). */
function uuidOf(hex) {
  const variant = (8 + (Number.parseInt(hex[16], 16) & 3)).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

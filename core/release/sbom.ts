// The bill of materials of a release in CycloneDX 1.6. Our own and not `npm sbom`'s: that one lists what a checkout
// installs, tools included, and knows nothing of Node and PostgreSQL inside.
import { createHash } from 'node:crypto'
import type { Component } from '#core/build/components.ts'

export interface SbomOptions {
  readonly version: string
  /** Of the commit, ISO 8601: the same commit gives the same bytes. */
  readonly time: string
  readonly commit: string
  readonly components: readonly Component[]
}

export function cycloneDx({ version, time, commit, components }: SbomOptions): string {
  const product = { type: 'application', name: 'stellar', version, purl: `pkg:generic/stellar@${version}` }
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuid(`stellar ${version} ${commit}`)}`,
    version: 1,
    metadata: {
      timestamp: new Date(time).toISOString(),
      lifecycles: [{ phase: 'build' }],
      component: { 'bom-ref': product.purl, ...product, licenses: [{ license: { id: 'MIT' } }] },
    },
    components: components.map(({ name, version: itsVersion, licence, author, purl, integrity }) => ({
      type: name === 'node' ? 'platform' : 'library',
      'bom-ref': purl,
      name,
      version: itsVersion,
      ...(author && { author }),
      licenses: [licenceOf(licence)],
      purl,
      ...(integrity?.startsWith('sha512-') && {
        hashes: [{ alg: 'SHA-512', content: Buffer.from(integrity.slice(7), 'base64').toString('hex') }],
      }),
    })),
    dependencies: [
      { ref: product.purl, dependsOn: components.map(({ purl }) => purl) },
      ...components.map(({ purl }) => ({ ref: purl })),
    ],
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

/** The schema takes one id of SPDX's list, an expression, or a name of one's own. */
function licenceOf(licence: string): object {
  if (licence.startsWith('LicenseRef-')) return { license: { name: licence.slice('LicenseRef-'.length) } }
  return /[ ()]/.test(licence) ? { expression: licence } : { license: { id: licence } }
}

/** Of the form of version 5: the same text gives the same id. */
function uuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

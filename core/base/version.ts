// The program's version, from package.json alone.
import manifest from 'stellar/package.json' with { type: 'json' }

export const version: string = manifest.version

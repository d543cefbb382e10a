// `stellar licences`: what the program holds, and under which licences. The build lays the text into it.
import { findAsset } from '#core/base/asset.ts'
import { exits, Refused } from './exit.ts'

export async function licences(): Promise<number> {
  const text = findAsset('licences.txt')
  if (!text)
    throw new Refused(exits.notFound, 'from-source', 'Run from source, Stellar holds nothing of others.', {
      hint: 'Each package in node_modules brings its licence; a program that `npm run build` made prints them all.',
    })
  process.stdout.write(text)
  return 0
}

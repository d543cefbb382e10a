// A style sheet on disk is a list of imports, one part for each component or page; browsers get it as one file, so that a
// page asks for one or two and not for sixty.
import type { ReadStatic } from './static.ts'

/** The one form of it that is used here; anything else stays as it is and costs the browser another request. */
const imported = /^@import "\.\/([\w/-]+\.css)"(?: layer\((\w+)\))?;$/gm

export function withImportsInPlace(read: ReadStatic): ReadStatic {
  const text = async (key: string): Promise<string> => {
    const bytes = await read(key)
    if (bytes === undefined) throw new Error(`A style sheet imports ${key}, which is not there.`)
    return new TextDecoder().decode(bytes)
  }
  return async (key) => {
    const bytes = await read(key)
    if (bytes === undefined || !key.endsWith('.css')) return bytes
    const sheet = new TextDecoder().decode(bytes)
    const folder = key.slice(0, key.lastIndexOf('/') + 1)
    const parts = [...sheet.matchAll(imported)]
    if (parts.length === 0) return bytes
    const texts = await Promise.all(parts.map(([, part = '']) => text(folder + part)))
    let next = 0
    const whole = sheet.replace(imported, (_, _part, layer: string | undefined) => {
      const rules = texts[next++] ?? ''
      return layer === undefined ? rules : `@layer ${layer} {\n${rules}}`
    })
    return new TextEncoder().encode(whole)
  }
}

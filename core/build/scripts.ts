// The program as the single executable carries it: as two scripts, of which a process loads one.

/** `whole` can do everything; `node` is what `stellar node` runs, without database, panel and views. */
export const scripts = ['whole', 'node'] as const
export type Script = (typeof scripts)[number]

/** By what is typed after `stellar`. `node` with a verb, e.g. `node list`, is another command. */
export function scriptFor([first, second = '-']: readonly string[]): Script {
  return first === 'node' && second.startsWith('-') ? 'node' : 'whole'
}

/** They lie as deep as the source files that look for the root of the tree. */
export const scriptKey = (script: Script) => `core/base/${script}.cjs`

/** What V8 made of it, for machines of the kind that it was made on. */
export const compiledKey = (script: Script) => `${scriptKey(script)}.compiled`

/** What each is a function of, as every CommonJS module. */
export const parameters = ['require', 'module', 'exports', '__filename', '__dirname'] as const

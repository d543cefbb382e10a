// Return addresses in forms and links: only paths of this panel, never another site.

/** The path if it is one of ours, else undefined. `//host` and `/\host` are other sites to a browser. */
export function ownPath(value: string | undefined): string | undefined {
  if (value === undefined || !/^\/(?![/\\])/.test(value)) return undefined
  // Browsers drop tabs and line feeds inside an address before they read it.
  const base = 'http://own.invalid'
  if (!URL.canParse(value, base)) return undefined
  const url = new URL(value, base)
  return url.origin === base && !url.pathname.startsWith('//') ? url.pathname + url.search : undefined
}

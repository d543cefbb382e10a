// One integer: it grows when a plugin that was written for the version before may no longer work.
//   1  2026-11-28  the first that plugins can name

export const sdkVersion = 1

/** Undefined when a plugin written for that version works here; else one sentence with what to do. */
export function sdkMismatch(wanted: unknown): string | undefined {
  if (wanted === undefined || wanted === sdkVersion) return undefined
  if (!Number.isInteger(wanted) || Number(wanted) < 1) {
    return `Its “sdk” must be the whole number of the SDK it was written for, e.g. ${sdkVersion}; it is ${JSON.stringify(wanted)}.`
  }
  return Number(wanted) > sdkVersion
    ? `It was written for SDK ${Number(wanted)}; this Stellar has ${sdkVersion}. Upgrade Stellar, or take an older version of the plugin.`
    : `It was written for SDK ${Number(wanted)}; this Stellar has ${sdkVersion}. Take a newer version of the plugin.`
}

// What an entry of the activity log says was changed: the fields that are different now, as they were and as they are.

interface Differences {
  readonly before: Readonly<Record<string, unknown>>
  readonly after: Readonly<Record<string, unknown>>
}

/** Of the fields that `after` names; values are compared as the log will show them. */
export function differences(before: object, after: object): Differences {
  const was: Readonly<Record<string, unknown>> = { ...before }
  const changed = Object.entries(after).filter(([name, value]) => JSON.stringify(was[name]) !== JSON.stringify(value))
  return {
    before: Object.fromEntries(changed.map(([name]) => [name, was[name]])),
    after: Object.fromEntries(changed),
  }
}

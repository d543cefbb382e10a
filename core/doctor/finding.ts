// What a look at an installation found.

export interface Finding {
  /** What was looked at, e.g. `disk`. */
  readonly check: string
  /** `warning`: it works and may not for long; `problem`: it does not work. */
  readonly state: 'ok' | 'warning' | 'problem'
  /** One sentence. */
  readonly detail: string
  /** What to do, or the command that does it; of anything that is not ok. */
  readonly fix?: string
}

/** A look at one thing. Changes nothing. */
export interface Check {
  readonly name: string
  look(): Promise<readonly Finding[]>
}

/** All at once, each with a deadline; one that fails is a finding of its own. */
export async function lookAtAll(checks: readonly Check[], deadlineMs = 15_000): Promise<Finding[]> {
  const found = await Promise.all(
    checks.map(async ({ name, look }) => {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`no answer within ${deadlineMs / 1000} seconds`)), deadlineMs)
      })
      try {
        return await Promise.race([look(), late])
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        const hint =
          error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined
        const fix = hint ?? 'Mend what the sentence says, and look again.'
        return [
          {
            check: name,
            state: 'problem',
            detail: why.endsWith('.') ? why : `It cannot be looked at: ${why}.`,
            fix,
          } as const,
        ]
      } finally {
        clearTimeout(timer)
      }
    }),
  )
  return found.flat()
}

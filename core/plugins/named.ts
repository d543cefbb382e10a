// What all contributions have in common, and how events are heard.

export interface Named {
  /** Unique among contributions of its kind; kebab-case. */
  readonly id: string
}

export type Observers<Events> = {
  readonly [Name in keyof Events]?: (event: Events[Name], signal: AbortSignal) => void | Promise<void>
}

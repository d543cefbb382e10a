// A command as a value: from it come the parser, the help and the shell completions.

/** The exit code; or `undefined`: it goes on by itself, and what still runs sets the code and ends the process. */
export type Outcome = number | undefined

/** Placeholders in help. Shells complete the values of those in `completions` (complete.ts). */
type Placeholder = string

interface Option {
  readonly type: 'string' | 'boolean'
  readonly short?: string
  readonly multiple?: true
  /** What stands for its value, e.g. `FILE`. */
  readonly value?: Placeholder
  readonly words: string
  /** For the program itself, not for people. */
  readonly hidden?: true
}
export type Options = Readonly<Record<string, Option>>

type Value<O extends Option> = O['type'] extends 'boolean'
  ? boolean
  : O extends { readonly multiple: true }
    ? readonly string[]
    : string
type Values<O extends Options> = { readonly [Name in keyof O]?: Value<O[Name]> }

export interface Call<O extends Options> {
  /** One for each placeholder that is not optional, more where the last one ends in `...`. */
  readonly args: readonly string[]
  readonly values: Values<O>
}

interface Definition<O extends Options> {
  /** One line, after the command's name in the overview. */
  readonly words: string
  /** `NAME`, `[NAME]` where it may be left out, `NAME...` where there may be several. */
  readonly args?: readonly Placeholder[]
  readonly options?: O
  /** Further lines of its own help. */
  readonly notes?: string
  readonly hidden?: true
  /** Imports what it needs when it is called: `version` and `node` never evaluate the panel. */
  run(call: Call<O>): Promise<Outcome>
}

/** With the types of its options forgotten, as tables hold it. */
export interface Command extends Omit<Definition<Options>, 'run'> {
  run(call: Call<Options>): Promise<Outcome>
}

export function command<const O extends Options>(definition: Definition<O>): Command {
  // The only widening: parse.ts gives `run` what these very options let through.
  return definition as unknown as Command
}

/** By what is typed after `stellar`, e.g. `server list`. */
export type Commands = Readonly<Record<string, Command>>

/** Commands that the overview of the help shows together. */
export interface Section {
  readonly title: string
  readonly commands: Commands
}

export const allOf = (sections: readonly Section[]): Commands =>
  Object.assign({}, ...sections.map(({ commands }) => commands))

// A blueprint: everything that is to know about installing, starting, watching and stopping one game. Pure data, with
// a schema of its own version, so that a blueprint can come from a plugin, a file or an import.
import { z } from 'zod'

const blueprintSchemaVersion = 1

/** Given to every server beside its own variables; a blueprint may not declare these names. */
export const builtinVariables = [
  'SERVER_NAME',
  'SERVER_ID',
  'SERVER_MEMORY',
  'SERVER_PORT',
  'SERVER_IP',
  'DATA_PATH',
] as const

const id = z.string().regex(/^[a-z][a-z0-9-]{1,40}$/, 'lower-case letters, digits and dashes')
const variableName = z.string().regex(/^[A-Z][A-Z0-9_]{0,60}$/, 'capital letters, digits and underscores')
/** An image as `docker pull` takes it, always with a registry host for what is not on Docker Hub. */
const imageReference = z
  .string()
  .regex(
    /^[\w.-]+(:\d+)?(\/[\w.-]+)*(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/,
    'an image reference such as docker.io/library/debian:12',
  )
/** A regular expression, or a plain text that a console line contains. Matching runs on text without colour codes. */
const linePattern = z.union([
  z.strictObject({ text: z.string().min(1) }),
  z.strictObject({ regex: z.string().min(1).refine(isRegex, 'not a regular expression') }),
])
export type LinePattern = z.infer<typeof linePattern>

const variableBase = {
  name: variableName,
  label: z.string().min(1).max(60),
  /** One sentence under the field. */
  hint: z.string().max(200).optional(),
  /** Required ones stand open in the form; the others under “Show all”. */
  required: z.boolean().default(false),
  /** `user` may change it, `admin` only shows it to others, `hidden` shows it to nobody. */
  access: z.enum(['user', 'admin', 'hidden']).default('user'),
}

export const variableSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...variableBase,
    kind: z.literal('text'),
    default: z.string().default(''),
    pattern: z.string().refine(isRegex, 'not a regular expression').optional(),
    patternHint: z.string().optional(),
    minLength: z.int().nonnegative().optional(),
    maxLength: z.int().positive().max(2000).default(200),
  }),
  z.strictObject({
    ...variableBase,
    kind: z.literal('secret'),
    default: z.string().default(''),
    minLength: z.int().nonnegative().optional(),
    maxLength: z.int().positive().max(2000).default(200),
    /** Made at random when left empty. */ generate: z.boolean().default(false),
  }),
  z.strictObject({
    ...variableBase,
    kind: z.literal('number'),
    default: z.number(),
    min: z.number().optional(),
    max: z.number().optional(),
    step: z.number().positive().default(1),
    unit: z.string().optional(),
  }),
  z.strictObject({
    ...variableBase,
    kind: z.literal('switch'),
    default: z.boolean().default(false),
    /** What the container gets. */ on: z.string().default('true'),
    off: z.string().default('false'),
  }),
  z.strictObject({
    ...variableBase,
    kind: z.literal('choice'),
    default: z.string(),
    options: z.array(z.strictObject({ value: z.string(), label: z.string() })).min(1),
  }),
])
export type Variable = z.output<typeof variableSchema>

const portSchema = z.strictObject({
  /** `game` is the one in the address; the variable `<NAME>_PORT` (capitals, dashes as underscores) carries the number. */
  name: id,
  label: z.string().min(1),
  protocol: z.enum(['tcp', 'udp', 'both']),
  /** The number the game uses where it is free on the node. Inside the container the server listens on the same number as outside. */
  preferred: z.int().min(1024).max(65535),
  required: z.boolean().default(true),
})
export type PortDefinition = z.output<typeof portSchema>

export const configFileSchema = z.strictObject({
  /** Relative to the data path. */
  path: z.string().min(1).max(200),
  format: z.enum(['properties', 'ini', 'json', 'yaml', 'lines']),
  /** Created when absent. */
  create: z.boolean().default(true),
  /** Key (dotted for json and yaml, `section.key` for ini, line prefix for lines) → value with placeholders. */
  set: z.record(z.string(), z.string()),
})
export type ConfigFile = z.output<typeof configFileSchema>

export const readyRuleSchema = z.discriminatedUnion('when', [
  z.strictObject({
    when: z.literal('line'),
    match: z.array(linePattern).min(1),
    timeoutSeconds: z.int().positive().default(300),
  }),
  z.strictObject({
    when: z.literal('port'),
    /** Name of a TCP port of this blueprint. */ port: id,
    timeoutSeconds: z.int().positive().default(300),
  }),
  z.strictObject({
    when: z.literal('running'),
    seconds: z.int().positive().default(5),
    timeoutSeconds: z.int().positive().default(300),
  }),
])

export const blueprintSchema = z.strictObject({
  schema: z.literal(blueprintSchemaVersion),
  id,
  /** The blueprint's own version; grows when its rules change. */
  version: z.int().positive(),
  name: z.string().min(1).max(60),
  /** One sentence for the gallery. */
  summary: z.string().min(1).max(160),
  /** For the gallery's filter, e.g. `survival`, `voice`. */
  tags: z.array(z.string()).default([]),
  /** Where the game lives, https. */
  homepage: z.url().optional(),
  plate: z.strictObject({ motif: z.string().min(1), hue: z.number().min(0).max(360) }),
  images: z.array(z.strictObject({ label: z.string().min(1), image: imageReference })).min(1),
  /**
   * Argument vector in place of the image's entrypoint and command, no shell unless it names one; each argument may hold
   * placeholders, but for a shell's script, which reads the environment. Empty: what the image runs by itself.
   */
  start: z.array(z.string()),
  /** Given to the container beside the variables; values may hold placeholders. */
  environment: z.record(z.string(), z.string()).default({}),
  variables: z.array(variableSchema).default([]),
  ports: z.array(portSchema).min(1),
  resources: z.strictObject({
    memoryMiB: z.int().positive(),
    minimumMemoryMiB: z.int().positive(),
    cpuPercent: z.int().positive(),
    diskMB: z.int().positive(),
  }),
  /** Absent: nothing to install beyond pulling the image. Runs with the same isolation as the game, data mounted at the data path. */
  install: z
    .strictObject({
      image: imageReference,
      entrypoint: z.array(z.string()).min(1).default(['/bin/sh', '-eu']),
      script: z.string().min(1),
      timeoutSeconds: z
        .int()
        .positive()
        .max(6 * 3600)
        .default(1800),
      /** Enough memory for unpacking, whatever the server's limit is. */ memoryMiB: z.int().positive().default(1024),
    })
    .optional(),
  configFiles: z.array(configFileSchema).default([]),
  ready: readyRuleSchema,
  /** What to do when the server is not ready in time: tell people, or stop and count it as a crash. */
  readyTimeout: z.enum(['warn', 'stop']).default('warn'),
  stop: z.strictObject({
    by: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('command'), command: z.string().min(1) }),
      z.strictObject({ kind: z.literal('signal'), signal: z.enum(['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP']) }),
    ]),
    /** After this the process is killed. */ graceSeconds: z.int().positive().max(600).default(30),
    /** Exit codes beside 0 that an ordered stop may have. */ cleanExitCodes: z.array(z.int()).default([]),
  }),
  crash: z
    .strictObject({
      restart: z.boolean().default(true),
      /** At most this many restarts within the window; then it is left off. */ maxRestarts: z
        .int()
        .nonnegative()
        .default(3),
      windowSeconds: z.int().positive().default(600),
      /** Before the first restart; doubles up to a minute. */ delaySeconds: z.int().nonnegative().default(5),
    })
    .prefault({}),
  console: z
    .strictObject({
      /** `stdin` reads commands; `none` says so in the page. */ input: z.enum(['stdin', 'none']).default('stdin'),
      /** A pseudo-terminal, only for games that need one: eight times dearer. */ tty: z.boolean().default(false),
    })
    .prefault({}),
  /** Mount point of the server's files and working directory of the game. */
  dataPath: z
    .string()
    .regex(/^\/[\w./-]+$/)
    .default('/data'),
  /** Working directory, where it differs from the data path. */
  workingDirectory: z
    .string()
    .regex(/^\/[\w./-]+$/)
    .optional(),
  user: z
    .strictObject({ uid: z.int().min(1).max(65533), gid: z.int().min(1).max(65533) })
    .prefault({ uid: 1000, gid: 1000 }),
  /** More writable, memory-backed places than /tmp; the root is read-only. */
  tmpfs: z
    .array(z.strictObject({ path: z.string().regex(/^\/[\w./-]+$/), sizeMiB: z.int().positive().max(1024) }))
    .default([]),
  /** Console lines that mean a known problem, and what to do about it. */
  hints: z
    .array(
      z.strictObject({
        id,
        match: linePattern,
        title: z.string(),
        advice: z.string(),
        /** A variable to set, offered as a button. */ fix: z
          .strictObject({ label: z.string(), variable: variableName, value: z.string() })
          .optional(),
      }),
    )
    .default([]),
  /** Id of the game adapter that knows how to ask this game for players. */
  adapter: id.optional(),
})
/** What a plugin writes: defaults may be left out. */
export type BlueprintInput = z.input<typeof blueprintSchema>
/** What the core works with: every default filled in. */
export type Blueprint = z.output<typeof blueprintSchema>

function isRegex(source: string): boolean {
  try {
    return new RegExp(source) instanceof RegExp
  } catch {
    return false
  }
}

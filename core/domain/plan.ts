// What a node is told about one server: plain data, made from a blueprint and a person's choices, free of both.
import { z } from 'zod'
import { blueprintSchema, configFileSchema, readyRuleSchema } from './blueprint.ts'
import { powerRequestSchema } from './server.ts'

const shape = blueprintSchema.shape

const portBindingSchema = z.object({
  name: z.string(),
  port: z.int().min(1).max(65535),
  protocol: z.enum(['tcp', 'udp', 'both']),
})
export type PortBinding = z.infer<typeof portBindingSchema>

/** How to run it: every placeholder already filled in. */
const runSpecSchema = z.object({
  image: z.string(),
  /** Empty: the image's own command. */
  command: z.array(z.string()),
  environment: z.record(z.string(), z.string()),
  ports: z.array(portBindingSchema),
  memoryBytes: z.int().positive(),
  cpuPercent: z.int().positive(),
  diskBytes: z.int().positive(),
  dataPath: z.string(),
  workingDirectory: z.string(),
  user: z.object({ uid: z.int(), gid: z.int() }),
  tmpfs: z.array(z.object({ path: z.string(), sizeMiB: z.int().positive() })),
  tty: z.boolean(),
  consoleInput: z.enum(['stdin', 'none']),
  configFiles: z.array(configFileSchema),
  ready: readyRuleSchema,
  readyTimeout: shape.readyTimeout.unwrap(),
  stop: shape.stop,
  crash: shape.crash.unwrap(),
  hints: shape.hints.unwrap(),
  adapter: z.string().optional(),
})
export type RunSpec = z.output<typeof runSpecSchema>

/** How to install it. Runs again when `request` grows. */
const installPlanSchema = z.object({
  request: z.int().positive(),
  /** Absent: the image is pulled, nothing runs. */
  script: z
    .object({
      image: z.string(),
      entrypoint: z.array(z.string()),
      script: z.string(),
      environment: z.record(z.string(), z.string()),
      timeoutSeconds: z.int().positive(),
      memoryBytes: z.int().positive(),
    })
    .optional(),
})
export type InstallPlan = z.output<typeof installPlanSchema>

/** Desired state of one server: what the panel stores and the node converges on. */
export const desiredServerSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  /** Grows with every change of anything below; the node ignores what is not newer than what it has. */
  revision: z.int().positive(),
  run: runSpecSchema,
  install: installPlanSchema,
  power: powerRequestSchema,
  /** True: stop it, remove container, network and files, then report `removed`. */
  deleted: z.boolean(),
})
export type DesiredServer = z.output<typeof desiredServerSchema>

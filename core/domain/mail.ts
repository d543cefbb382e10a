// Where mail is handed in, and in whose name: from the environment or from the panel's settings.
import { z } from 'zod'

/** One address, as SMTP takes it: no name, no list, nothing that could begin another header. */
export const emailSchema = z
  .string('An e-mail address such as you@example.org.')
  .trim()
  .max(320, 'At most 320 characters.')
  .pipe(z.email('An e-mail address such as you@example.org.'))

/** `tls`: from the first byte (465); `starttls`: asked for and insisted on (587); `none`: in the clear, for a relay of the same machine. */
const mailSecurity = ['tls', 'starttls', 'none'] as const

export const mailServerSchema = z.object({
  host: z
    .string('The mail server’s name.')
    .trim()
    .min(1, 'The mail server’s name, e.g. smtp.example.org.')
    .max(255, 'At most 255 characters.')
    .regex(/^[\w.:-]+$/, 'A host name or an address, without a port.'),
  port: z.coerce
    .number('A port from 1 to 65535.')
    .pipe(z.int('A port from 1 to 65535.').min(1, 'Ports start at 1.').max(65_535, 'Ports end at 65535.')),
  security: z.enum(mailSecurity, 'One of tls, starttls and none.'),
  /** Empty: the server asks for none. */
  username: z.string().max(320, 'At most 320 characters.').default(''),
  password: z.string().max(1024, 'At most 1024 characters.').default(''),
  from: emailSchema,
})
export type MailServer = z.output<typeof mailServerSchema>

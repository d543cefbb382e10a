// Settings of the panel in the API.
import { z } from 'zod'
import { signInSettings, signInSettingsChange } from '#core/auth/sign-in-settings.ts'
import { readProfile } from '#core/panel/accounts/profile.ts'
import { demandProof } from '#core/panel/factors/proof.tsx'
import { changeSignInSettings, showSignInSettings } from '#core/panel/joining/settings.ts'
import { changeMailServer, forgetMailServer, mailServerInput, testMail } from '#core/panel/mail/change.ts'
import { noContent, route } from './route.ts'

const mailSettings = z.object({
  source: z.enum(['environment', 'settings', 'unset']).meta({ description: '`environment`: set by STELLAR_SMTP_URL.' }),
  server: z
    .object({
      host: z.string(),
      port: z.int(),
      security: z.enum(['tls', 'starttls', 'none']),
      username: z.string(),
      hasPassword: z.boolean(),
      from: z.string(),
    })
    .optional(),
})

export const settingsApi = [
  route({
    method: 'get',
    path: '/settings/sign-in',
    id: 'getSignInSettings',
    tag: 'Settings',
    summary: 'How people get accounts and sign in.',
    permission: 'platform.security',
    response: signInSettings,
    handle: ({ context, actor }) => showSignInSettings(context, actor),
  }),
  route({
    method: 'patch',
    path: '/settings/sign-in',
    id: 'updateSignInSettings',
    tag: 'Settings',
    summary: 'Changes them; what is left out stays.',
    permission: 'platform.security',
    body: signInSettingsChange,
    response: signInSettings,
    problems: { 403: ['proof-required'], 422: ['invalid-input'] },
    handle: ({ context, actor, body, request }) => {
      demandProof(request, context)
      return changeSignInSettings(context, actor, body)
    },
  }),
  route({
    method: 'get',
    path: '/settings/mail',
    id: 'getMailSettings',
    tag: 'Settings',
    summary: 'The mail server; never its password.',
    permission: 'platform.settings',
    response: mailSettings,
    handle: async ({ context }) => {
      const set = await context.mail.server()
      if (!set) return { source: 'unset' as const }
      const { password, ...server } = set.server
      const source = set.fromEnvironment ? ('environment' as const) : ('settings' as const)
      return { source, server: { ...server, hasPassword: password !== '' } }
    },
  }),
  route({
    method: 'put',
    path: '/settings/mail',
    id: 'setMailSettings',
    tag: 'Settings',
    summary:
      'Sets the mail server; for the owner alone. Without a password the stored one stays, for the same server and user.',
    permission: 'platform.settings',
    body: z.strictObject(mailServerInput.shape),
    status: 204,
    response: noContent,
    problems: { 403: ['owner-only', 'proof-required'], 409: ['mail-set-elsewhere'], 422: ['invalid-input'] },
    handle: async ({ context, actor, body, request }) => {
      demandProof(request, context)
      await changeMailServer(context, actor, body)
    },
  }),
  route({
    method: 'delete',
    path: '/settings/mail',
    id: 'removeMailSettings',
    tag: 'Settings',
    summary: 'Forgets the mail server: links are then handed out by hand.',
    permission: 'platform.settings',
    status: 204,
    response: noContent,
    problems: { 409: ['mail-set-elsewhere'] },
    handle: ({ context, actor }) => forgetMailServer(context, actor),
  }),
  route({
    method: 'post',
    path: '/settings/mail/test',
    id: 'testMail',
    tag: 'Settings',
    summary: 'Sends one mail to the account that asks.',
    permission: 'platform.settings',
    status: 204,
    response: noContent,
    problems: { 409: ['mail-not-set'], 502: ['mail-not-sent', 'mail-refused'] },
    handle: async ({ context, actor }) => {
      const { email } = await readProfile(context, actor)
      await testMail(context, actor, email)
    },
  }),
]

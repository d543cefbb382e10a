// `stellar owner create`: the owner's account from the command line, for machines without a browser at hand.
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import { createOwner, ownerInput } from '#core/panel/setup/create-owner.ts'
import { askSecret } from './ask.ts'
import { openCommandDatabase } from './command-database.ts'
import { say } from './output.ts'
import { readSettings } from './settings.ts'

export async function owner({ email, name }: { readonly email?: string; readonly name?: string }): Promise<number> {
  if (!email)
    throw new PublicError('usage', 'The owner needs an e-mail address.', { hint: 'Add --email you@example.org.' })
  const { environment, log } = await readSettings()
  const input = ownerInput.safeParse({
    email,
    name: name ?? email.split('@')[0],
    password: await askSecret('Password'),
  })
  if (!input.success)
    throw refused(
      new InvalidInput(Object.fromEntries(input.error.issues.map((issue) => [issue.path.join('.'), issue.message]))),
    )
  await using database = await openCommandDatabase(environment, log.with({ command: 'owner' }))
  await createOwner(database, input.data, { via: 'command-line', address: undefined, requestId: undefined })
  say(`${input.data.email} is the owner now. The set-up pages are closed.`)
  return 0
}

/** One line for the terminal instead of a form. */
function refused({ fields }: InvalidInput): PublicError {
  return new PublicError(
    'invalid-input',
    Object.entries(fields)
      .map(([field, sentence]) => `${field}: ${sentence}`)
      .join(' '),
  )
}

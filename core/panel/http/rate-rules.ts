// Every limit on how often something may be asked, in one place: what field-facts of other panels say is enough for people
// and too little for guessing.

export interface RateRule {
  /** Names the counter in the database and the policy in the headers of answers. */
  readonly name: string
  readonly tries: number
  readonly windowMs: number
}

const minute = 60_000
const hour = 60 * minute

export const rateRules = {
  // Per account *and* address: a flood at one account from elsewhere does not shut its owner out.
  signIn: { name: 'sign-in', tries: 10, windowMs: 15 * minute },
  // One address that tries many accounts runs out by itself.
  signInAddress: { name: 'sign-in-address', tries: 100, windowMs: 15 * minute },
  // A botnet has many addresses: this slows it down for one account, far above what a person does.
  signInAccount: { name: 'sign-in-account', tries: 1000, windowMs: hour },
  // Never given back, as right passwords keep processors busy, too: far above what a person does.
  signedIn: { name: 'signed-in', tries: 60, windowMs: hour },
  passwordChange: { name: 'password-change', tries: 10, windowMs: hour },
  proof: { name: 'proof', tries: 10, windowMs: 15 * minute },
  // Three of a million codes are right at any time: fifty wrong ones a day find one in eighteen years, whatever right ones
  // come between them.
  proofDay: { name: 'proof-day', tries: 50, windowMs: 24 * hour },
  // Each writes a row that lives for minutes: far above what people behind one address need.
  passkeyOptions: { name: 'passkey-options', tries: 300, windowMs: 15 * minute },
  providerStart: { name: 'provider-start', tries: 200, windowMs: 15 * minute },
  register: { name: 'register', tries: 10, windowMs: hour },
  // Nobody's mailbox is filled from here, from however many addresses it is tried.
  registerRecipient: { name: 'register-recipient', tries: 3, windowMs: hour },
  // Whoever owns a server may write to anybody through this panel: enough for a community, too little for a flood.
  invite: { name: 'invite', tries: 30, windowMs: hour },
  inviteRecipient: { name: 'invite-recipient', tries: 5, windowMs: 24 * hour },
  reset: { name: 'reset', tries: 10, windowMs: hour },
  resetAccount: { name: 'reset-account', tries: 3, windowMs: hour },
  changeEmail: { name: 'change-email', tries: 5, windowMs: 24 * hour },
  /** Stops a script that runs wild, not a person who starts a hundred servers. */
  power: { name: 'power', tries: 300, windowMs: minute },
  /** Everything about an account in one file. */
  accountExport: { name: 'account-export', tries: 10, windowMs: 10 * minute },
  /** Per key, or per person in a browser; STELLAR_API_LIMIT sets another number. */
  api: { name: 'api', tries: 720, windowMs: minute },
} as const satisfies Readonly<Record<string, RateRule>>
